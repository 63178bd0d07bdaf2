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

  /// Where a stream of `count` bytes may begin, given that `offset` is free.
  ///
  /// Streams that an engine can use as they stand in the file are aligned; coded ones are not.
  static func aligned(_ offset: Int, _ stream: StoredStream, count: Int) -> Int {
    if case .plane = stream.role { return offset }
    guard stream.coding == .raw, count > 0 else { return offset }
    let unit = count < 4096 ? 4 : 64
    return (offset + unit - 1) / unit * unit
  }

  func write(to writer: inout RecordWriter) {
    writer.append(Int(id.number))
    writer.append(name)
    writer.bytes.append(stored.elementType.rawValue)
    writer.append(shape.dimensions) { $0.append($1) }
    writer.append(form: stored)
    if stored.elementType == .string { writer.append(stored.stringBytes) }
    writer.append(origins) { $0.append(Int($1.number)) }
    writer.append(nonzeros)
    for stream in stored.streams {
      writer.bytes.append(CodingTag(stream.coding).rawValue)
      writer.append(stream.bytes.byteCount)
      writer.append(stream.entropyBits)
    }
    writer.bytes.appendLittleEndian(checksum)
  }

  /// Reads a record; `offset` is where its streams may begin and then where the next one's may.
  init(
    from reader: inout RecordReader, version: Int, offset: inout Int, limit: Int,
    source: any ByteSource
  ) throws(ContainerError) {
    id = try Self.readID(&reader)
    name = try reader.string()
    let type = try reader.code(ElementType.self, "element type")
    let dimensions = try reader.list { (r) throws(ContainerError) in try r.number() }
    shape = try Self.shape(dimensions, of: type, name: name)
    stored = StoredWeight(elementType: type, count: shape.count)
    try reader.readForm(&stored, version: version, tensor: name)
    if stored.elementType == .string { stored.stringBytes = try reader.number() }
    origins = try reader.list { (r) throws(ContainerError) in try Self.readID(&r) }
    nonzeros = try reader.number()
    ranges = []
    for role in stored.roles {
      let coding = try reader.coding(version: version)
      let count = try reader.number()
      let entropy = try reader.number()
      var stream = StoredStream(
        role: role, coding: coding, bytes: .empty, entropyBits: entropy)
      let start = Self.aligned(offset, stream, count: count)
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
      support: stored.structure,
      values: source.element == nil ? stored.values : .codebook(bits: 0),
      granularity: stored.granularity, view: stored.view,
      coding: stored.coding, origins: origins, knownNonzeros: nonzeros,
      source: source)
  }

  /// The bytes of the streams and of the padding between and before them.
  var byteCount: Int { stored.byteCount }
}
