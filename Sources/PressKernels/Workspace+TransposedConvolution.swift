internal import CPressKernels
private import PressTensor

/// A transposed convolution of channels-last values for one input shape.
///
/// The input is (images, spatial axes..., groups * channels), the output (images, spatial axes...,
/// groups * columns). Each group has a weight (window * columns, channels).
public struct TransposedConvolutionLayout: Sendable {
  /// The number of images.
  public let images: Int
  /// The number of groups that channels fall into.
  public let groups: Int
  /// Input channels of a group.
  public let channels: Int
  /// Output channels of a group.
  public let columns: Int
  /// One to three spatial axes: x's places, y's places, and what is cut off in front.
  public let axes: [WindowAxis]
  /// The bytes of scratch memory that running it needs.
  public let scratchBytes: Int
  /// The places of an image of x and of y, and the window's elements.
  private let counts: (places: Int, pixels: Int, taps: Int)
  /// The bytes of a group's input and products.
  private let parts: (input: Int, products: Int)

  /// Lays out a transposed convolution; `nil` if a size overflows or there are too many axes.
  public init?(images: Int, groups: Int, channels: Int, columns: Int, axes: [WindowAxis]) {
    guard (1...Int(PRESS_FOLD_AXES)).contains(axes.count),
      let places = try? Shape(axes.map(\.input)).count,
      let pixels = try? Shape(axes.map(\.output)).count,
      let taps = try? Shape(axes.map(\.kernel)).count,
      let input = try? Shape([images, groups, channels, places, 16]),
      let output = try? Shape([images, groups, columns, pixels, 16]),
      let products = try? Shape([places, taps, columns, 16]).count,
      input.count < Int.max / 4, output.count < Int.max / 4, products < Int.max / 4
    else { return nil }
    self.images = images
    self.groups = groups
    self.channels = channels
    self.columns = columns
    self.axes = axes
    counts = (places, pixels, taps)
    let staged = (places * channels * 4 + 63) / 64 * 64
    parts = (staged, places * taps * columns * 4)
    scratchBytes = parts.input + parts.products
  }

  /// The rows of a group's weight: (window, columns).
  public var weightRows: Int { counts.taps * columns }

  /// The floats of x and y.
  var floats: (x: Int, y: Int) {
    (images * groups * channels * counts.places, images * groups * columns * counts.pixels)
  }

  /// What is the same for all images and groups.
  var fold: press_fold {
    let unit = press_axis(
      input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad_begin: 0, pad_end: 0)
    let missing = Int(PRESS_FOLD_AXES) - axes.count
    let all = [press_axis](repeating: unit, count: missing) + axes.map(\.view)
    var fold = unsafe press_fold()
    unsafe fold.axes = (all[0], all[1], all[2])
    unsafe fold.channels = columns
    unsafe fold.y_stride = groups * columns
    return unsafe fold
  }

  /// The parts of scratch memory for an image's and group's input and products.
  func places(in scratch: ArenaSlice) -> (input: ArenaSlice, products: ArenaSlice) {
    (
      ArenaSlice(offset: scratch.offset, byteCount: counts.places * channels * 4),
      ArenaSlice(offset: scratch.offset + parts.input, byteCount: parts.products)
    )
  }

  /// The places of an image of x, and of y.
  var imagePlaces: (x: Int, y: Int) { (counts.places, counts.pixels) }
}

extension Workspace {
  /// output = the input convolved by the transpose of a convolution, plus bias.
  ///
  /// There is a dense weight in panels for each group; a bias has an element for each output channel.
  public mutating func convolveTransposed(
    _ weights: [PackedMatrix], bias: Operand?, layout: TransposedConvolutionLayout,
    input: Operand, output: ArenaSlice, scratch: ArenaSlice
  ) {
    precondition(
      weights.count == layout.groups
        && weights.allSatisfy { $0.rows == layout.weightRows && $0.columns == layout.channels },
      "a weight for each group")
    checkApart(output, input)
    checkApart(scratch, input)
    precondition(!scratch.overlaps(output) && scratch.byteCount >= layout.scratchBytes)
    let (columns, channels) = (layout.groups * layout.columns, layout.groups * layout.channels)
    let x = unsafe self.input(input, count: layout.floats.x)
    let y = unsafe self.output(output, count: layout.floats.y)
    let addend = unsafe bias.map { unsafe self.input($0, count: columns) } ?? nil
    let places = layout.places(in: scratch)
    let room = unsafe self.output(places.input, count: places.input.byteCount / 4)
    let products = unsafe self.output(places.products, count: places.products.byteCount / 4)
    let counts = layout.imagePlaces
    for image in 0..<layout.images {
      for group in 0..<layout.groups {
        var team = unsafe team
        unsafe press_take_rows(
          &team, counts.x, layout.channels,
          x?.advanced(by: image * counts.x * channels + group * layout.channels), channels, room)
        linear(
          weights[group], bias: nil, count: counts.x, input: .slice(places.input),
          output: places.products, scratch: .empty)
        var fold = unsafe layout.fold
        unsafe fold.columns = UnsafePointer(products)
        unsafe fold.bias = addend?.advanced(by: group * layout.columns)
        unsafe fold.y = y + image * counts.y * columns + group * layout.columns
        unsafe press_fold_columns(&team, &fold)
      }
    }
    extendLifetime(input)
    extendLifetime(bias)
  }
}
