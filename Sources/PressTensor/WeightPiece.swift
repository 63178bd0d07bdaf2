/// Some of a weight's streams: what is stored of places that follow one another.
public struct WeightPiece: Sendable {
  /// The places, in the order of the streams.
  public var places: Range<Int>
  /// A bit for each place, lowest bit first; `nil` where the support is dense.
  public var mask: [UInt8]?
  /// The stored elements or codes, as `WeightContents.values` holds them.
  public var values: [UInt8]

  /// A piece from its parts.
  public init(places: Range<Int>, mask: [UInt8]?, values: [UInt8]) {
    (self.places, self.mask, self.values) = (places, mask, values)
  }
}

/// A source that can produce the streams of a weight piece by piece, in less memory than all together.
public protocol StreamingWeightSource: WeightSource {
  /// The codebook, scales and zero points alone: no mask, and no values.
  func loadParameters() throws -> WeightContents
  /// Calls `body` with pieces that follow one another, from the first place to the last.
  func forEachPiece(_ body: (WeightPiece) throws -> Void) throws
}

extension Weight {
  /// The places of a piece that is cut from streams in memory: whole bytes of a mask.
  private static let piecePlaces = 1 << 16

  /// The codebook, scales and zero points; mask and values may be missing.
  public func parameterContents() throws -> WeightContents {
    if let source = source as? any StreamingWeightSource { return try source.loadParameters() }
    return try contents()
  }

  /// Calls `body` with the streams in pieces that follow one another.
  ///
  /// - Throws: what producing the streams throws; `TensorError.byteCount` for streams that are not as
  ///   long as the weight says.
  public func forEachStreamPiece(_ body: (WeightPiece) throws -> Void) throws {
    guard elementType.byteWidth != nil else {
      throw TensorError.elementType(expected: "elements of whole bytes", found: elementType)
    }
    if let source = source as? any StreamingWeightSource { return try source.forEachPiece(body) }
    let contents = try contents()
    let count = shape.count
    let unit = values.storedBytes(of: elementType)
    let expected = keptCount(contents.mask) * unit
    guard unit == 0 || contents.values.byteCount == expected else {
      throw TensorError.byteCount(expected: expected, found: contents.values.byteCount)
    }
    if let mask = contents.mask, mask.byteCount != (count + 7) / 8 {
      throw TensorError.byteCount(expected: (count + 7) / 8, found: mask.byteCount)
    }
    var next = 0
    for start in stride(from: 0, to: count, by: Weight.piecePlaces) {
      let places = start..<min(start + Weight.piecePlaces, count)
      let mask = try contents.mask?.slice((start / 8)..<((places.upperBound + 7) / 8)).copied()
      let stored = mask.map { $0.rawSpan.setBitCount } ?? places.count
      let values =
        unit == 0 ? [] : try contents.values.slice(next..<(next + stored * unit)).copied()
      next += stored * unit
      try body(WeightPiece(places: places, mask: mask, values: values))
    }
  }
}

extension Values {
  /// The bytes of a stored element or code of a weight of some type; 0 where nothing is stored.
  func storedBytes(of type: ElementType) -> Int {
    switch self {
    case .plain: type.byteWidth ?? 1
    case .narrow: 2
    case .codebook(bits: 0): 0
    case .fixed(let bits, _) where bits > 8: 2
    case .codebook, .fixed, .affine, .ternary, .binary: 1
    }
  }
}
