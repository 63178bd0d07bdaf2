/// Channels of values, joined into classes of those that can only be removed together.
///
/// A class may be pinned: then it stays, for the first reason that was given.
struct ChannelClasses {
  private var parents: [Int] = []
  private var reasons: [Int: String] = [:]

  /// New channels, each in a class of its own.
  mutating func make(_ count: Int) -> [Int] {
    let first = parents.count
    parents += first..<(first + count)
    return Array(first..<(first + count))
  }

  /// The channel that stands for a channel's class.
  func root(_ channel: Int) -> Int {
    var root = channel
    while parents[root] != root { root = parents[root] }
    return root
  }

  /// Joins the classes of channels that meet, pair by pair.
  mutating func join(_ left: [Int], _ right: [Int]) {
    for (left, right) in zip(left, right) {
      let (a, b) = (root(left), root(right))
      guard a != b else { continue }
      let (kept, lost) = (min(a, b), max(a, b))
      parents[lost] = kept
      parents[right] = kept
      if let reason = reasons.removeValue(forKey: lost), reasons[kept] == nil {
        reasons[kept] = reason
      }
    }
  }

  /// Says that channels have to stay.
  mutating func pin(_ channels: [Int], _ reason: String) {
    for channel in channels {
      let root = root(channel)
      if reasons[root] == nil { reasons[root] = reason }
    }
  }

  /// Why a channel has to stay; `nil` if it need not.
  func reason(_ channel: Int) -> String? { reasons[root(channel)] }
}

/// The axis of a value along which its channels run.
struct ChannelAxis {
  /// The axis, from 0.
  var axis: Int
  /// For each position of the axis its channel; a channel may have several positions.
  var channels: [Int]
}
