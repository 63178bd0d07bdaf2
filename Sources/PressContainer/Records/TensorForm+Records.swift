import PressCoding
import PressTensor

/// Codes of the support's form.
private enum SupportTag: UInt8 { case dense, bitmap, relative, positions }

/// Codes of what a support's masks have in common, four bits above its form.
private enum StructureTag: UInt8 { case none, groups, blocks }

/// Codes of the values' form.
private enum ValuesTag: UInt8 {
  case plain, codebook, planes, narrow, narrowPlanes, fixed, affine, affineZeroPoints, ternary
  case binary

  /// The parameters stand in float16.
  static let halves: UInt8 = 0x40
  /// A granularity and a view follow.
  static let layout: UInt8 = 0x80

  /// Whether codebooks or scales belong to the values.
  var hasParameters: Bool {
    switch self {
    case .plain, .planes, .narrow, .narrowPlanes, .fixed: false
    case .codebook, .affine, .affineZeroPoints, .ternary, .binary: true
    }
  }
}

/// Codes of the granularity.
private enum GranularityTag: UInt8 { case tensor, channel, group }

/// Codes of a stream's coding.
enum CodingTag: UInt8 {
  case raw, huffman, rans, deflate

  init(_ coding: Coding) {
    switch coding {
    case .raw, .auto: self = .raw
    case .huffman: self = .huffman
    case .rans: self = .rans
    case .deflate: self = .deflate
    }
  }

  var coding: Coding {
    switch self {
    case .raw: .raw
    case .huffman: .huffman
    case .rans: .rans
    case .deflate: .deflate
    }
  }
}

extension RecordWriter {
  /// How a tensor's support and values are held.
  mutating func append(form stored: StoredWeight) {
    append(supportOf: stored)
    append(valuesOf: stored)
    guard let view = stored.view else { return }
    switch stored.granularity {
    case .tensor: bytes.append(GranularityTag.tensor.rawValue)
    case .channel: bytes.append(GranularityTag.channel.rawValue)
    case .group(let size):
      bytes.append(GranularityTag.group.rawValue)
      append(size)
    }
    for axes in [view.rowAxes, view.columnAxes] {
      append(axes) { writer, axis in
        writer.append(axis.size)
        writer.append(axis.stride)
      }
    }
  }

  private mutating func append(supportOf stored: StoredWeight) {
    let form: SupportTag
    switch stored.support {
    case .dense: form = .dense
    case .bitmap: form = .bitmap
    case .relative: form = .relative
    case .positions: form = .positions
    }
    let structure: StructureTag
    var numbers: [Int] = []
    switch stored.structure {
    case .dense, .unstructured: structure = .none
    case .groups(let keep, let size): (structure, numbers) = (.groups, [keep, size])
    case .blocks(let rows, let columns): (structure, numbers) = (.blocks, [rows, columns])
    }
    bytes.append(form.rawValue | structure.rawValue << 4)
    guard form != .dense else { return }
    append(stored.kept)
    if case .relative(let width, let symbols) = stored.support {
      bytes.append(UInt8(width))
      append(symbols)
    }
    for number in numbers { append(number) }
  }

  private mutating func append(valuesOf stored: StoredWeight) {
    let flags =
      (stored.hasHalves ? ValuesTag.halves : 0) | (stored.view == nil ? 0 : ValuesTag.layout)
    func tag(_ tag: ValuesTag) -> UInt8 { tag.rawValue | flags }
    switch stored.values {
    case .plain: bytes.append(tag(stored.hasPlanes ? .planes : .plain))
    case .codebook(let bits):
      bytes += [tag(.codebook), UInt8(bits)]
      append(stored.entries)
    case .narrow(let type):
      bytes += [tag(stored.hasPlanes ? .narrowPlanes : .narrow), type.rawValue]
    case .fixed(let bits, let radix):
      bytes += [tag(.fixed), UInt8(bits)]
      append(signed: radix)
    case .affine(let bits):
      bytes += [tag(stored.hasZeroPoints ? .affineZeroPoints : .affine), UInt8(bits)]
    case .ternary: bytes.append(tag(.ternary))
    case .binary: bytes.append(tag(.binary))
    }
  }
}

extension RecordReader {
  /// Sizes of groups and blocks are below this, so that products of two fit into a word.
  private static let sizeLimit = 1 << 31
  /// Powers of two that a fixed point may stand for.
  private static let radixLimit = 1 << 10

  /// A stream's coding.
  mutating func coding(version: Int) throws(ContainerError) -> Coding {
    let tag = try code(CodingTag.self, "coding")
    guard version > 1 || tag.rawValue <= CodingTag.huffman.rawValue else {
      throw .unknownCode(section: section, what: "coding", code: Int(tag.rawValue))
    }
    return tag.coding
  }

  /// How a tensor's support and values are held.
  mutating func readForm(
    _ stored: inout StoredWeight, version: Int, tensor name: String
  ) throws(ContainerError) {
    try readSupport(&stored, version)
    let hasLayout = try readValues(&stored, version, name)
    guard hasLayout else {
      guard !stored.structure.isStructured else {
        throw .tensorRecord(name: name, what: "groups or blocks without rows")
      }
      return
    }
    switch try code(GranularityTag.self, "granularity") {
    case .tensor: break
    case .channel: stored.granularity = .channel
    case .group: stored.granularity = .group(try size("group"))
    }
    let (rows, columns) = (try axes(name), try axes(name))
    guard Self.isPermutation(rows + columns, of: stored.count) else {
      throw .tensorRecord(name: name, what: "a view that is no order of its elements")
    }
    stored.view = MatrixView(rows: rows, columns: columns)
  }

