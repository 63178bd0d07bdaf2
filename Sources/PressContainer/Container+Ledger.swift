import PressCoding
public import PressTensor

extension Container {
  /// The number of sections.
  public var sectionCount: Int { directory.sections.count }

  /// The size of the file.
  public var byteCount: Int { source.byteCount }

  /// Whether two containers are the same byte for byte.
  public func hasSameBytes(as other: Container) -> Bool {
    guard byteCount == other.byteCount else { return false }
    return source.withBytes { a in
      other.source.withBytes { b in
        let whole = a.byteCount / 8 * 8
        for offset in stride(from: 0, to: whole, by: 8)
        where a.loadLittleEndian(UInt64.self, at: offset)
          != b.loadLittleEndian(UInt64.self, at: offset)
        {
          return false
        }
        return (whole..<a.byteCount).allSatisfy {
          a.loadLittleEndian(UInt8.self, at: $0) == b.loadLittleEndian(UInt8.self, at: $0)
        }
      }
    }
  }

  /// Every byte of the file, each in exactly one row.
  public func ledger() throws(ContainerError) -> [LedgerRow] {
    var rows = [LedgerRow(section: "header", stream: "header", bytes: Header.byteCount)]
    var offset = directory[.data].range.lowerBound
    for record in records {
      rows += try Self.rows(record, &offset)
    }
    for section in directory.sections where section.kind != SectionKind.data.rawValue {
      rows.append(LedgerRow(section: section.name, bytes: section.range.count))
    }
    let end = directory.sections.last?.range.upperBound ?? Header.byteCount
    rows.append(LedgerRow(section: "directory", bytes: source.byteCount - end))
    return rows
  }

  private static func rows(
    _ record: TensorRecord, _ offset: inout Int
  ) throws(ContainerError) -> [LedgerRow] {
    var sums: [(name: String, bytes: Int)] = [
      ("support", 0), ("codebook", 0), ("scales", 0), ("zero points", 0), ("values", 0),
      ("code table", 0), ("padding", 0),
    ]
    for (stream, range) in zip(record.stored.streams, record.ranges) {
      let table: Int
      do {
        table = try stream.tableByteCount()
      } catch {
        throw .stream(tensor: record.name, error)
      }
      sums[place(of: stream.role)].bytes += range.count - table
      sums[5].bytes += table
      sums[6].bytes += range.lowerBound - offset
      offset = range.upperBound
    }
    return sums.filter { $0.bytes > 0 }.map {
      LedgerRow(section: "data", tensor: record.name, stream: $0.name, bytes: $0.bytes)
    }
  }

  /// The place of a role among the rows of a tensor.
  private static func place(of role: StreamRole) -> Int {
    switch role {
    case .support: 0
    case .codebook: 1
    case .scales: 2
    case .zeroPoints: 3
    case .values, .plane: 4
    }
  }

  /// What each tensor takes: the bytes of its streams, and their order-0 entropy in bits.
  public func costs() -> [WeightID: (bytes: Int, entropyBits: Int)] {
    Dictionary(
      uniqueKeysWithValues: records.map { record in
        (
          record.id,
          (record.byteCount, record.stored.streams.reduce(0) { $0 + $1.entropyBits })
        )
      })
  }
}
