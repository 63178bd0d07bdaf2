import PressCoding
import PressFile
public import PressGraph
public import PressTensor

/// A model as one file: what stands in it, and where.
public struct Container: Sendable {
  /// The model; its weights are read and decoded when they are asked for.
  public let model: Model
  /// The sections in their order.
  let directory: Directory
  let records: [TensorRecord]
  let source: any ByteSource

  /// Whether a file begins like a container.
  public static func isPresent(in source: any ByteSource) -> Bool {
    source.withBytes { Header.isPresent(in: $0) }
  }

  /// Reads everything but the weights' streams; checks all checksums but theirs.
  public init(_ source: any ByteSource, limits: ReadLimits) throws(ContainerError) {
    let (header, directory, bytes) = try source.withBytes {
      (span) throws(ContainerError) -> (Header, Directory, [SectionKind: [UInt8]]) in
      let header = try Header(span)
      let directory = try Directory(span, header)
      var bytes: [SectionKind: [UInt8]] = [:]
      for kind in SectionKind.allCases where kind != .data {
        bytes[kind] = try Self.checked(directory[kind], span)
      }
      return (header, directory, bytes)
    }
    let strings = try StringTable.read(bytes[.strings] ?? [])
    func reader(_ kind: SectionKind) -> RecordReader {
      RecordReader(bytes[kind] ?? [], section: kind.name, strings: strings)
    }
    var metadata = reader(.metadata)
    let (information, history) = try metadata.metadata()
    try metadata.finish()
    var tensors = reader(.tensors)
    records = try Self.records(
      &tensors, version: header.version, directory[.data].range, source, limits)
    try tensors.finish()
    var graphs = reader(.graph)
    let scope = Scope(opsets: information.opsets)
    let graph = try graphs.list { (r) throws(ContainerError) in try r.graph(in: scope) }.first
    let functions = try graphs.records { (r) throws(ContainerError) in try r.function() }
    try graphs.finish()
    self.directory = directory
    self.source = source
    model = Model(
      graph: graph, weights: records.map(\.weight), functions: functions, metadata: information,
      history: history)
  }

  private static func checked(
    _ section: Section, _ span: RawSpan
  ) throws(ContainerError) -> [UInt8] {
    let bytes = Array(copying: span.extracting(section.range))
    let checksum = CRC32(bytes).value
    guard checksum == section.checksum else {
      throw .sectionChecksum(
        section: section.name, expected: section.checksum, found: checksum)
    }
    return bytes
  }

  private static func records(
    _ reader: inout RecordReader, version: Int, _ data: Range<Int>, _ source: any ByteSource,
    _ limits: ReadLimits
  ) throws(ContainerError) -> [TensorRecord] {
    var offset = data.lowerBound
    var records: [TensorRecord] = []
    var ids: Set<WeightID> = []
    var total = 0
    for _ in 0..<(try reader.count()) {
      let record = try TensorRecord(
        from: &reader, version: version, offset: &offset, limit: data.upperBound, source: source)
      guard ids.insert(record.id).inserted else { throw .weightID(Int(record.id.number)) }
      do {
        let bytes =
          try record.stored.elementType.byteCount(record.shape.count) ?? record.stored.stringBytes
        total = total.addingReportingOverflow(bytes).overflow ? Int.max : total + bytes
        try limits.check(total)
      } catch {
        throw .tensor(name: record.name, error)
      }
      records.append(record)
    }
    guard offset == data.upperBound else {
      throw .trailingBytes(section: SectionKind.data.name, count: data.upperBound - offset)
    }
    return records
  }
}
