extension Weight {
  /// The dense tensor of one element, repeated: the one form that elements smaller than a byte, and
  /// strings, have beside the plain one.
  func repeated(_ contents: WeightContents) throws(TensorError) -> [UInt8] {
    guard case .codebook(bits: 0) = values, let element = contents.codebook?.copied() else {
      throw .elementType(expected: "elements of whole bytes", found: elementType)
    }
    guard let bits = elementType.bitWidth, elementType.byteWidth == nil else {
      return repeated(element, count: shape.count)
    }
    guard let entry = element.first else { throw .byteCount(expected: 1, found: 0) }
    var bytes = [UInt8](repeating: 0, count: try elementType.byteCount(shape.count) ?? 0)
    for index in 0..<shape.count {
      for bit in 0..<bits where entry >> UInt8(bit) & 1 == 1 {
        let position = index * bits + bit
        bytes[position / 8] |= 1 << UInt8(position % 8)
      }
    }
    return bytes
  }

  private func repeated(_ element: [UInt8], count: Int) -> [UInt8] {
    if let first = element.first, element.allSatisfy({ $0 == first }) {
      return [UInt8](repeating: first, count: element.count * count)
    }
    // Doubling copies memory instead of bytes.
    let total = element.count * count
    guard total > 0 else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(total)
    bytes += element
    while bytes.count < total { bytes += bytes.prefix(total - bytes.count) }
    return bytes
  }
}
