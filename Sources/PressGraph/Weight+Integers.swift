import PressTensor

extension Weight {
  /// The elements of a small integer or boolean tensor, row-major.
  ///
  /// `nil` for other types, for more than `limit` elements, for streams that cannot be read and for
  /// numbers that do not fit.
  func integers(limit: Int) -> [Int]? {
    guard shape.count <= limit, let width = elementType.byteWidth, let bytes = try? decoded(),
      bytes.byteCount == shape.count * width
    else { return nil }
    return bytes.withBytes { elementType.integers(in: $0, count: shape.count) }
  }
}
