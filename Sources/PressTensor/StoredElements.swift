/// Reads the stored elements of a weight one after the other, whatever form they are held in.
struct StoredElements {
  private enum Form {
    case plain
    case narrow(ElementType)
    case fixed(bits: Int, radix: Int)
    case uniform
    case codes
  }

  private let form: Form
  private let type: ElementType
  private let width: Int
  private let table: ValueTable?
  private let parts: WeightParts
  private var part = 0
  private var end = 0

  /// Checks that the streams are as long as the weight says, and every code against the table.
  init(_ weight: Weight, _ contents: WeightContents) throws(TensorError) {
    type = weight.elementType
    width = weight.elementType.byteWidth ?? 1
    parts = weight.parts
    table = try ValueTable(weight, contents)
    let unit: Int
    switch weight.values {
    case .plain: (form, unit) = (.plain, width)
    case .narrow(let type):
      guard type == .float16 || type == .bfloat16 else {
        throw .elementType(expected: "float16 or bfloat16", found: type)
      }
      (form, unit) = (.narrow(type), 2)
    case .fixed(let bits, let radix) where bits > 8:
      (form, unit) = (.fixed(bits: bits, radix: radix), 2)
    case .codebook(bits: 0): (form, unit) = (.uniform, 0)
    default: (form, unit) = (.codes, 1)
    }
    let expected = weight.keptCount(contents.mask) * unit
    let found = unit == 0 ? 0 : contents.values.byteCount
    guard found == expected else { throw .byteCount(expected: expected, found: found) }
    if case .codes = form, let table {
      let largest = contents.values.withBytes { span in
        (0..<span.byteCount).reduce(UInt8(0)) { max($0, span.loadLittleEndian(UInt8.self, at: $1)) }
      }
      guard expected == 0 || Int(largest) < table.codes else {
        throw .outOfBounds(offset: Int(largest), count: 1, length: table.codes)
      }
    }
  }

  /// Copies one stored element in the weight's own type.
  ///
  /// Places have to come in order.
  ///
  /// - Parameter index: its number among the stored ones.
  /// - Parameter place: its place among all.
  @inline(__always)
  mutating func copy(
    _ index: Int, at place: Int, from span: RawSpan, to target: inout [UInt8], _ offset: Int
  ) {
    switch form {
    case .plain:
      for byte in 0..<width {
        target[offset + byte] = span.loadLittleEndian(UInt8.self, at: index * width + byte)
      }
    case .narrow(let narrow):
      let bits = span.loadLittleEndian(UInt16.self, at: 2 * index)
      put(
        narrow == .float16 ? Float(float16Bits: bits) : Float(bfloat16Bits: bits), &target, offset)
    case .fixed(let bits, let radix):
      let code = Int(span.loadLittleEndian(UInt16.self, at: 2 * index))
      put(FixedPoint.value(code, bits: bits, radix: radix), &target, offset)
    case .uniform: copy(code: 0, at: place, to: &target, offset)
    case .codes:
      copy(
        code: Int(span.loadLittleEndian(UInt8.self, at: index)), at: place, to: &target, offset)
    }
  }

  @inline(__always)
  private mutating func copy(
    code: Int, at place: Int, to target: inout [UInt8], _ offset: Int
  ) {
    guard let table else { return }
    if place >= end { (part, end) = parts.part(at: place) }
    let entry = (part * table.codes + code) * width
    for byte in 0..<width { target[offset + byte] = table.bytes[entry + byte] }
  }

  @inline(__always)
  private func put(_ number: Float, _ target: inout [UInt8], _ offset: Int) {
    let bits = number.bits(as: type) ?? 0
    for byte in 0..<width {
      target[offset + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))
    }
  }
}
