import PressGraph
import PressTensor

/// Pruning of elements, groups and blocks: every weight keeps its shape.
struct WeightPruning {
  /// The largest mask that a weight may need, in bytes.
  private static let largestMask = 1 << 40

  private let options: Prune
  private let model: Model
  private let targets: Targets

  /// Pruning with checked options.
  init(_ options: Prune, _ model: Model, _ targets: Targets) {
    self.options = options
    self.model = model
    self.targets = targets
  }

  /// Prunes what is selected.
  func result(_ context: PassContext) throws -> PassResult {
    var outcomes: [LayerOutcome] = []
    var chosen: [Int] = []
    for index in targets.indices {
      if let reason = refusal(model.weights[index], context) {
        outcomes.append(targets.outcome(index, false, reason))
      } else {
        chosen.append(index)
      }
    }
    guard !chosen.isEmpty else {
      throw PassError.nothingToDo(
        pass: Prune.name,
        reason: "expected a weight of floating-point type, found "
          + (outcomes.first.map { "one with \($0.reason)" } ?? "none"))
    }
    var result = model
    for section in sections(chosen) {
      for pruned in try pruned(section, context) {
        let index = pruned.index
        outcomes.append(targets.outcome(index, pruned.weight != nil, pruned.reason))
        if let weight = pruned.weight { result.weights[index] = weight }
        if let nonzeros = pruned.nonzeros { result.weights[index].knownNonzeros = nonzeros }
        context.progress(outcomes.count, targets.indices.count)
      }
    }
    return PassResult(model: result, layers: outcomes)
  }

  private func refusal(_ weight: Weight, _ context: PassContext) -> String? {
    guard Magnitude.isDefined(for: weight.elementType) else {
      return "elements of type \(weight.elementType.name)"
    }
    guard weight.shape.count / 8 < min(context.limits.maximumBytes, Self.largestMask) else {
      return "\(weight.shape.count) elements, more than a mask may have"
    }
    return nil
  }

  /// Weights that share one ratio: those with one of their own are by themselves.
  private struct Section {
    var indices: [Int]
    var ratio: Double
  }

  private func sections(_ chosen: [Int]) -> [Section] {
    var common: [Int] = []
    var sections: [Section] = []
    for index in chosen {
      if let ratio = targets.override(index)?.ratio {
        sections.append(Section(indices: [index], ratio: ratio))
      } else if options.scope == .layer || options.pattern.statesRatio {
        sections.append(Section(indices: [index], ratio: options.ratio ?? 0))
      } else {
        common.append(index)
      }
    }
    return (common.isEmpty ? [] : [Section(indices: common, ratio: options.ratio ?? 0)]) + sections
  }

  /// What became of one weight.
  private struct Pruned {
    var index: Int
    /// The weight as it is now; `nil` if it is as it was.
    var weight: Weight?
    /// The elements other than 0, if they were counted.
    var nonzeros: Int?
    var reason: String
  }

  private func pruned(_ section: Section, _ context: PassContext) throws -> [Pruned] {
    switch options.pattern {
    case .unstructured, .filter: try unstructured(section, context)
    case .groups(let kept, let size):
      try section.indices.map { index in try structured(index, .groups(kept: kept, of: size)) }
    case .blocks(let rows, let columns): try blocks(section, rows, columns)
    }
  }

  private func unstructured(_ section: Section, _ context: PassContext) throws -> [Pruned] {
    let weights = section.indices.map { model.weights[$0] }
    let total = try weights.reduce(0) { total, weight in
      let (sum, overflow) = total.addingReportingOverflow(weight.shape.count)
      guard !overflow else { throw TensorError.sizeOverflow(weight.shape.dimensions) }
      return sum
    }
    let threshold = try MagnitudeThreshold(
      count: share(section.ratio, of: total), of: weights, threads: context.threads)
    return try zip(section.indices, threshold.shares).map { index, share in
      let base = model.weights[index]
      let (was, now) = (share.nonzerosBefore, share.nonzerosAfter)
      guard now != was || base.support == .dense else {
        let reason = "\(was) non-zeros already, \(base.support.name)"
        return Pruned(index: index, nonzeros: was, reason: reason)
      }
      let rule = SparsifiedWeight.Rule.magnitude(
        threshold.form, key: threshold.key, ties: share.ties)
      let weight = try SparsifiedWeight.smaller(
        base, rule, coding: base.coding, nonzeros: now)
      let isChanged = now != was || weight.support != base.support
      let reason = "\(was - now) of \(was) non-zeros removed, \(weight.support.name)"
      return Pruned(
        index: index, weight: isChanged ? weight : nil, nonzeros: now, reason: reason)
    }
  }

  private func blocks(_ section: Section, _ rows: Int, _ columns: Int) throws -> [Pruned] {
    let indices = section.indices.filter { refusalOfOrder($0) == nil }
    var grids: [BlockGrid] = []
    var sums: [[Double]] = []
    for index in indices {
      let (base, view) = (model.weights[index], targets.view(index))
      let grid = BlockGrid(
        rows: view.rows, columns: view.columns, blockRows: rows, blockColumns: columns)
      let contents = base.ordered(try base.contents(), by: view)
      grids.append(grid)
      sums.append(try grid.sums(base, contents))
    }
    let count = share(section.ratio, of: sums.reduce(0) { $0 + $1.count })
    let remaining = BlockSet.remaining(sums, without: count)
    let refused = section.indices.compactMap { index in
      refusalOfOrder(index).map { Pruned(index: index, reason: $0) }
    }
    return try refused
      + indices.indices.map { place in
        guard remaining[place].contains(false) else {
          return Pruned(
            index: indices[place], reason: "none of \(grids[place].count) blocks removed")
        }
        let set = BlockSet(grid: grids[place], isMember: remaining[place])
        return try structured(indices[place], .blocks(set))
      }
  }

  /// Why a weight cannot be seen as the matrix of its layer.
  private func refusalOfOrder(_ index: Int) -> String? {
    let base = model.weights[index]
    return base.canBeOrdered(by: targets.view(index))
      ? nil : "values by \(base.granularity.name) of other rows and columns"
  }

  private func structured(_ index: Int, _ rule: SparsityRule) throws -> Pruned {
    let (base, view) = (model.weights[index], targets.view(index))
    if let reason = refusalOfOrder(index) { return Pruned(index: index, reason: reason) }
    if base.view == view, base.support.satisfies(rule.support) {
      return Pruned(index: index, reason: "already \(base.support.name)")
    }
    var weight = try SparsifiedWeight.structured(base, rule, view: view)
    let was = try base.knownNonzeros ?? base.countNonzeros(in: base.contents())
    let now = try weight.countNonzeros(in: weight.contents())
    weight.knownNonzeros = now
    let isChanged = now != was || weight.support != base.support
    let reason = "\(was - now) of \(was) non-zeros removed, \(weight.support.name)"
    return Pruned(index: index, weight: isChanged ? weight : nil, nonzeros: now, reason: reason)
  }

  /// floor(ratio * n).
  private func share(_ ratio: Double, of count: Int) -> Int {
    min(count, Int((ratio * Double(count)).rounded(.down)))
  }
}

extension Support {
  /// Whether no group of columns keeps more than another support's.
  fileprivate func satisfies(_ other: Support) -> Bool {
    guard case .groups(let kept, let size) = self, case .groups(let most, size) = other else {
      return false
    }
    return kept <= most
  }
}
