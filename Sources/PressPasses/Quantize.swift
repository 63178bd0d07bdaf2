public import PressGraph
public import PressTensor

/// Holds weights by few bits each.
///
/// Before: any weights and tables. After: stored elements are codes of a form of values, the support
/// stays. 0 stays 0 (but for binary values of a dense weight, which have no 0). What is held as codes
/// already is quantized from what the codes stand for.
public struct Quantize: Pass {
  /// What `--to` takes.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// Integers times a scale, with or without a zero point.
    case int
    /// Integers times a power of two.
    case fixed
    /// -a, 0 or b.
    case ternary
    /// -a or a.
    case binary
    /// Half precision, 1 + 5 + 10 bits.
    case fp16
    /// The upper half of single precision.
    case bf16
  }

  /// How the range of integers is chosen.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// All that occurs.
    case minmax
    /// All but the 0.01 % of activations that are farthest out; all of a weight.
    case percentile
    /// What has the least squared error.
    case mse
    /// What keeps the most information of activations (Kullback-Leibler); all of a weight.
    case kl
  }

  /// The pass's name.
  public static let name = "quantize"
  /// The engine finds the ranges of activations.
  public var isPlatformDependent: Bool { activations }

  /// The form of values.
  public var to: Form
  /// The bits of a code: 2 to 8 for integers, 4 to 16 for fixed point, `nil` for 8; others have none.
  public var bits: Int?
  /// Which elements share scales; `nil` is channels for integers and binary values, else the tensor.
  public var granularity: Granularity?
  /// Whether integers have zero points, so that the range need not lie around 0.
  public var asymmetric: Bool
  /// Whether ternary values have a scale for each sign.
  public var twoScales: Bool
  /// Whether the inputs of layers become integers, too.
  public var activations: Bool
  /// An npz file of inputs to find the ranges of activations on; needed for these, and for nothing
  /// else.
  public var calibrate: String?
  /// How the range of integers is chosen.
  public var method: Method
  /// Patterns of the layers to quantize; empty means all weights and tables.
  public var layers: [String]
  /// Patterns of the layers to leave alone.
  public var skip: [String]
  /// Other bits for some layers.
  public var overrides: [Override]

  /// Options.
  public init(
    to: Form = .int, bits: Int? = nil, granularity: Granularity? = nil, asymmetric: Bool = false,
    twoScales: Bool = false, activations: Bool = false, calibrate: String? = nil,
    method: Method = .minmax, layers: [String] = [], skip: [String] = [],
    overrides: [Override] = []
  ) {
    self.to = to
    self.bits = bits
    self.granularity = granularity
    self.asymmetric = asymmetric
    self.twoScales = twoScales
    self.activations = activations
    self.calibrate = calibrate
    self.method = method
    self.layers = layers
    self.skip = skip
    self.overrides = overrides
  }

  /// Quantizes the selected weights.
  ///
  /// - Throws: `PassError` for options out of range and numbers that are not finite, `GraphError` for
  ///   a pattern without a match, `CalibrationError`, `EngineError` where the network can't run on the
  ///   calibration inputs, or whatever reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    try check()
    let targets = try Targets(
      model, layers: layers, skip: skip, overrides: overrides, default: .weightsAndTables)
    var result = model
    var outcomes: [LayerOutcome] = []
    for index in targets.indices {
      let weight = model.weights[index]
      let layer = QuantizedLayer(
        base: weight, view: view(of: weight, index, targets), granularity: usedGranularity,
        bits: targets.override(index)?.bits ?? bits ?? 8, pass: self, threads: context.threads)
      let (quantized, reason) = try layer.quantized()
      if let quantized { result.weights[index] = quantized }
      outcomes.append(targets.outcome(index, quantized != nil, reason))
      context.progress(outcomes.count, targets.indices.count)
    }
    if activations { try quantizeInputs(&result, &outcomes, of: model, targets, context) }
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }

  /// Quantizes what the layers take whose weights are integers now.
  private func quantizeInputs(
    _ result: inout Model, _ outcomes: inout [LayerOutcome], of model: Model, _ targets: Targets,
    _ context: PassContext
  ) throws {
    guard let calibrate else { return }
    let inputs = try CalibrationInputs(path: calibrate, for: model, context)
    let weights = targets.indices.filter { result.weights[$0].values.isIntegral }
    let notes: [Int: String]
    (result, notes) = try ActivationQuantization(
      original: model, inputs: inputs, pass: self, context: context
    ).applied(to: result, weights: Set(weights))
    for (place, index) in targets.indices.enumerated() {
      guard let note = notes[index] else { continue }
      outcomes[place].reason += "; \(note)"
    }
  }

  /// The granularity, or the form's default.
  private var usedGranularity: Granularity {
    granularity ?? (to == .int || to == .binary ? .channel : .tensor)
  }

  /// The view of the result: rows are those of the layer, or of the support where it speaks of rows.
  private func view(of weight: Weight, _ index: Int, _ targets: Targets) -> MatrixView? {
    usedGranularity == .tensor || weight.support.isStructured ? weight.view : targets.view(index)
  }
}

extension Values {
  /// Whether codes are integers that a product can be made of.
  fileprivate var isIntegral: Bool {
    switch self {
    case .affine: true
    case .fixed(let bits, _): bits <= 8
    default: false
    }
  }
}
