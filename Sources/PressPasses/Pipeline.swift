import PressFile
public import PressGraph
package import PressTensor

/// Passes in order, run one after the other.
///
/// What a recipe is in YAML, this is in Swift:
///
///     let small = try Pipeline {
///       Prune(ratio: 0.9)
///       Encode(.huffman)
///     }.run(on: Model(contentsOf: "lenet.onnx"))
public struct Pipeline: Sendable {
  /// The passes.
  public var passes: [any Pass]
  /// The seed of everything random.
  public var seed: UInt64
  /// Where relative paths in options start; `nil` for the current folder.
  public var folder: String?

  /// The passes of a closure.
  public init(
    seed: UInt64 = 0, @PipelineBuilder _ passes: () throws -> [any Pass]
  ) rethrows {
    self.passes = try passes()
    self.seed = seed
  }

  /// The passes of a recipe.
  public init(_ recipe: Recipe) {
    passes = recipe.passes
    seed = recipe.seed
    folder = recipe.folder
  }

  /// Refuses options that are out of their range, whichever pass they belong to.
  public func check() throws(PassError) {
    for pass in passes { try pass.check() }
  }

  /// Runs all passes; all options are checked before the first.
  ///
  /// What a pass made is held in memory where the whole model takes at most a quarter of it, so that
  /// later passes need not work it out again; otherwise weights stay to be worked out, one at a
  /// time.
  ///
  /// - Throws: whatever `check` or a pass throws.
  public func run(on model: Model, _ context: PassContext = PassContext()) throws -> Model {
    try check()
    var context = context
    context.seed = seed
    if let folder { context.folder = folder }
    return try passes.reduce(model) { model, pass in
      try pass.apply(to: model, context).model.holdingStreams(context.limits)
    }
  }
}

/// Collects the passes of a pipeline.
@resultBuilder public enum PipelineBuilder {
  /// One pass.
  public static func buildExpression(_ pass: any Pass) -> [any Pass] { [pass] }
  /// Passes from elsewhere.
  public static func buildExpression(_ passes: [any Pass]) -> [any Pass] { passes }
  /// One after the other.
  public static func buildBlock(_ parts: [any Pass]...) -> [any Pass] { parts.flatMap { $0 } }
  /// Passes under a condition.
  public static func buildOptional(_ part: [any Pass]?) -> [any Pass] { part ?? [] }
  /// The first of two choices.
  public static func buildEither(first part: [any Pass]) -> [any Pass] { part }
  /// The second of two choices.
  public static func buildEither(second part: [any Pass]) -> [any Pass] { part }
  /// Passes of a loop.
  public static func buildArray(_ parts: [[any Pass]]) -> [any Pass] { parts.flatMap { $0 } }
}

extension Model {
  /// The model with the streams that passes made held in memory, if all weights together are small
  /// beside it.
  package func holdingStreams(_ limits: ReadLimits) throws -> Model {
    let bound = min(limits.maximumBytes, ReadLimits.standard.maximumBytes) / 2
    let total = try weights.reduce(0) { sum, weight in
      sum + (try weight.elementType.byteCount(weight.shape.count) ?? 0)
    }
    guard total <= bound else { return self }
    var model = self
    for index in weights.indices where !(weights[index].source is LoadedWeight) {
      model.weights[index] = try weights[index].holdingStreams()
    }
    return model
  }
}

extension Weight {
  /// The weight with its streams in memory.
  fileprivate func holdingStreams() throws -> Weight {
    reformed(
      support: support, values: values, granularity: granularity, view: view,
      knownNonzeros: knownNonzeros, source: LoadedWeight(try contents()))
  }
}