  /// Whether every element of a tensor, of which there is one at least, stands at exactly one place.
  ///
  /// That is so if each axis steps over all that the axes of smaller steps hold.
  private static func isPermutation(_ axes: [StridedAxis], of count: Int) -> Bool {
    var covered = 1
    for axis in axes.sorted(by: { $0.stride < $1.stride }) where axis.size != 1 {
      guard axis.size > 0, axis.stride == covered else { return false }
      let (product, overflow) = covered.multipliedReportingOverflow(by: axis.size)
      guard !overflow else { return false }
      covered = product
    }
    return covered == count
  }

  private mutating func readSupport(
    _ stored: inout StoredWeight, _ version: Int
  ) throws(ContainerError) {
    let byte = try byte()
    let limit = version > 1 ? 0xFF : 2
    guard byte <= limit, let form = SupportTag(rawValue: byte & 15),
      let structure = StructureTag(rawValue: byte >> 4),
      form != .dense || structure == .none, form != .positions || structure == .groups
    else { throw .unknownCode(section: section, what: "support", code: Int(byte)) }
    guard form != .dense else { return }
    stored.kept = try number()
    switch form {
    case .dense: break
    case .bitmap: stored.support = .bitmap
    case .positions: stored.support = .positions
    case .relative:
      let width = Int(try self.byte())
      guard (1...8).contains(width) else {
        throw .unknownCode(section: section, what: "index width", code: width)
      }
      stored.support = .relative(width: width, symbols: try number())
    }
    switch structure {
    case .none: stored.structure = .unstructured
    case .groups:
      let keep = try number()
      let size = try size("group")
      guard keep <= size, form != .positions || size <= GroupGrid.positionLimit else {
        throw .unknownCode(section: section, what: "group", code: keep)
      }
      stored.structure = .groups(kept: keep, of: size)
    case .blocks:
      stored.structure = .blocks(rows: try size("block"), columns: try size("block"))
    }
  }

  /// Says whether a granularity and a view follow.
  private mutating func readValues(
    _ stored: inout StoredWeight, _ version: Int, _ name: String
  ) throws(ContainerError) -> Bool {
    let byte = try byte()
    let limit = version > 1 ? 0xFF : ValuesTag.planes.rawValue
    guard byte <= limit, let tag = ValuesTag(rawValue: byte & 0x3F),
      tag.hasParameters || byte & ValuesTag.halves == 0
    else {
      throw .unknownCode(section: section, what: "values", code: Int(byte))
    }
    stored.hasHalves = byte & ValuesTag.halves != 0
    switch tag {
    case .plain: break
    case .planes: stored.hasPlanes = true
    case .codebook: try readCodebook(&stored, name)
    case .narrow, .narrowPlanes:
      let type = try code(ElementType.self, "narrow type")
      guard type == .float16 || type == .bfloat16 else {
        throw .unknownCode(section: section, what: "narrow type", code: Int(type.rawValue))
      }
      stored.values = .narrow(type)
      stored.hasPlanes = tag == .narrowPlanes
    case .fixed:
      let bits = try bits(2...16, "fixed-point bits")
      let radix = try signed()
      guard (-Self.radixLimit...Self.radixLimit).contains(radix) else {
        throw .tensorRecord(name: name, what: "\(radix) bits behind the point")
      }
      stored.values = .fixed(bits: bits, radix: radix)
    case .affine, .affineZeroPoints:
      stored.values = .affine(bits: try bits(2...8, "integer bits"))
      stored.hasZeroPoints = tag == .affineZeroPoints
    case .ternary: stored.values = .ternary
    case .binary: stored.values = .binary
    }
    return byte & ValuesTag.layout != 0
  }

  private mutating func readCodebook(
    _ stored: inout StoredWeight, _ name: String
  ) throws(ContainerError) {
    let bits = try bits(0...8, "codebook bits")
    stored.values = .codebook(bits: bits)
    stored.entries = try number()
    guard (1...(1 << bits)).contains(stored.entries) else {
      throw .tensorRecord(name: name, what: "\(stored.entries) entries of \(bits) bits")
    }
  }

  private mutating func bits(
    _ range: ClosedRange<Int>, _ what: String
  ) throws(ContainerError) -> Int {
    let bits = Int(try byte())
    guard range.contains(bits) else {
      throw .unknownCode(section: section, what: what, code: bits)
    }
    return bits
  }

  /// A number of columns or rows.
  private mutating func size(_ what: String) throws(ContainerError) -> Int {
    let size = try number()
    guard size > 0, size < Self.sizeLimit else {
      throw .unknownCode(section: section, what: what, code: size)
    }
    return size
  }

  /// The axes of rows or of columns.
  private mutating func axes(_ name: String) throws(ContainerError) -> [StridedAxis] {
    let count = try count()
    guard count <= Self.axisLimit else {
      throw .tensorRecord(name: name, what: "a view of \(count) axes")
    }
    var axes: [StridedAxis] = []
    for _ in 0..<count { axes.append(StridedAxis(size: try number(), stride: try number())) }
    return axes
  }

  /// The most axes of rows or of columns.
  private static var axisLimit: Int { 64 }
}
