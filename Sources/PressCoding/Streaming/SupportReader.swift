import PressTensor

/// Reads a support some places at a time, as masks.
struct SupportReader {
  private enum Form {
    case dense
    case bitmap(SymbolReader)
    case relative(SymbolReader, width: Int)
    /// A mask that could not be had but as a whole.
    case whole(Storage)
  }

  private var form: Form
  private let count: Int
  /// The place behind all that symbols have spoken of; it may be ahead of the mask.
  private var position = 0
  private var isSkipping = false
  /// A kept element behind the last mask.
  private var pending: Int?
  private var symbols: [UInt8] = []
  private var nextSymbol = 0
  private static let symbolsAtOnce = 1 << 12

  /// The support of a weight, from its stream.
  init(_ weight: StoredWeight) throws(CodingError) {
    count = weight.count
    guard let stream = weight.streams.first, stream.role == .support else {
      form = .dense
      return
    }
    let isWhole = weight.structure.isStructured
    switch weight.support {
    case .bitmap where !isWhole: form = .bitmap(try SymbolReader(stream, of: weight))
    case .relative(let width, _) where !isWhole:
      form = .relative(try SymbolReader(stream, of: weight), width: width)
    default:
      guard let mask = try weight.decodedMask() else { throw .maskPadding }
      form = .whole(mask)
    }
  }

  /// The mask of places that follow those before; they start and, but for the last, end with a byte.
  mutating func mask(_ places: Range<Int>) throws(CodingError) -> [UInt8]? {
    let byteCount = (places.count + 7) / 8
    switch form {
    case .dense: return nil
    case .whole(let mask):
      let start = places.lowerBound / 8
      return mask.withBytes { Array(copying: $0.extracting(start..<(start + byteCount))) }
    case .bitmap(var reader):
      form = .dense
      let mask = try reader.read(byteCount)
      form = .bitmap(reader)
      if places.count % 8 != 0, let last = mask.last, last >> UInt8(places.count % 8) != 0 {
        throw .maskPadding
      }
      return mask
    case .relative(var reader, let width):
      form = .dense
      var mask = [UInt8](repeating: 0, count: byteCount)
      while let place = try place(&reader, width: width, before: places.upperBound) {
        let bit = place - places.lowerBound
        mask[bit >> 3] |= 1 << UInt8(bit & 7)
      }
      form = .relative(reader, width: width)
      return mask
    }
  }

  /// The next kept element before a place.
  private mutating func place(
    _ reader: inout SymbolReader, width: Int, before end: Int
  ) throws(CodingError) -> Int? {
    if let place = pending {
      guard place < end else { return nil }
      pending = nil
      return place
    }
    let skip = UInt8(1 << width - 1)
    while position < end {
      if nextSymbol == symbols.count {
        guard reader.left > 0 else { return nil }
        symbols = try reader.read(min(reader.left, SupportReader.symbolsAtOnce))
        nextSymbol = 0
      }
      let symbol = symbols[nextSymbol]
      nextSymbol += 1
      guard symbol <= skip, Int(symbol) <= count - position else { throw .badGaps }
      position += Int(symbol)
      isSkipping = symbol == skip
      if isSkipping { continue }
      guard position < count else { throw .badGaps }
      position += 1
      if position > end {
        pending = position - 1
        return nil
      }
      return position - 1
    }
    return nil
  }

  /// Checks that nothing is left.
  func finish() throws(CodingError) {
    switch form {
    case .dense, .whole: return
    case .bitmap(let reader):
      guard reader.left == 0 else { throw .trailingBytes(reader.left) }
    case .relative(let reader, _):
      guard reader.left == 0, nextSymbol == symbols.count, !isSkipping, pending == nil else {
        throw .badGaps
      }
    }
  }
}
