import PressCoding
public import PressFile
public import PressGraph
public import PressTensor

/// Writes models as containers, one tensor in memory at a time.
public enum ContainerWriter {
  /// What was written about one tensor.
  public struct Entry: Sendable, Hashable {
    /// The tensor.
    public var id: WeightID
    /// The bytes of its streams.
    public var bytes: Int
    /// Its decoded elements other than 0.
    public var nonzeros: Int
  }

  /// Writes a model; the file is not yet committed.
  ///
  /// - Parameter progress: Called with the elements written and their number.
  /// - Throws: `FileError`, or whatever a weight's source throws.
  @discardableResult
  public static func write(
    _ model: Model, to file: inout AtomicFile, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [Entry] {
    precondition(file.byteCount == 0, "a container begins its file")
    try file.write([UInt8](repeating: 0, count: Header.byteCount))
    var directory = Directory()
    var checksum = CRC32()
    var records: [TensorRecord] = []
    let total = model.weights.reduce(0) { $0 + $1.shape.count }
    var done = 0
    for weight in model.weights {
      records.append(try write(weight, to: &file, &checksum))
      done += weight.shape.count
      progress(done, total)
    }
    directory.sections.append(
      Section(
        kind: SectionKind.data.rawValue, isRequired: true,
        range: Header.byteCount..<file.byteCount, checksum: checksum.value))
    for (kind, bytes) in sections(model, records) {
      let range = file.byteCount..<(file.byteCount + bytes.count)
      try file.write(bytes)
      directory.sections.append(
        Section(
          kind: kind.rawValue, isRequired: true, range: range, checksum: CRC32(bytes).value))
    }
    let bytes = directory.bytes
    try file.write(bytes)
    let header = Header(
      version: records.contains(where: \.stored.needsVersion2) ? 2 : 1,
      directoryLength: bytes.count, fileLength: file.byteCount,
      directoryChecksum: CRC32(bytes).value)
    try file.overwrite(header.bytes, at: 0)
    return records.map { Entry(id: $0.id, bytes: $0.byteCount, nonzeros: $0.nonzeros) }
  }

  /// The sections after the data, the strings that all of them share first.
  private static func sections(
    _ model: Model, _ records: [TensorRecord]
  ) -> [(SectionKind, [UInt8])] {
    var writer = RecordWriter()
    writer.append(records) { $1.write(to: &$0) }
    let tensors = writer.takeSection()
    let scope = Scope(opsets: model.metadata.opsets)
    writer.append(model.graph.map { [$0] } ?? []) { $0.append($1, in: scope) }
    writer.append(model.functions) { $0.append($1) }
    let graph = writer.takeSection()
    writer.append(model.metadata, model.history)
    let metadata = writer.takeSection()
    return [
      (.strings, writer.strings.bytes), (.metadata, metadata), (.tensors, tensors), (.graph, graph),
    ]
  }

  private static func write(
    _ weight: Weight, to file: inout AtomicFile, _ section: inout CRC32
  ) throws -> TensorRecord {
    let (stored, nonzeros) = try stored(weight)
    var record = TensorRecord(
      id: weight.id, name: weight.name, shape: weight.shape, origins: weight.origins,
      nonzeros: nonzeros, stored: stored, ranges: [], checksum: 0)
    var checksum = CRC32()
    for stream in stored.streams {
      let count = stream.bytes.byteCount
      let start = TensorRecord.aligned(file.byteCount, stream, count: count)
      let padding = [UInt8](repeating: 0, count: start - file.byteCount)
      section.update(padding)
      try file.write(padding)
      try stream.bytes.withBytes { span in
        checksum.update(span)
        section.update(span)
        try file.write(span)
      }
      record.ranges.append(start..<(start + count))
    }
    record.checksum = checksum.value
    return record
  }

  /// The streams of a weight, and its decoded elements other than 0.
  ///
  /// Streams that come from a container in the form that is asked for are checked and kept.
  private static func stored(_ weight: Weight) throws -> (stored: StoredWeight, nonzeros: Int) {
    if let source = weight.source as? ContainerWeight, source.stored.coding == weight.coding {
      return try source.checked()
    }
    let contents = try weight.contents()
    return (
      try StoredWeight(weight, contents),
      try weight.knownNonzeros ?? weight.countNonzeros(in: contents)
    )
  }
}
