import PressGraph
import PressTensor

/// Removal of whole filters, with everything in the network that belongs to them.
struct FilterPruning {
  private let options: Prune
  private let model: Model
  private let targets: Targets
  /// The channels of the model.
  let tracer: ChannelTracer
  private let groups: [FilterGroup]
  private let scores: FilterScores
  private let removal: FilterRemoval

  /// Traces the channels of a model.
  ///
  /// - Throws: `GraphError`, `missingGraph` for a model of weights alone.
  init(_ options: Prune, _ model: Model, _ targets: Targets) throws {
    guard let graph = model.graph else { throw GraphError.missingGraph }
    (self.options, self.model, self.targets) = (options, model, targets)
    let fixed = model.withSingleExamples()
    tracer = try ChannelTracer(model, graph, fixed.inferShapes())
    groups = tracer.groups()
    scores = FilterScores(tracer, model, options.criterion)
    removal = FilterRemoval(tracer, model, graph)
  }

  /// Prunes what is selected.
  func result(_ context: PassContext) throws -> PassResult {
    let (chosen, refusals) = choice()
    let removed = try removed(chosen)
    let result = try removal.result(without: removed)
    let outcomes = targets.indices.map { index in
      outcome(index, removed, refusals[model.weights[index].id])
    }
    context.progress(targets.indices.count, targets.indices.count)
    return PassResult(model: result, layers: outcomes)
  }

  private typealias Choice = [(group: FilterGroup, ratio: Double?)]

  /// The groups that lose filters, and why the layers of others lose none.
  private func choice() -> (chosen: Choice, refusals: [WeightID: String]) {
    var chosen: Choice = []
    var refusals: [WeightID: String] = [:]
    let indices = Dictionary(
      model.weights.indices.map { (model.weights[$0].id, $0) }, uniquingKeysWith: { $1 })
    for group in groups {
      let members = (group.layers + group.followers).map { tracer.layers[$0] }
      if let reason = refusal(group, members) {
        for layer in members { refusals[layer.weight] = reason }
      } else {
        let deciders = group.deciders.map { tracer.layers[$0] }
        let ratio = (deciders + members).lazy.compactMap { layer in
          indices[layer.weight].flatMap { targets.override($0)?.ratio }
        }.first
        chosen.append((group, ratio))
      }
    }
    return (chosen, refusals)
  }

  /// The classes of channels that go, by their roots.
  func removed() throws -> Set<Int> { try removed(choice().chosen) }

  private func removed(_ chosen: Choice) throws -> Set<Int> {
    let choice = try FilterChoice(chosen, tracer, scores, isGreedy: options.greedy)
    return try choice.removed(try ratio(choice))
  }

  /// Why a group loses no filters; `nil` if it may.
  private func refusal(_ group: FilterGroup, _ members: [FilterLayer]) -> String? {
    if let reason = group.classes.lazy.compactMap({ tracer.classes.reason($0) }).first,
      group.classes.allSatisfy({ tracer.classes.reason($0) != nil })
    {
      return reason
    }
    let selected = Set(targets.indices.map { model.weights[$0].id })
    if let other = members.first(where: { !selected.contains($0.weight) }) {
      return "its filters go with those of '\(other.name)', which is not selected"
    }
    return scores.refusal(group)
  }

  /// The share of filters that goes.
  private func ratio(_ choice: FilterChoice) throws -> Double {
    let wanted = options.ratio ?? 0
    guard options.ratioOf != .filters else { return wanted }
    let budget = try FilterBudget(options.ratioOf, model)
    let found = try budget.smallest(of: choice.steps(), saving: wanted) { ratio in
      try removal.result(without: try choice.removed(ratio))
    }
    guard let ratio = found.ratio else {
      let most = (found.best * 1000).rounded(.down) / 1000
      throw PassError.unreachable(
        name: "a ratio of \(wanted) of the \(options.ratioOf.rawValue)",
        expected: "at most \(most) with one filter left in each layer", found: "\(wanted)")
    }
    return ratio
  }

  private func outcome(_ index: Int, _ removed: Set<Int>, _ refusal: String?) -> LayerOutcome {
    let weight = model.weights[index]
    let layer = tracer.layers.first { $0.weight == weight.id }
    var parts: [String] = []
    for (axis, channels) in (tracer.cuts[weight.id] ?? [:]).sorted(by: { $0.key < $1.key }) {
      let count = channels.count { removed.contains(tracer.classes.root($0)) }
      guard count > 0 else { continue }
      let what = axis == layer?.rowAxis ? "filters" : "inputs"
      parts.append("\(count) of \(channels.count) \(what)")
    }
    guard parts.isEmpty else {
      let kept = refusal.map { ", filters stay: \($0)" } ?? ""
      return targets.outcome(index, true, parts.joined(separator: " and ") + " removed" + kept)
    }
    let reason = refusal ?? (layer == nil ? "not a layer with filters" : "no filter removed")
    return targets.outcome(index, false, reason)
  }
}
