/// A tensor sampled at other positions.
///
/// Inputs are the tensor, a region, scales and sizes, all but the first optional; before version 11
/// the tensor and scales.
public struct Resize: Sendable, Equatable, SingleOperator {
  static var type: String { "Resize" }
  static var firstOpset: Int { 10 }

  /// How an element is found between those of the input.
  public enum Mode: String, Sendable, CaseIterable {
    case nearest
    case linear
    case cubic
  }

  /// Where along an axis of the input an element of the output lies.
  ///
  /// With x the output's position, s the scale, and n and m the sizes of input and output:
  public enum Coordinates: String, Sendable, CaseIterable {
    /// `(x + 0.5) / s - 0.5`.
    case halfPixel = "half_pixel"
    /// The same, around the middle where `s * n` is no whole number; from version 19 on.
    case halfPixelSymmetric = "half_pixel_symmetric"
    /// The same, and 0 where m is 1.
    case pytorchHalfPixel = "pytorch_half_pixel"
    /// `x * (n - 1) / (m - 1)`.
    case alignCorners = "align_corners"
    /// `x / s`.
    case asymmetric = "asymmetric"
    /// `(x + 0.5) / s`; no longer in the specification since version 13, but exporters go on.
    case tfHalfPixelForNearest = "tf_half_pixel_for_nn"
    /// Within the region that the second input gives.
    case tfCropAndResize = "tf_crop_and_resize"
  }

  /// How a position becomes the nearest element's.
  public enum NearestMode: String, Sendable, CaseIterable {
    case roundPreferFloor = "round_prefer_floor"
    case roundPreferCeil = "round_prefer_ceil"
    case floor
    case ceil
  }

  /// What sizes mean for the ratio of the axes.
  public enum AspectRatioPolicy: String, Sendable, CaseIterable {
    /// Nothing: each axis gets its size.
    case stretch
    /// All axes have the scale of the one that grows least.
    case notLarger = "not_larger"
    /// All axes have the scale of the one that grows most.
    case notSmaller = "not_smaller"
  }

  /// Whether linear and cubic sampling spread over more elements where the tensor gets smaller.
  public var antialias = false
  /// The axes that region, scales and sizes are of; `nil` is all; from version 18 on.
  public var axes: [Int]?
  /// Where along an axis of the input an element lies.
  public var coordinates = Coordinates.halfPixel
  /// The parameter of cubic sampling.
  public var cubicCoefficient: Float = -0.75
  /// Whether positions outside the tensor count nothing, the others more.
  public var excludesOutside = false
  /// The value outside the tensor, for `tfCropAndResize`.
  public var extrapolationValue: Float = 0
  /// What sizes mean for the ratio of the axes.
  public var aspectRatioPolicy = AspectRatioPolicy.stretch
  /// How an element is found.
  public var mode = Mode.nearest
  /// How a position becomes the nearest element's.
  public var nearestMode = NearestMode.roundPreferFloor
  /// Whether the second input is the scales, and the last: the meaning before version 11.
  ///
  /// Coordinates are asymmetric then; the nearest element is the one before the position along an
  /// axis that grows, and the one after it along an axis that shrinks.
  public var takesOnlyScales: Bool

  /// The defaults; the order of the inputs and the coordinates differ before version 11.
  public init(opset: Int) {
    takesOnlyScales = opset < 11
    guard takesOnlyScales else { return }
    coordinates = .asymmetric
    nearestMode = .floor
  }

  static var fields: [AttributeField<Self>] {
    let coordinates = "coordinate_transformation_mode"
    return [
      .bool("antialias", \.antialias).since(18), .ints("axes", \.axes).since(18),
      .word(coordinates, \.coordinates, except: [.halfPixelSymmetric]).since(11).before(19),
      .word(coordinates, \.coordinates).since(19),
      .float("cubic_coeff_a", \.cubicCoefficient).since(11),
      .bool("exclude_outside", \.excludesOutside).since(11),
      .float("extrapolation_value", \.extrapolationValue).since(11),
      .word("keep_aspect_ratio_policy", \.aspectRatioPolicy).since(18),
      .word("mode", \.mode, except: [.cubic]).before(11), .word("mode", \.mode).since(11),
      .word("nearest_mode", \.nearestMode).since(11),
    ]
  }
}
