import PressTensor

/// What a weight's stream of values is made of: elements of its own or a narrower type, or codes.
extension Weight {
  /// The bytes of a stored element or code; 0 where every element is the one of the codebook.
  var unitBytes: Int {
    switch values {
    case .plain: elementType.byteWidth ?? 1
    case .narrow: 2
    case .fixed(let bits, _): bits > 8 ? 2 : 1
    case .codebook(bits: 0): 0
    case .codebook, .affine, .ternary, .binary: 1
    }
  }

  /// The unit that stands for 0 in each part; `nil` where a part has none.
  func zeroUnits(_ contents: WeightContents) throws(TensorError) -> [[UInt8]]? {
    let parts = parts.count
    switch values {
    case .plain, .narrow: return [[UInt8]](repeating: .zeros(unitBytes), count: parts)
    case .fixed(let bits, _):
      let code = 1 << (bits - 1)
      let unit = [UInt8(truncatingIfNeeded: code), UInt8(truncatingIfNeeded: code >> 8)]
      return [[UInt8]](repeating: Array(unit.prefix(unitBytes)), count: parts)
    case .codebook, .affine, .ternary, .binary:
      guard let table = try ValueTable(self, contents) else { return nil }
      let floats = try table.floats(elementType)
      var units: [[UInt8]] = []
      for part in 0..<parts {
        let entries = floats[(part * table.codes)..<((part + 1) * table.codes)]
        guard let code = entries.firstIndex(of: 0) else { return nil }
        let unit = UInt8(truncatingIfNeeded: code - entries.startIndex)
        units.append(unitBytes == 0 ? [] : [unit])
      }
      return units
    }
  }

  /// Whether the streams can be put into the order of a view without a change of what they mean.
  func canBeOrdered(by view: MatrixView) -> Bool {
    if granularity == .tensor || self.view == view { return true }
    guard let own = self.view else { return false }
    return own.isRowMajor && view.isRowMajor && own.rows == view.rows
      && own.columns == view.columns
  }

  /// The streams in the order of a view; see `canBeOrdered`.
  func ordered(_ contents: WeightContents, by view: MatrixView) -> WeightContents {
    if self.view == view || isInTensorOrder && view.isRowMajor { return contents }
    let places = PlaceMap(from: self.view, to: view)
    let unit = unitBytes
    let mask = contents.mask?.copied()
    let ranks = mask.map { Self.ranks($0, count: shape.count) }
    var bits = mask.map { [UInt8](repeating: 0, count: $0.count) }
    var values: [UInt8] = []
    values.reserveCapacity(contents.values.byteCount)
    contents.values.withBytes { span in
      places.forEach { place, source in
        if let mask {
          guard mask[source >> 3] >> UInt8(source & 7) & 1 == 1 else { return }
          bits?[place >> 3] |= 1 << UInt8(place & 7)
        }
        let index = ranks.map { Int($0[source]) } ?? source
        for byte in 0..<unit {
          values.append(span.loadLittleEndian(UInt8.self, at: index * unit + byte))
        }
      }
    }
    var result = contents
    result.mask = bits.map { Storage($0) }
    result.values = Storage(values)
    return result
  }

  /// For each place the number of bits set before it.
  private static func ranks(_ mask: [UInt8], count: Int) -> [UInt32] {
    var ranks = [UInt32](repeating: 0, count: count)
    var next: UInt32 = 0
    for place in 0..<count {
      ranks[place] = next
      next += UInt32(mask[place >> 3] >> UInt8(place & 7) & 1)
    }
    return ranks
  }
}

extension Array where Element == UInt8 {
  /// So many zeros.
  static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}

/// From the places of one order of a tensor's elements to those of another.
private struct PlaceMap {
  private let view: MatrixView
  /// For each place in the tensor, that in the source; `nil` if they are the same.
  private let sources: [Int]?

  init(from source: MatrixView?, to view: MatrixView) {
    self.view = view
    guard let source, !source.isRowMajor else {
      sources = nil
      return
    }
    var sources = [Int](repeating: 0, count: source.rows * source.columns)
    source.forEachPlace { place, flat in sources[flat] = place }
    self.sources = sources
  }

  /// Calls `body` with each place and that of the same element in the source, in order.
  func forEach(_ body: (Int, Int) -> Void) {
    view.forEachPlace { place, flat in body(place, sources.map { $0[flat] } ?? flat) }
  }
}

extension MatrixView {
  /// Calls `body` with each place, row after row, and the element's place in the tensor.
  func forEachPlace(_ body: (Int, Int) -> Void) {
    let offsets = (0..<columns).map(columnOffset)
    for row in 0..<rows {
      let start = rowOffset(row)
      for column in 0..<columns { body(row * columns + column, start + offsets[column]) }
    }
  }
}
