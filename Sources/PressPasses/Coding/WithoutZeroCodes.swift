import PressTensor

/// A dense weight of codes with a support that leaves out the codes for 0; worked out anew each time
/// it is asked for.
struct WithoutZeroCodes: WeightSource {
  /// The dense weight.
  let base: Weight

  /// Whether a weight is dense, and held in codes some of which may stand for 0.
  static func isDefined(for weight: Weight) -> Bool {
    guard weight.support == .dense else { return false }
    switch weight.values {
    case .affine, .ternary: return true
    case .codebook(let bits): return bits > 0 && weight.elementType.byteWidth != nil
    case .fixed(let bits, _): return bits <= 8
    case .plain, .narrow, .binary: return false
    }
  }

  /// The weight with the support.
  static func weight(_ base: Weight) -> Weight {
    base.reformed(
      support: .unstructured, values: base.values, granularity: base.granularity, view: base.view,
      knownNonzeros: base.knownNonzeros, source: WithoutZeroCodes(base: base))
  }

  /// The streams under the support.
  func load() throws -> WeightContents {
    var contents = try base.contents()
    let count = base.shape.count
    let parts = base.parts
    var mask = [UInt8](repeating: 0, count: (count + 7) / 8)
    var codes: [UInt8] = []
    var isZero = [Bool](repeating: false, count: 256)
    var end = 0
    contents.values.withBytes { span in
      for place in 0..<min(count, span.byteCount) {
        if place >= end {
          let found = parts.part(at: place)
          end = found.end
          fill(&isZero, part: found.part, contents)
        }
        let code = span.loadLittleEndian(UInt8.self, at: place)
        if isZero[Int(code)] { continue }
        mask[place >> 3] |= 1 << UInt8(place & 7)
        codes.append(code)
      }
    }
    (contents.mask, contents.values) = (Storage(mask), Storage(codes))
    return contents
  }

  /// Sets for each of 256 codes whether all bits of what it stands for in a part are 0; so -0 stays.
  private func fill(_ isZero: inout [Bool], part: Int, _ contents: WeightContents) {
    for code in isZero.indices { isZero[code] = false }
    switch base.values {
    case .codebook:
      let width = base.elementType.byteWidth ?? 1
      contents.codebook?.withBytes { span in
        let entries = span.byteCount / width / base.parts.count
        for code in 0..<min(entries, 256) {
          let start = (part * entries + code) * width
          isZero[code] = (start..<(start + width)).allSatisfy {
            span.loadLittleEndian(UInt8.self, at: $0) == 0
          }
        }
      }
    case .affine(let bits):
      let zeroPoint = contents.zeroPoints.map { byte($0, part) } ?? 1 << (bits - 1)
      let scale = contents.scales?.withBytes { span in
        Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * part))
      }
      if let scale, scale.isFinite, scale.sign == .plus { isZero[zeroPoint] = true }
    case .ternary: isZero[1] = true
    case .fixed(let bits, _): isZero[1 << (bits - 1)] = true
    case .plain, .narrow, .binary: break
    }
  }

  private func byte(_ storage: Storage, _ index: Int) -> Int {
    storage.withBytes { Int($0.loadLittleEndian(UInt8.self, at: index)) }
  }
}
