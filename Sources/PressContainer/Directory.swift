import PressFile
import PressTensor

/// The parts of a container, in the order in which they stand.
enum SectionKind: UInt8, CaseIterable {
  case data = 1
  case strings = 2
  case metadata = 3
  case tensors = 4
  case graph = 5

  /// The name that the ledger and errors print.
  var name: String { "\(self)" }
}

/// One section: where it stands and its checksum.
struct Section: Equatable {
  var kind: UInt8
  /// Whether a reader that does not know the kind must stop.
  var isRequired: Bool
  var range: Range<Int>
  var checksum: UInt32

  var name: String { SectionKind(rawValue: kind)?.name ?? "kind \(kind)" }
}

/// The list of sections, which ends the file.
struct Directory {
  var sections: [Section] = []

  var bytes: [UInt8] {
    var writer = RecordWriter()
    writer.append(sections.count)
    for section in sections {
      writer.bytes.append(section.kind)
      writer.bytes.append(section.isRequired ? 1 : 0)
      writer.append(section.range.count)
      writer.bytes.appendLittleEndian(section.checksum)
    }
    return writer.bytes
  }

  init() {}

  /// Reads the directory of a file and checks that its sections fill the file.
  init(_ span: RawSpan, _ header: Header) throws(ContainerError) {
    let start = header.fileLength - header.directoryLength
    let bytes = Array(copying: span.extracting(start..<header.fileLength))
    let checksum = CRC32(bytes).value
    guard checksum == header.directoryChecksum else {
      throw .sectionChecksum(
        section: "directory", expected: header.directoryChecksum, found: checksum)
    }
    var reader = RecordReader(bytes, section: "directory")
    var offset = Header.byteCount
    for _ in 0..<(try reader.count()) {
      let kind = try reader.byte()
      let flags = try reader.byte()
      guard flags <= 1 else {
        throw .unknownCode(section: "directory", what: "flags", code: Int(flags))
      }
      let length = try reader.number()
      guard length <= start - offset else {
        throw .sectionLengths(expected: start - Header.byteCount, found: length)
      }
      sections.append(
        Section(
          kind: kind, isRequired: flags == 1, range: offset..<(offset + length),
          checksum: try reader.word()))
      offset += length
    }
    try reader.finish()
    guard offset == start else {
      throw .sectionLengths(
        expected: start - Header.byteCount, found: offset - Header.byteCount)
    }
    try checkOrder()
  }

  /// Every section of version 1 stands once and in order; of others, those that may be skipped.
  private func checkOrder() throws(ContainerError) {
    var known: [SectionKind] = []
    for section in sections {
      if let kind = SectionKind(rawValue: section.kind) {
        known.append(kind)
      } else if section.isRequired {
        throw .unknownSection(Int(section.kind))
      }
    }
    guard known == SectionKind.allCases else {
      throw .sectionOrder(known.map(\.name).joined(separator: ", "))
    }
  }

  /// The section of a kind; there is one, as was checked.
  subscript(kind: SectionKind) -> Section {
    sections.first { $0.kind == kind.rawValue }
      ?? Section(kind: kind.rawValue, isRequired: true, range: 0..<0, checksum: 0)
  }
}
