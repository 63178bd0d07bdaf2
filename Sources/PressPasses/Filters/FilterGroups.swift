import PressGraph

/// Layers whose filters make the same channels, and so lose them together.
struct FilterGroup {
  /// Places in the tracer's layers of those that make the channels.
  var layers: [Int]
  /// Places of depthwise layers, whose filters go with the channels that they read.
  var followers: [Int] = []
  /// The classes of their channels, each by its root, in the order of the deciding layer's filters.
  var classes: [Int]
  /// The layers whose filters are ranked: those nearest to the inputs.
  ///
  /// Of a residual block these make the shortcut: what is added to it follows.
  var deciders: [Int]
}

extension ChannelTracer {
  /// The groups of coupled layers, in the order of their first layers.
  func groups() -> [FilterGroup] {
    var groupOfRoot: [Int: Int] = [:]
    var members: [[Int]] = []
    for (index, layer) in layers.enumerated() where !layer.follows {
      let roots = Set(layer.channels.map(classes.root))
      let met = Set(roots.compactMap { groupOfRoot[$0] }).sorted()
      let group = met.first ?? members.count
      if met.isEmpty { members.append([]) }
      members[group].append(index)
      for other in met.dropFirst() {
        members[group] += members[other]
        for (root, old) in groupOfRoot where old == other { groupOfRoot[root] = group }
        members[other] = []
      }
      for root in roots { groupOfRoot[root] = group }
    }
    let followers = layers.indices.filter { layers[$0].follows }
    return members.filter { !$0.isEmpty }.map { members in
      var group = group(members.sorted())
      let roots = Set(group.classes)
      group.followers = followers.filter { follower in
        layers[follower].channels.contains { roots.contains(classes.root($0)) }
      }
      return group
    }
  }

  private func group(_ members: [Int]) -> FilterGroup {
    let least = members.map { layers[$0].depth }.min() ?? 0
    var deciders = members.filter { layers[$0].depth == least }
    func roots(_ members: [Int]) -> [Int] {
      var seen: Set<Int> = []
      return members.flatMap { layers[$0].channels }.map(classes.root)
        .filter { seen.insert($0).inserted }
    }
    // Where a layer is coupled to several others' channels joined, none of these knows them all.
    if roots(deciders).count < roots(members).count { deciders = members }
    return FilterGroup(layers: members, classes: roots(deciders), deciders: deciders)
  }
}
