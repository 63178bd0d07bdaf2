import PressCoding
import PressGraph
import PressTensor

/// One tensor in the table of tensors.
struct TensorRecord: Sendable {
  var id: WeightID
  var name: String
  var shape: Shape
  var origins: [WeightID]
  var nonzeros: Int
  var stored: StoredWeight
  /// Where each stream stands in the file; the bytes before it, back to the last one, are padding.
  var ranges: [Range<Int>]
  var checksum: UInt32

  /// Codes of the support's form.
  private enum SupportTag: UInt8 { case dense, bitmap, relative }
  /// Codes of the values' form.
  private enum ValuesTag: UInt8 { case plain, codebook, planes }

  /// Where a stream of `count` bytes may begin, given that `offset` is free.
  ///
  /// Streams that an engine can use as they stand in the file are aligned; coded ones are not.
  static func aligned(_ offset: Int, _ stream: StoredStream, hasPlanes: Bool, count: Int) -> Int {
    let isPlane = hasPlanes && stream.role == .values
    guard stream.coding == .raw, !isPlane, count > 0 else { return offset }
    let unit = count < 4096 ? 4 : 64
    return (offset + unit - 1) / unit * unit
  }

  func write(to writer: inout RecordWriter) {
    writer.append(Int(id.number))
    writer.append(name)
    writer.bytes.append(stored.elementType.rawValue)
    writer.append(shape.dimensions) { $0.append($1) }
    switch stored.support {
    case .dense: writer.bytes.append(SupportTag.dense.rawValue)
    case .bitmap:
      writer.bytes.append(SupportTag.bitmap.rawValue)
      writer.append(stored.kept)
    case .relative(let width, let symbols):
      writer.bytes.append(SupportTag.relative.rawValue)
      writer.append(stored.kept)
      writer.bytes.append(UInt8(width))
      writer.append(symbols)
    }
    switch stored.values {
    case .plain:
      writer.bytes.append((stored.hasPlanes ? ValuesTag.planes : .plain).rawValue)
    case .codebook(let bits):
      writer.bytes.append(ValuesTag.codebook.rawValue)
      writer.bytes.append(UInt8(bits))
      writer.append(stored.entries)
    case .narrow, .fixed, .affine, .ternary, .binary: break
    }
    if stored.elementType == .string { writer.append(stored.stringBytes) }
    writer.append(origins) { $0.append(Int($1.number)) }
    writer.append(nonzeros)
    for stream in stored.streams {
      writer.bytes.append(stream.coding == .raw ? 0 : 1)
      writer.append(stream.bytes.byteCount)
      writer.append(stream.entropyBits)
    }
    writer.bytes.appendLittleEndian(checksum)
  }

  /// Reads a record; `offset` is where its streams may begin and then where the next one's may.
  init(
    from reader: inout RecordReader, offset: inout Int, limit: Int, source: any ByteSource
  ) throws(ContainerError) {
    id = try Self.readID(&reader)
    name = try reader.string()
    let type = try reader.code(ElementType.self, "element type")
    let dimensions = try reader.list { (r) throws(ContainerError) in try r.number() }
    shape = try Self.shape(dimensions, of: type, name: name)
    stored = StoredWeight(
      elementType: type, count: shape.count, support: .dense, kept: shape.count, values: .plain)
    try Self.readForm(&reader, &stored, name)
    origins = try reader.list { (r) throws(ContainerError) in try Self.readID(&r) }
    nonzeros = try reader.number()
    ranges = []
    for role in stored.roles {
      let isCoded = try reader.flag("coding")
      let count = try reader.number()
      let entropy = try reader.number()
      var stream = StoredStream(
        role: role, coding: isCoded ? .huffman : .raw, bytes: .empty, entropyBits: entropy)
      let start = Self.aligned(offset, stream, hasPlanes: stored.hasPlanes, count: count)
      guard start <= limit, count <= limit - start else {
        throw .tensorRecord(name: name, what: "a stream of \(count) bytes beyond the data")
      }
      ranges.append(start..<(start + count))
      offset = start + count
      do {
        stream.bytes = try Storage(source, range: start..<offset)
      } catch {
        throw .tensor(name: name, error)
      }
      stored.streams.append(stream)
    }
    checksum = try reader.word()
    try check()
  }

  /// The shape, if tensors of the type can have it.
  private static func shape(
    _ dimensions: [Int], of type: ElementType, name: String
  ) throws(ContainerError) -> Shape {
    do throws(TensorError) {
      let shape = try Shape(dimensions)
      _ = try type.byteCount(shape.count)
      return shape
    } catch {
      throw .tensor(name: name, error)
    }
  }

