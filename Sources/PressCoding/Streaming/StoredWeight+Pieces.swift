package import PressTensor

extension StoredWeight {
  /// The places of a piece: whole bytes of a mask, and of codes that share bytes.
  private static let piecePlaces = 40 << 11

  /// Calls `body` with the mask and the values in pieces that follow one another.
  ///
  /// Little more than a piece is held at a time; only deflated streams and structured supports are
  /// decoded as a whole.
  ///
  /// Every length, gap and spare bit is checked; what codes stand for is not known here.
  ///
  /// - Throws: `CodingError`, or what `body` throws.
  package func forEachPiece(_ body: (WeightPiece) throws -> Void) throws {
    var support = try SupportReader(self)
    var codes = try CodeReader(self)
    var found = 0
    for start in stride(from: 0, to: count, by: Self.piecePlaces) {
      let places = start..<min(start + Self.piecePlaces, count)
      let mask = try support.mask(places)
      let stored = mask.map { $0.rawSpan.setBitCount } ?? places.count
      found += stored
      guard found <= kept else { throw CodingError.keptCount(expected: kept, found: found) }
      try body(WeightPiece(places: places, mask: mask, values: try codes.read(stored)))
    }
    guard found == kept else { throw CodingError.keptCount(expected: kept, found: found) }
    try support.finish()
    try codes.finish()
  }

  /// The masks alone, with no values.
  package func forEachMaskPiece(_ body: (WeightPiece) throws -> Void) throws {
    var uniform = self
    uniform.values = .codebook(bits: 0)
    uniform.streams = streams.filter { $0.role == .support }
    try uniform.forEachPiece(body)
  }

  /// Codebook, scales and zero points, without mask and values.
  package func parameterContents() throws(CodingError) -> WeightContents {
    var contents = WeightContents(values: .empty)
    for stream in streams {
      switch stream.role {
      case .support, .values, .plane: break
      case .codebook: contents.codebook = codebook(stream)
      case .scales: contents.scales = scales(stream)
      case .zeroPoints: contents.zeroPoints = try zeroPoints(stream)
      }
    }
    return contents
  }
}
