internal import PressGraph

/// Several nodes that exporters write for what is one operator.
struct FusionPattern: Sendable {
  /// The nodes and the one that stands for them, if the node at a place is the first of them.
  let match: @Sendable (NodeList, Int) -> (places: [Int], node: Node)?

  /// All patterns, in the order in which they are tried.
  static let all: [FusionPattern] = [
    FusionPattern(match: matchGelu), FusionPattern(match: matchLayerNormalization),
    FusionPattern(match: matchSwish), FusionPattern(match: matchClippedHardSwish),
    FusionPattern(match: matchHardSigmoidSwish),
  ]
}

extension NodeList {
  /// Puts one node in place of every group of nodes that a pattern knows.
  mutating func applyPatterns() {
    for index in indices {
      for pattern in FusionPattern.all {
        guard self[index] != nil, let (places, node) = pattern.match(self, index) else { continue }
        replace(places, by: node)
      }
    }
  }

  /// Whether every value that nodes make, but for the last one's, is used by them alone.
  func isClosed(_ places: [Int]) -> Bool {
    let inside = Set(places)
    guard let last = places.max() else { return false }
    return places.allSatisfy { place in
      place == last
        || (self[place]?.outputs ?? []).allSatisfy { output in
          !kept.contains(output) && users(of: output).allSatisfy(inside.contains)
        }
    }
  }

  /// A node that stands for others and makes what the last of them makes.
  func joined(
    _ places: [Int], _ operation: Operation, inputs: [String]
  ) -> (places: [Int], node: Node)? {
    guard isClosed(places), let last = places.max().flatMap({ self[$0] }) else { return nil }
    return (
      places, Node(name: last.name, inputs: inputs, outputs: last.outputs, operation: operation)
    )
  }
}
