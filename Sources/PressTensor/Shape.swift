/// The dimensions of a tensor, outermost first; a scalar has none.
public struct Shape: Hashable, Sendable {
  /// The size along each axis.
  public let dimensions: [Int]
  /// The number of elements: the product of the dimensions, 1 for a scalar.
  public let count: Int

  /// Checks that no dimension is negative and that the element count fits in a word.
  public init(_ dimensions: [Int]) throws(TensorError) {
    var count = 1
    var isEmpty = false
    for dimension in dimensions {
      guard dimension >= 0 else { throw .negativeDimension(dimension) }
      if dimension == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw .sizeOverflow(dimensions) }
      count = product
    }
    self.dimensions = dimensions
    self.count = isEmpty ? 0 : count
  }

  /// The shape of a single element.
  public static var scalar: Shape { Shape(vector: nil) }

  /// The shape of a vector of `count` elements.
  public init(vectorOf count: Int) {
    precondition(count >= 0, "a vector has no negative length")
    self.init(vector: count)
  }

  private init(vector count: Int?) {
    dimensions = count.map { [$0] } ?? []
    self.count = count ?? 1
  }

  /// The number of axes.
  public var rank: Int { dimensions.count }
}

extension Shape: CustomStringConvertible {
  /// The dimensions joined by `x`; `scalar` where there are none.
  public var description: String {
    dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "x")
  }
}
