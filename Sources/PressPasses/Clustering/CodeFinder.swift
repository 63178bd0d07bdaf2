/// Finds the code of the entry nearest to a number, the lower of two at the same distance.
struct CodeFinder<Key: OrderedKey>: Sendable {
  /// The entry of each code.
  let entries: [Double]
  /// 1 if code 0 is for zeros alone.
  private let offset: Int
  /// The first key of each code but the first of all, filled up to a power of two.
  private let firsts: [Key]
  /// For each value of a key's upper bits the number of codes that begin at or below the least such key;
  /// empty without a table.
  private let table: [UInt8]

  private static var tableBits: Int { 18 }
  /// The entries of a table.
  static var tableSize: Int { 1 << tableBits }

  /// Takes the entries, ascending, but for that of zeros.
  init(_ numbers: ArraySlice<Double>, hasZero: Bool, hasTable: Bool) {
    entries = (hasZero ? [0] : []) + numbers
    offset = hasZero ? 1 : 0
    var size = 1
    while size < numbers.count { size *= 2 }
    let firsts = zip(numbers, numbers.dropFirst()).map { low, high in
      Key(atMost: low + (high - low) / 2) + 1
    }
    var table: [UInt8] = []
    if hasTable {
      var code = 0
      for bits in 0..<Self.tableSize {
        let key = Key(bits) << Key(Key.bitWidth - Self.tableBits)
        while code < firsts.count, firsts[code] <= key { code += 1 }
        table.append(UInt8(code))
      }
    }
    self.firsts = firsts + [Key](repeating: .max, count: size - firsts.count)
    self.table = table
  }

  /// The code of a key of a finite number.
  @inline(__always)
  func code(_ key: Key) -> Int {
    if offset == 1, key == .ofZero { return 0 }
    var code = 0
    if table.isEmpty {
      var step = firsts.count / 2
      while step > 0 {
        code += firsts[code + step - 1] <= key ? step : 0
        step >>= 1
      }
    } else {
      code = Int(table[Int(truncatingIfNeeded: key >> Key(Key.bitWidth - Self.tableBits))])
      while firsts[code] <= key { code += 1 }
    }
    return code + offset
  }
}
