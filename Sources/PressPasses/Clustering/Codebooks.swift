import PressTensor

/// The entries of each part of a weight.
struct Codebooks: Sendable {
  /// The most entries that a part has.
  let entries: Int
  /// The entries of each part in turn, `entries` of each: first a 0 for zeros where the part has one, then
  /// the others, ascending; the last is repeated until there are enough.
  private let numbers: [Double]
  /// How many entries each part has.
  private let counts: [UInt16]
  /// Whether a part's first entry is for zeros alone.
  private let zeros: [Bool]

  /// Codebooks of parts: the entries ascending, but for that of zeros, and whether zeros have one.
  init(_ parts: [(entries: [Double], hasZero: Bool)]) {
    let lists = parts.map { $0.hasZero ? [0] + $0.entries : $0.entries }
    let size = lists.reduce(1) { max($0, $1.count) }
    entries = size
    counts = lists.map { UInt16($0.count) }
    zeros = parts.map(\.hasZero)
    var numbers: [Double] = []
    numbers.reserveCapacity(size * lists.count)
    for list in lists {
      numbers += list
      numbers += [Double](repeating: list.last ?? 0, count: size - list.count)
    }
    self.numbers = numbers
  }

  /// The bits of a code.
  var bits: Int { Int.bitWidth - (entries - 1).leadingZeroBitCount }

  /// The entries as packed elements of a type that holds each of them.
  func storage(_ type: ElementType) throws(TensorError) -> Storage {
    guard type == .float64 else { return try type.elements(of: numbers.map(Float.init)) }
    var bytes: [UInt8] = []
    for number in numbers { bytes.appendLittleEndian(number.bitPattern) }
    return Storage(bytes)
  }

  /// A way to find codes of a part; made to be fast for many keys where there are.
  func finder<Key: OrderedKey>(_ part: Int, _ type: Key.Type, keys: Int) -> CodeFinder<Key> {
    let start = part * entries
    let end = start + Int(counts[part])
    return CodeFinder(
      numbers[(start + (zeros[part] ? 1 : 0))..<end], hasZero: zeros[part],
      hasTable: keys >= CodeFinder<Key>.tableSize)
  }
}
