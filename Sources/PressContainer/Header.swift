import PressFile
import PressTensor

/// The first 32 bytes of a container.
struct Header: Equatable {
  static let byteCount = 32
  static let magic: [UInt8] = [0x89, 0x50, 0x52, 0x45, 0x53, 0x53, 0x0D, 0x0A]
  /// The latest version; files that do without its forms are of version 1.
  static let latestVersion = 2

  /// The version of the format: 1 or 2.
  var version = 1
  /// The bytes of the directory, which ends the file.
  var directoryLength: Int
  /// The bytes of the whole file.
  var fileLength: Int
  /// The checksum of the directory.
  var directoryChecksum: UInt32

  /// The header's bytes.
  var bytes: [UInt8] {
    var bytes = Self.magic
    bytes.appendLittleEndian(UInt16(version))
    bytes.appendLittleEndian(UInt16(0))
    bytes.appendLittleEndian(UInt32(directoryLength))
    bytes.appendLittleEndian(UInt64(fileLength))
    bytes.appendLittleEndian(directoryChecksum)
    bytes.appendLittleEndian(CRC32(bytes).value)
    return bytes
  }

  /// Whether a file begins like a container.
  static func isPresent(in span: RawSpan) -> Bool {
    span.byteCount >= magic.count
      && magic.indices.allSatisfy { span.loadLittleEndian(UInt8.self, at: $0) == magic[$0] }
  }
}

extension Header {
  /// Reads and checks the header of a file.
  init(_ span: RawSpan) throws(ContainerError) {
    guard Self.isPresent(in: span) else { throw .notAContainer }
    guard span.byteCount >= Self.byteCount else { throw .truncatedHeader(found: span.byteCount) }
    var checksum = CRC32()
    checksum.update(span.extracting(0..<28))
    let recorded = span.loadLittleEndian(UInt32.self, at: 28)
    guard checksum.value == recorded else {
      throw .headerChecksum(expected: recorded, found: checksum.value)
    }
    version = Int(span.loadLittleEndian(UInt16.self, at: 8))
    guard version <= Self.latestVersion else { throw .newerVersion(version) }
    guard version > 0 else {
      throw .unknownCode(section: "header", what: "version", code: version)
    }
    let flags = Int(span.loadLittleEndian(UInt16.self, at: 10))
    guard flags == 0 else { throw .reservedFlags(flags) }
    directoryLength = Int(span.loadLittleEndian(UInt32.self, at: 12))
    let length = span.loadLittleEndian(UInt64.self, at: 16)
    guard length == UInt64(span.byteCount) else {
      throw .length(expected: Int(clamping: length), found: span.byteCount)
    }
    fileLength = span.byteCount
    directoryChecksum = span.loadLittleEndian(UInt32.self, at: 24)
    guard directoryLength <= fileLength - Self.byteCount else {
      throw .directoryLength(directoryLength)
    }
  }
}
