import PressTensor

/// Counts the elements other than 0 of a weight whose values are codes, while their streams pass by.
struct CodeCounter {
  private let weight: StoredWeight
  /// What codes mean, to be set stream by stream before the codes come.
  var parameters = WeightContents(values: .empty)
  /// The number of elements other than 0, once the codes have passed.
  private(set) var nonzeros = 0
  private var lowPlane: StreamSymbols?

  init(_ weight: StoredWeight) {
    self.weight = weight
  }

  /// Takes a weight whose one code has no stream.
  mutating func addUniform() throws(CodingError) {
    try count(.only(0, count: weight.kept))
  }

  /// Takes the next stream of values.
  mutating func add(_ symbols: StreamSymbols, _ role: StreamRole) throws(CodingError) {
    try weight.check(codes: symbols)
    switch (weight.values, role) {
    case (_, .plane(0)): lowPlane = symbols
    case (_, .plane(let plane)):
      countPlanes(high: try weight.checkedPlane(plane, symbols))
    case (.narrow, _): countNarrow(symbols)
    case (.ternary, _):
      let codes = try symbols.expanded.withBytes { (span) throws(CodingError) in
        try TritPacking.unpack(span, count: weight.kept)
      }
      try count(.list(Storage(codes)))
    case (.binary, _):
      let codes = try symbols.expanded.withBytes { (span) throws(CodingError) in
        try BitPacking.unpack(span, count: weight.kept, width: 1)
      }
      try count(.list(Storage(codes)))
    default: try count(symbols)
    }
  }

  private var meaning: CodeMeaning { CodeMeaning(weight, parameters) }

  private mutating func count(_ codes: StreamSymbols) throws(CodingError) {
    var flags = [Bool](repeating: false, count: 256)
    let parts = weight.parts
    guard parts.count > 1 else {
      meaning.fill(&flags, part: 0)
      let counts = codes.histogram.counts
      for code in 0..<256 where flags[code] { nonzeros += counts[code] }
      return
    }
    let meaning = meaning
    var next = 0
    var end = 0
    func take(_ place: Int, _ code: UInt8) {
      if place >= end {
        let part = parts.part(at: place)
        end = part.end
        meaning.fill(&flags, part: part.part)
      }
      if flags[Int(code)] { next += 1 }
    }
    forEachCode(codes, take)
    nonzeros = next
  }

  /// Calls `body` with the place and the code of every stored element.
  private func forEachCode(_ codes: StreamSymbols, _ body: (Int, UInt8) -> Void) {
    let (kept, mask) = (weight.kept, parameters.mask)
    func walk(_ code: (Int) -> UInt8) {
      guard let mask else {
        for place in 0..<kept { body(place, code(place)) }
        return
      }
      var index = 0
      mask.withBytes { span in
        span.forEachSetBit { place in
          body(place, code(index))
          index += 1
        }
      }
    }
    switch codes {
    case .only(let code, _): walk { _ in code }
    case .list(let list):
      list.withBytes { span in walk { span.loadLittleEndian(UInt8.self, at: $0) } }
    }
  }

  private mutating func countNarrow(_ symbols: StreamSymbols) {
    let flags = meaning.wideFlags()
    switch symbols {
    case .only(let symbol, _): nonzeros = flags[Int(symbol) * 257] ? weight.kept : 0
    case .list(let list):
      nonzeros = list.withBytes { span in
        (0..<weight.kept).count { flags[Int(span.loadLittleEndian(UInt16.self, at: 2 * $0))] }
      }
    }
  }

  private mutating func countPlanes(high: StreamSymbols) {
    guard let low = lowPlane else { return }
    let flags = meaning.wideFlags()
    if case .only(let first, let count) = low, case .only(let second, _) = high {
      nonzeros = flags[Int(first) | Int(second) << 8] ? count : 0
      return
    }
    nonzeros = low.expanded.withBytes { lower in
      high.expanded.withBytes { upper in
        (0..<weight.kept).count { index in
          let byte = Int(upper.loadLittleEndian(UInt8.self, at: index))
          return flags[Int(lower.loadLittleEndian(UInt8.self, at: index)) | byte << 8]
        }
      }
    }
  }
}
