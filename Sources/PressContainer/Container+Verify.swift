import PressCoding
import PressFile
import PressGraph
import PressTensor

extension Container {
  /// Reads every byte of the file and checks all that a record says about its streams.
  ///
  /// Sections that this version may skip are checked by their checksum alone.
  ///
  /// - Parameter progress: Called with the bytes of streams counted again and their number.
  public func verify(progress: (Int, Int) -> Void = { _, _ in }) throws(ContainerError) {
    try source.withBytes { (span) throws(ContainerError) in
      for section in directory.sections {
        var checksum = CRC32()
        checksum.update(span.extracting(section.range))
        guard checksum.value == section.checksum else {
          throw .sectionChecksum(
            section: section.name, expected: section.checksum, found: checksum.value)
        }
      }
      var offset = directory[.data].range.lowerBound
      for record in records {
        try Self.verify(record, span, &offset)
      }
    }
    var done = 0
    for record in records {
      try Self.recount(record)
      done += record.byteCount
      progress(done, directory[.data].range.count)
    }
  }

  private static func verify(
    _ record: TensorRecord, _ span: RawSpan, _ offset: inout Int
  ) throws(ContainerError) {
    for range in record.ranges {
      for position in offset..<range.lowerBound {
        guard span.loadLittleEndian(UInt8.self, at: position) == 0 else {
          throw .padding(tensor: record.name)
        }
      }
      offset = range.upperBound
    }
    try ContainerWeight(name: record.name, checksum: record.checksum, stored: record.stored)
      .checkSum()
  }

  private static func recount(_ record: TensorRecord) throws(ContainerError) {
    let found: (nonzeros: Int, entropies: [Int])
    do {
      found = try record.stored.recount()
    } catch {
      throw .stream(tensor: record.name, error)
    }
    guard found.nonzeros == record.nonzeros else {
      throw .miscount(
        tensor: record.name, what: "number of non-zeros", expected: record.nonzeros,
        found: found.nonzeros)
    }
    for (stream, entropy) in zip(record.stored.streams, found.entropies)
    where stream.entropyBits != entropy {
      throw .miscount(
        tensor: record.name, what: "entropy", expected: stream.entropyBits, found: entropy)
    }
  }
}
