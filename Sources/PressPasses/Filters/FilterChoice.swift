import PressGraph

/// Chooses the filters that go: the same share of every group that has none of its own.
struct FilterChoice {
  /// The groups that lose filters, with their own ratio if they have one.
  let groups: [(group: FilterGroup, ratio: Double?)]
  private let tracer: ChannelTracer
  private let scores: FilterScores
  private let isGreedy: Bool
  /// Every group's scores, where what was removed before does not change them.
  private let fixedScores: [[Double]]

  /// A choice among groups that can be ranked.
  init(
    _ groups: [(group: FilterGroup, ratio: Double?)], _ tracer: ChannelTracer,
    _ scores: FilterScores, isGreedy: Bool
  ) throws {
    (self.groups, self.tracer, self.scores) = (groups, tracer, scores)
    self.isGreedy = isGreedy
    fixedScores = isGreedy ? [] : try groups.map { try scores.scores($0.group, without: []) }
  }

  /// The classes that go: of each group floor(ratio * n), the lowest scores first and the first of
  /// equals; one channel of each layer stays.
  func removed(_ ratio: Double) throws -> Set<Int> {
    var removed: Set<Int> = []
    for (index, (group, own)) in groups.enumerated() {
      let scores = isGreedy ? try scores.scores(group, without: removed) : fixedScores[index]
      let count = Self.count(own ?? ratio, of: group.classes.count)
      removed.formUnion(choose(count, of: group, scores))
    }
    return removed
  }

  /// Every ratio at which another filter of some group goes, in order.
  func steps() -> [Double] {
    let sizes = Set(groups.filter { $0.ratio == nil }.map(\.group.classes.count))
    var ratios: Set<Double> = [0]
    for size in sizes {
      for count in 1..<max(size, 1) {
        var ratio = Double(count) / Double(size)
        while Self.count(ratio, of: size) < count { ratio = ratio.nextUp }
        ratios.insert(ratio)
      }
    }
    return ratios.sorted()
  }

  private static func count(_ ratio: Double, of size: Int) -> Int {
    min(Int((ratio * Double(size)).rounded(.down)), size - 1)
  }

  private func choose(_ count: Int, of group: FilterGroup, _ scores: [Double]) -> [Int] {
    // Bits order as numbers that are not negative do, and put what is not a number last.
    let order = group.classes.indices.sorted {
      (scores[$0].magnitude.bitPattern, $0) < (scores[$1].magnitude.bitPattern, $1)
    }
    var left = group.layers.map { layer in
      Dictionary(tracer.layers[layer].channels.map { (tracer.classes.root($0), 1) }) { $0 + $1 }
    }
    var chosen: [Int] = []
    for place in order where chosen.count < count {
      let root = group.classes[place]
      guard tracer.classes.reason(root) == nil,
        left.allSatisfy({ $0.count > 1 || $0[root] == nil })
      else { continue }
      for index in left.indices { left[index][root] = nil }
      chosen.append(root)
    }
    return chosen
  }
}
