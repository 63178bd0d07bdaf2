import PressTensor

/// A weight with all of its elements stored; worked out anew each time it is asked for.
struct DensifiedWeight: WeightSource {
  /// The weight with a support.
  let base: Weight
  /// The values of the dense weight.
  private let values: Values

  /// The dense weight; `nil` where its values have no code for 0 and no room for one.
  static func weight(_ base: Weight) throws -> Weight? {
    guard let values = try denseValues(base) else { return nil }
    let isPlain = values == .plain
    return base.reformed(
      support: .dense, values: values, granularity: isPlain ? .tensor : base.granularity,
      view: isPlain ? nil : base.view, knownNonzeros: base.knownNonzeros,
      source: DensifiedWeight(base: base, values: values))
  }

  private static func denseValues(_ base: Weight) throws -> Values? {
    switch base.values {
    case .plain, .narrow, .fixed, .affine, .ternary: return base.values
    case .binary: return .ternary
    case .codebook(let bits):
      let book = try Codebook(base, base.contents())
      let entries = book.codes + (book.zeros.contains(nil) ? 1 : 0)
      guard entries <= 256 else { return nil }
      var wider = max(bits, 1)
      while 1 << wider < entries { wider += 1 }
      return .codebook(bits: wider)
    }
  }

  func load() throws -> WeightContents {
    let contents = try base.contents()
    if base.values == .plain { return WeightContents(values: try base.decoded(from: contents)) }
    var result = contents
    result.mask = nil
    let parts = base.parts.count
    switch base.values {
    case .plain: break
    case .narrow: result.values = spread(contents, zeros: [0], unit: 2)
    case .fixed(let bits, _):
      result.values = spread(contents, zeros: [1 << (bits - 1)], unit: bits > 8 ? 2 : 1)
    case .affine(let bits):
      let zeros = contents.zeroPoints?.copied().map(Int.init) ?? [1 << (bits - 1)]
      result.values = spread(contents, zeros: zeros, unit: 1)
    case .ternary: result.values = spread(contents, zeros: [1], unit: 1)
    case .binary:
      result.values = spread(contents, zeros: [1], unit: 1, scale: 2)
      let scales = contents.scales?.copied() ?? []
      var both: [UInt8] = []
      for part in 0..<parts {
        let scale = scales[(4 * part)..<min(4 * part + 4, scales.count)]
        both += scale + scale
      }
      result.scales = Storage(both)
    case .codebook(let bits):
      let book = try Codebook(base, contents)
      result.codebook = Storage(book.withZeros)
      let zeros = book.zeros.map { $0 ?? book.codes }
      result.values =
        bits == 0
        ? spread(contents, zeros: zeros, unit: 0) : spread(contents, zeros: zeros, unit: 1)
    }
    return result
  }

  /// The stored codes at their places, the code for 0 everywhere else.
  ///
  /// - Parameter zeros: the code for 0 in each part, or one for all.
  /// - Parameter unit: the bytes of a stored code; 0 where none is stored and each is 0.
  /// - Parameter scale: a factor for stored codes: those of binary values become 0 and 2.
  private func spread(
    _ contents: WeightContents, zeros: [Int], unit: Int, scale: UInt8 = 1
  ) -> Storage {
    let count = base.shape.count
    let width = max(unit, 1)
    var bytes = [UInt8](repeating: 0, count: count * width)
    let parts = base.parts
    var place = 0
    while place < count {
      let (part, end) = parts.part(at: place)
      let zero = zeros.count == 1 ? zeros[0] : zeros[part]
      for element in place..<min(end, count) {
        bytes[element * width] = UInt8(truncatingIfNeeded: zero)
        if width == 2 { bytes[element * 2 + 1] = UInt8(truncatingIfNeeded: zero >> 8) }
      }
      place = min(end, count)
    }
    var next = 0
    contents.values.withBytes { span in
      contents.mask?.withBytes { mask in
        mask.forEachSetBit { place in
          if unit == 0 { bytes[place] = 0 }
          for byte in 0..<unit {
            bytes[place * unit + byte] =
              span.loadLittleEndian(UInt8.self, at: next * unit + byte) &* scale
          }
          next += 1
        }
      }
    }
    return Storage(bytes)
  }

  /// A codebook, and where each part of it has a zero.
  private struct Codebook {
    let codes: Int
    /// The first code of each part whose entry is all zero bits.
    let zeros: [Int?]
    private let entries: [ArraySlice<UInt8>]

    init(_ weight: Weight, _ contents: WeightContents) throws(TensorError) {
      let bytes = contents.codebook?.copied() ?? []
      let parts = weight.parts.count
      guard let width = weight.elementType.byteWidth, width > 0,
        bytes.count >= parts * width, bytes.count % (parts * width) == 0
      else {
        throw .byteCount(expected: parts * (weight.elementType.byteWidth ?? 1), found: bytes.count)
      }
      let codes = bytes.count / parts / width
      self.codes = codes
      entries = (0..<parts).map { bytes[($0 * codes * width)..<(($0 + 1) * codes * width)] }
      zeros = entries.map { part in
        (0..<codes).first { code in
          let start = part.startIndex + code * width
          return part[start..<(start + width)].allSatisfy { $0 == 0 }
        }
      }
      self.width = width
    }

    private let width: Int

    /// The entries of all parts, with a zero behind each part's if any part has none.
    var withZeros: [UInt8] {
      let zero = [UInt8](repeating: 0, count: zeros.contains(nil) ? width : 0)
      return entries.flatMap { $0 + zero }
    }
  }
}
