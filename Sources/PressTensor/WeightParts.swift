/// The parts of a weight that have parameters of their own, in the order of its streams.
public struct WeightParts: Sendable {
  /// The number of parts.
  public let count: Int
  private let columns: Int
  private let size: Int
  private let partsOfRow: Int

  /// The parts of a tensor of `count` elements, seen as `view`, under a granularity.
  public init(_ granularity: Granularity, count: Int, view: MatrixView?) {
    columns = max(view?.columns ?? count, 1)
    switch granularity {
    case .tensor:
      (size, partsOfRow, self.count) = (max(count, 1), 1, 1)
    case .channel:
      (size, partsOfRow) = (columns, 1)
      self.count = view?.rows ?? 1
    case .group(let group):
      size = min(max(group, 1), columns)
      partsOfRow = (columns + size - 1) / size
      self.count = (view?.rows ?? 1) * partsOfRow
    }
  }

  /// The part that an element belongs to, and the first place behind that part.
  ///
  /// - Parameter place: the element's place in the order of the streams, dense.
  public func part(at place: Int) -> (part: Int, end: Int) {
    if count == 1 { return (0, .max) }
    let row = place / columns
    let group = place % columns / size
    return (row * partsOfRow + group, row * columns + min((group + 1) * size, columns))
  }

  /// The places of a part.
  public func places(of part: Int, count total: Int) -> Range<Int> {
    if count == 1 { return 0..<total }
    let (row, group) = part.quotientAndRemainder(dividingBy: partsOfRow)
    return (row * columns + group * size)..<(row * columns + min((group + 1) * size, columns))
  }
}

extension Weight {
  /// The parts of the weight that have parameters of their own; one for values without parameters.
  public var parts: WeightParts {
    WeightParts(
      values.hasParameters ? granularity : .tensor, count: shape.count, view: view)
  }
}
