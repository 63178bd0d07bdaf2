/// Code lengths of an optimal prefix code with a longest code, by package-merge
/// (Larmore and Hirschberg 1990).
enum PackageMerge {
  /// One code length for each count; 0 where the count is 0.
  ///
  /// With fewer than two symbols there is no code and all lengths are 0. Equal counts are ordered by
  /// symbol, so that the result is the same everywhere.
  ///
  /// - Complexity: O(limit * n) after sorting, for n symbols that occur.
  static func lengths(counts: [Int], limit: Int) -> [UInt8] {
    let symbols = counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$0], $0) < (counts[$1], $1) }
    var lengths = [UInt8](repeating: 0, count: counts.count)
    guard symbols.count > 1 else { return lengths }
    precondition(symbols.count <= 1 << limit, "too many symbols for the longest code")
    let coins = symbols.map { Item(weight: counts[$0], kind: .coin) }
    var levels = [coins]
    for _ in 1..<limit {
      levels.append(merged(coins, packages(of: levels[levels.count - 1])))
    }
    // Of the last level the 2n - 2 cheapest items are taken; a package takes two of the level below.
    var taken = 2 * symbols.count - 2
    for level in levels.reversed() {
      var coin = 0
      var packages = 0
      for item in level.prefix(taken) {
        switch item.kind {
        case .coin:
          lengths[symbols[coin]] += 1
          coin += 1
        case .package: packages += 1
        }
      }
      taken = 2 * packages
    }
    return lengths
  }

  private struct Item {
    enum Kind { case coin, package }
    let weight: Int
    let kind: Kind
  }

  private static func packages(of level: [Item]) -> [Item] {
    stride(from: 0, to: level.count - 1, by: 2).map {
      Item(weight: level[$0].weight + level[$0 + 1].weight, kind: .package)
    }
  }

  private static func merged(_ coins: [Item], _ packages: [Item]) -> [Item] {
    var result: [Item] = []
    result.reserveCapacity(coins.count + packages.count)
    var coin = 0
    var package = 0
    while coin < coins.count || package < packages.count {
      let takesCoin =
        package == packages.count
        || (coin < coins.count && coins[coin].weight <= packages[package].weight)
      if takesCoin {
        result.append(coins[coin])
        coin += 1
      } else {
        result.append(packages[package])
        package += 1
      }
    }
    return result
  }
}
