import PressTensor

/// Counts the elements other than 0 of a weight of plain values while their streams pass by.
struct NonzeroCounter {
  private let weight: StoredWeight
  private let type: ElementType
  /// The plane that comes next.
  private var plane = 0
  /// Whether some plane makes every element other than 0.
  private var isFull = false
  /// Whether each stored element had a bit set so far; empty while none had.
  private var flags: [Bool] = []
  private var counted = 0

  init(_ weight: StoredWeight) {
    self.weight = weight
    type = weight.elementType
  }

  /// The number of elements other than 0, once every stream has passed.
  var nonzeros: Int {
    if type.nonzeroBits == nil { return weight.kept }
    if weight.hasPlanes { return isFull ? weight.kept : flags.count { $0 } }
    return counted
  }

  /// Takes the next stream of values.
  mutating func add(_ symbols: StreamSymbols) throws(CodingError) {
    if weight.hasPlanes {
      add(plane: symbols)
    } else if type == .string {
      try check(strings: symbols)
    } else {
      add(plain: symbols)
    }
  }

  private mutating func add(plane symbols: StreamSymbols) {
    let width = type.byteWidth ?? 1
    let isComplex = type == .complex64 || type == .complex128
    let place = plane % (isComplex ? width / 2 : width)
    let mask = UInt8(truncatingIfNeeded: (type.nonzeroBits ?? 0) >> UInt64(8 * place))
    plane += 1
    switch symbols {
    case .only(let symbol, _): isFull = isFull || symbol & mask != 0
    case .list(let list):
      if flags.isEmpty { flags = [Bool](repeating: false, count: list.byteCount) }
      list.withBytes { span in
        for index in 0..<span.byteCount
        where span.loadLittleEndian(UInt8.self, at: index) & mask != 0 {
          flags[index] = true
        }
      }
    }
  }

  private mutating func add(plain symbols: StreamSymbols) {
    switch symbols {
    case .only(let symbol, _):
      // 48 bytes hold a whole number of elements of any width.
      let block = [UInt8](repeating: symbol, count: 48)
      let elements = 48 * 8 / (type.bitWidth ?? 8)
      counted =
        weight.kept / elements * type.countNonzeros(in: block.rawSpan, count: elements)
        + type.countNonzeros(in: block.rawSpan, count: weight.kept % elements)
    case .list(let list):
      counted = list.withBytes { type.countNonzeros(in: $0, count: weight.kept) }
    }
  }

  private func check(strings symbols: StreamSymbols) throws(CodingError) {
    let list: Storage
    switch symbols {
    case .only(let symbol, let count): list = Storage([UInt8](repeating: symbol, count: count))
    case .list(let bytes): list = bytes
    }
    let (found, isWhole) = list.withBytes { span in
      var (position, found) = (0, 0)
      while position <= span.byteCount - 4 {
        let length = Int(span.loadLittleEndian(UInt32.self, at: position))
        guard length <= span.byteCount - position - 4 else { break }
        position += 4 + length
        found += 1
      }
      return (found, position == span.byteCount)
    }
    guard isWhole, found == weight.kept else {
      throw .stringLengths(expected: weight.kept, found: found)
    }
  }
}