  private static func readID(_ reader: inout RecordReader) throws(ContainerError) -> WeightID {
    let number = try reader.number()
    guard let id = UInt32(exactly: number) else { throw .weightID(number) }
    return WeightID(id)
  }

  private static func readForm(
    _ reader: inout RecordReader, _ stored: inout StoredWeight, _ name: String
  ) throws(ContainerError) {
    let support = try reader.code(SupportTag.self, "support")
    if support != .dense { stored.kept = try reader.number() }
    switch support {
    case .dense: break
    case .bitmap: stored.support = .bitmap
    case .relative:
      let width = Int(try reader.byte())
      guard (1...8).contains(width) else {
        throw .unknownCode(section: "tensors", what: "index width", code: width)
      }
      stored.support = .relative(width: width, symbols: try reader.number())
    }
    switch try reader.code(ValuesTag.self, "values") {
    case .plain: break
    case .planes: stored.hasPlanes = true
    case .codebook:
      let bits = Int(try reader.byte())
      guard bits <= 8 else {
        throw .unknownCode(section: "tensors", what: "codebook bits", code: bits)
      }
      stored.values = .codebook(bits: bits)
      stored.entries = try reader.number()
      guard (1...(1 << bits)).contains(stored.entries) else {
        throw .tensorRecord(name: name, what: "\(stored.entries) entries of \(bits) bits")
      }
    }
    if stored.elementType == .string { stored.stringBytes = try reader.number() }
  }

  /// What can be said without reading the streams.
  private func check() throws(ContainerError) {
    let type = stored.elementType
    guard stored.kept <= shape.count, nonzeros <= stored.kept else {
      throw .tensorRecord(
        name: name, what: "\(nonzeros) non-zeros, \(stored.kept) kept of \(shape.count) elements")
    }
    if case .relative(_, let symbols) = stored.support, symbols > shape.count {
      throw .tensorRecord(name: name, what: "\(symbols) gaps in \(shape.count) elements")
    }
    if type == .string { try checkStrings() }
    if stored.support != .dense || stored.hasPlanes {
      guard let width = type.byteWidth, !stored.hasPlanes || width > 1 else {
        throw .tensorRecord(name: name, what: "a support or planes over \(type.name)")
      }
    }
    if case .codebook(let bits) = stored.values, bits > 0, type.byteWidth == nil {
      throw .tensorRecord(name: name, what: "codebook indices over \(type.name)")
    }
    for stream in stored.streams where stream.role == .codebook || stream.coding == .raw {
      do {
        let (count, width) = try stored.symbols(of: stream.role)
        let (bits, overflow) = count.multipliedReportingOverflow(by: width)
        let expected = bits / 8 + (bits % 8 == 0 ? 0 : 1)
        guard !overflow, stream.coding == .raw, stream.bytes.byteCount == expected else {
          throw ContainerError.tensorRecord(
            name: name, what: "a raw stream of \(stream.bytes.byteCount) bytes, not \(expected)")
        }
      } catch let error as ContainerError {
        throw error
      } catch {
        throw .tensorRecord(name: name, what: "a stream of impossible size")
      }
    }
  }

  /// Strings take four bytes each and more, and no byte of a stream stands for many.
  private func checkStrings() throws(ContainerError) {
    guard stored.values == .plain else { return }
    let length = stored.stringBytes
    guard shape.count <= length / 4, length - (1 << 20) <= 8 * stored.byteCount else {
      throw .tensorRecord(
        name: name, what: "\(shape.count) strings of \(length) bytes in \(stored.byteCount)")
    }
  }

  init(
    id: WeightID, name: String, shape: Shape, origins: [WeightID], nonzeros: Int,
    stored: StoredWeight, ranges: [Range<Int>], checksum: UInt32
  ) {
    self.id = id
    self.name = name
    self.shape = shape
    self.origins = origins
    self.nonzeros = nonzeros
    self.stored = stored
    self.ranges = ranges
    self.checksum = checksum
  }

  /// The weight, whose streams are decoded when they are asked for.
  var weight: Weight {
    let source = ContainerWeight(name: name, checksum: checksum, stored: stored)
    return Weight(
      id: id, name: name, elementType: stored.elementType, shape: shape,
      support: stored.support == .dense ? .dense : .unstructured,
      values: source.element == nil ? stored.values : .codebook(bits: 0),
      coding: stored.coding, origins: origins, knownNonzeros: nonzeros,
      source: source)
  }

  /// The bytes of the streams and of the padding between and before them.
  var byteCount: Int { stored.byteCount }
}
