import PressGraph
import PressTensor

/// Ranks the filters of a group: the lowest score goes first.
struct FilterScores {
  private let tracer: ChannelTracer
  private let weights: [WeightID: Weight]
  private let criterion: Prune.Criterion

  /// Scores by a criterion of filters.
  init(_ tracer: ChannelTracer, _ model: Model, _ criterion: Prune.Criterion) {
    self.tracer = tracer
    self.criterion = criterion
    weights = Dictionary(model.weights.map { ($0.id, $0) }) { first, _ in first }
  }

  /// Why a group cannot be ranked; `nil` if it can.
  func refusal(_ group: FilterGroup) -> String? {
    for layer in group.deciders.map({ tracer.layers[$0] }) {
      if let type = weights[layer.weight]?.elementType, !Magnitude.isDefined(for: type) {
        return "elements of type \(type.name)"
      }
      if criterion == .batchNormalizationScale, layer.normalization == nil {
        return "no batch normalization right behind '\(layer.name)'"
      }
    }
    return nil
  }

  /// The score of each class of a group: the sum over the filters of the deciding layers.
  ///
  /// - Parameter removed: classes that no longer count among what filters read.
  func scores(_ group: FilterGroup, without removed: Set<Int>) throws -> [Double] {
    var places: [Int: Int] = [:]
    for (place, root) in group.classes.enumerated() { places[root] = place }
    var scores = [Double](repeating: 0, count: group.classes.count)
    for layer in group.deciders.map({ tracer.layers[$0] }) {
      let own =
        criterion == .batchNormalizationScale
        ? try scales(layer) : try sums(layer, without: removed)
      for (filter, channel) in layer.channels.enumerated() {
        if let place = places[tracer.classes.root(channel)] { scores[place] += own[filter] }
      }
    }
    return scores
  }

  private func scales(_ layer: FilterLayer) throws -> [Double] {
    let scales = try layer.normalization.flatMap { weights[$0] }?.floats() ?? []
    guard scales.count == layer.channels.count else {
      throw TensorError.byteCount(expected: layer.channels.count, found: scales.count)
    }
    return scales.map { Double($0.magnitude) }
  }

  /// The sum of |w|, or of w^2, over each filter.
  private func sums(_ layer: FilterLayer, without removed: Set<Int>) throws -> [Double] {
    guard let weight = weights[layer.weight] else { return [] }
    let axes = StridedAxis.rowMajor(weight.shape)
    let (row, column) = (axes[layer.rowAxis], layer.columnAxis.map { axes[$0] })
    let read = layer.columnAxis.flatMap { tracer.cuts[layer.weight]?[$0] }
    let counts = read.map { $0.map { !removed.contains(tracer.classes.root($0)) } }
    var sums = [Double](repeating: 0, count: row.size)
    for (place, number) in try weight.floats().enumerated() {
      if let counts, let column, !counts[place / column.stride % column.size] { continue }
      let magnitude = Double(number.magnitude)
      sums[place / row.stride % row.size] +=
        criterion == .l2Filter ? magnitude * magnitude : magnitude
    }
    return sums
  }
}
