public import PressGraph
import PressKernels
import PressTensor

/// Rewrites dense convolutions as a depthwise and a pointwise one.
///
/// Before: convolutions without groups whose window is larger than 1. After: the closest pair in
/// Frobenius norm, whose depthwise half has as few filters for each input channel as keep the energy,
/// and no more than make it smaller: d * (k*k*I + I*O) parameters instead of k*k*I*O. With `energy`
/// 0 it is one filter each. With inputs to calibrate by, the pointwise half is then fitted to what
/// the dense layer makes of them.
public struct Separate: Pass {
  /// The pass's name.
  public static let name = "separate"

  /// The share of the sum of squared singular values that is kept where the pair stays smaller, 0 to
  /// 1.
  public var energy: Double
  /// An npz file of inputs to fit the pointwise half on.
  public var calibrate: String?
  /// Patterns of the layers to separate; empty means all weights.
  public var layers: [String]
  /// Patterns of the layers to leave alone.
  public var skip: [String]
  /// Other energies for some layers.
  public var overrides: [Override]

  /// Options.
  public init(
    energy: Double = 0.9, calibrate: String? = nil, layers: [String] = [], skip: [String] = [],
    overrides: [Override] = []
  ) {
    self.energy = energy
    self.calibrate = calibrate
    self.layers = layers
    self.skip = skip
    self.overrides = overrides
  }

  /// Refuses energies that are no shares.
  public func check() throws(PassError) {
    try Override.check(overrides, allowed: ["energy"], pass: Self.name)
    for energy in [energy] + overrides.compactMap(\.energy) {
      guard energy >= 0, energy <= 1 else {
        throw .option(name: "energy", expected: "0 to 1", found: "\(energy)")
      }
    }
  }

  /// LAPACK takes part, and the engine with calibration inputs.
  public var isPlatformDependent: Bool { true }

  /// Separates the selected convolutions.
  ///
  /// - Throws: `GraphError` for a pattern without a match or a model without a graph,
  ///   `CalibrationError`, `EngineError` where the network can't run on the calibration inputs, or
  ///   whatever reading a weight throws.
  public func apply(to model: Model, _ context: PassContext) throws -> PassResult {
    try check()
    let targets = try Targets(
      model, layers: layers, skip: skip, overrides: overrides, default: .weights)
    var rewrite = try GraphRewrite(model, reason: Self.name)
    let inputs = try calibrate.map { try CalibrationInputs(path: $0, for: model, context) }
    let sites = model.weightSites()
    var found = try Parallel.map(targets.indices.count, threads: context.threads) {
      [rewrite, places = targets.indices, rules = targets.indices.map(targets.override)] place in
      try Result<(job: Job, kernel: SeparableKernel), Declined>.catching {
        let layer = try RewrittenLayer(
          places[place], of: model, sites[model.weights[places[place]].id] ?? [])
        let job = try Job(layer, rewrite, energy: rules[place]?.energy ?? energy)
        return (job, try job.kernel())
      }
    }
    let fits = try inputs.map { try fit(&found, on: $0, model, context) }
    var outcomes: [LayerOutcome] = []
    for (place, index) in targets.indices.enumerated() {
      switch found[place] {
      case .success(let (job, kernel)):
        try rewrite.separate(job, kernel)
        let text = job.text(kernel) + (fits?[place].map { ", \($0)" } ?? "")
        outcomes.append(targets.outcome(index, true, text))
      case .failure(let declined):
        outcomes.append(targets.outcome(index, false, declined.reason))
      }
      context.progress(outcomes.count, targets.indices.count)
    }
    var result = try rewrite.finished()
    try result.record(self, context)
    return PassResult(model: result, layers: outcomes)
  }

  /// Fits the pairs that there are; says by their places what that came to.
  private func fit(
    _ found: inout [Result<(job: Job, kernel: SeparableKernel), Declined>],
    on inputs: CalibrationInputs, _ model: Model, _ context: PassContext
  ) throws -> [Int: String] {
    let places = found.indices.filter { (try? found[$0].get()) != nil }
    var pairs = found.compactMap { try? $0.get() }
    let fits = try PointwiseRefit(model: model, inputs: inputs, context: context).fit(&pairs)
    var texts: [Int: String] = [:]
    for (index, place) in places.enumerated() {
      found[place] = .success(pairs[index])
      texts[place] = "outputs off by \(fits[index].before), fitted \(fits[index].after)"
    }
    return texts
  }
}

extension Separate {
  private enum Key: String, CodingKey { case energy, calibrate, layers, skip, overrides }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    try self.init(
      energy: values.decodeIfPresent(Double.self, forKey: .energy) ?? 0.9,
      calibrate: values.decodeIfPresent(String.self, forKey: .calibrate),
      layers: values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: values.decodeIfPresent([String].self, forKey: .skip) ?? [],
      overrides: values.decodeIfPresent([Override].self, forKey: .overrides) ?? [])
  }

  /// Writes the options; what is not given and empty lists are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(energy, forKey: .energy)
    try values.encodeIfPresent(calibrate, forKey: .calibrate)
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
    if !overrides.isEmpty { try values.encode(overrides, forKey: .overrides) }
  }
}
