package import PressTensor

extension StoredWeight {
  /// Decodes the streams, checking every length, gap, code and spare bit.
  package func decodedContents() throws(CodingError) -> WeightContents {
    var contents = WeightContents(values: .empty)
    var merged: [UInt8] = []
    for stream in streams {
      switch stream.role {
      case .support: contents.mask = try mask(symbols(in: stream))
      case .codebook: contents.codebook = codebook(stream)
      case .scales: contents.scales = scales(stream)
      case .zeroPoints: contents.zeroPoints = try zeroPoints(stream)
      case .values: contents.values = try elements(symbols(in: stream))
      case .plane(let plane):
        let bytes = try checkedPlane(plane, symbols(in: stream)).expanded
        if merged.isEmpty { merged = [UInt8](repeating: 0, count: kept * planeCount) }
        bytes.withBytes { BytePlanes.insert($0, at: plane, width: planeCount, into: &merged) }
      }
    }
    if planeCount > 0 { contents.values = Storage(merged) }
    return contents
  }

  /// The mask alone; `nil` where the support is dense.
  package func decodedMask() throws(CodingError) -> Storage? {
    guard let stream = streams.first, stream.role == .support else { return nil }
    return try mask(symbols(in: stream))
  }

  /// The number of streams that hold a byte of each element.
  private var planeCount: Int {
    streams.count { if case .plane = $0.role { true } else { false } }
  }

  /// The stored elements, or their codes a byte each, from the symbols of their one stream.
  private func elements(_ symbols: StreamSymbols) throws(CodingError) -> Storage {
    switch values {
    case .plain, .narrow: return symbols.expanded
    case .codebook, .affine, .fixed:
      try check(codes: symbols)
      return symbols.expanded
    case .ternary:
      return try symbols.expanded.withBytes { (span) throws(CodingError) in
        Storage(try TritPacking.unpack(span, count: kept))
      }
    case .binary:
      return try symbols.expanded.withBytes { (span) throws(CodingError) in
        Storage(try BitPacking.unpack(span, count: kept, width: 1))
      }
    }
  }

  /// Checks that every code stands for something.
  func check(codes symbols: StreamSymbols) throws(CodingError) {
    let limit: Int
    switch values {
    case .plain, .narrow, .ternary, .binary: return
    case .codebook: limit = entries
    case .affine(let bits), .fixed(let bits, _): limit = 1 << bits
    }
    guard let largest = symbols.histogram.largest, largest >= limit else { return }
    if case .codebook = values { throw .badIndex(UInt8(largest), entries: limit) }
    throw .badCode(largest, limit: limit)
  }

  /// Checks that a plane has no bits that its codes do not have.
  func checkedPlane(
    _ plane: Int, _ symbols: StreamSymbols
  ) throws(CodingError) -> StreamSymbols {
    guard plane == 1, case .fixed(let bits, _) = values,
      let largest = symbols.histogram.largest, largest >= 1 << (bits - 8)
    else { return symbols }
    throw .badCode(largest, limit: 1 << (bits - 8))
  }

  /// The one element that all stored ones equal, where every stream of the values has one symbol.
  ///
  /// Says so without expanding anything; `nil` otherwise, for one-entry codebooks, and for values
  /// that version 1 of the container does not have.
  package func uniformElement() throws(CodingError) -> [UInt8]? {
    guard let width = elementType.byteWidth, kept > 0, values != .codebook(bits: 0),
      granularity == .tensor
    else { return nil }
    var element: [UInt8] = []
    for stream in streams where stream.role.holdsValues {
      guard let symbol = try stream.onlySymbol() else { return nil }
      element.append(symbol)
    }
    switch values {
    case .codebook:
      guard let index = element.first, Int(index) < entries,
        let stream = streams.first(where: { $0.role == .codebook })
      else { return nil }
      let codebook = codebook(stream).copied()
      return Array(codebook[(Int(index) * width)..<((Int(index) + 1) * width)])
    case .plain:
      return hasPlanes ? element : element.first.map { [UInt8](repeating: $0, count: width) }
    case .narrow, .fixed, .affine, .ternary, .binary: return nil
    }
  }
}
