/// How the rank of a matrix is chosen.
enum RankRule: Sendable, Hashable {
  /// The smallest that keeps a share of the sum of the squared singular values.
  case energy(Double)
  /// This one.
  case rank(Int)
  /// The largest that removes a share of the parameters.
  case ratio(Double)

  /// The rank for a (rows, columns) matrix with given singular values, of which it has at least one.
  ///
  /// Throws the reason if there is none, or if two factors of it would not be smaller than the matrix.
  func rank(of values: [Float], rows: Int, columns: Int) throws(Declined) -> Int {
    let (parameters, cost) = (rows * columns, rows + columns)
    guard cost < parameters else {
      throw Declined(
        "rank 1 takes \(cost) parameters, the matrix of \(rows)x\(columns) has \(parameters)")
    }
    let rank: Int
    switch self {
    case .energy(let share): rank = RankRule.rank(of: values, keeping: share)
    case .rank(let number):
      guard number <= values.count else {
        throw Declined(
          "rank \(number) is above the full rank, \(values.count)", isUnreachable: true)
      }
      rank = number
    case .ratio(let share):
      let kept = Double(parameters) - share * Double(parameters)
      rank = min(values.count, Int((kept / Double(cost)).rounded(.down)))
      guard rank > 0 else {
        throw Declined(
          "rank 1 takes \(cost) of \(parameters) parameters, ratio \(share) leaves fewer",
          isUnreachable: true)
      }
    }
    guard rank * cost < parameters else {
      throw Declined("rank \(rank) takes \(rank * cost) parameters instead of \(parameters)")
    }
    return rank
  }

  /// Throws the reason where the shape alone says that there is no rank.
  func check(rows: Int, columns: Int) throws(Declined) {
    // With one value above zeros the energy asks for rank 1, and the others don't ask for values.
    var values = [Float](repeating: 0, count: min(rows, columns))
    values[0] = 1
    _ = try rank(of: values, rows: rows, columns: columns)
  }

  /// The smallest rank with `sum of kept s^2 >= share * sum of all s^2`, at least 1.
  static func rank(of values: [Float], keeping share: Double) -> Int {
    let total = values.reduce(0) { $0 + Double($1) * Double($1) }
    var kept = 0.0
    for (index, value) in values.enumerated() {
      kept += Double(value) * Double(value)
      if kept >= share * total { return index + 1 }
    }
    return values.count
  }
}
