import CZlib
import PressTensor

/// CRC-32 as in zip and PNG (polynomial 0xEDB88320), from libz.
public struct CRC32: Sendable {
  /// The checksum of the bytes so far.
  public private(set) var value: UInt32 = 0

  /// The checksum of no bytes.
  public init() {}

  /// The checksum of some bytes.
  public init(_ bytes: [UInt8]) {
    update(bytes.rawSpan)
  }

  /// Takes in more bytes.
  public mutating func update(_ span: RawSpan) {
    value = unsafe span.withUnsafeBytes { bytes in
      unsafe UInt32(
        truncatingIfNeeded: crc32_z(
          UInt(value), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: [UInt8]) {
    update(bytes.rawSpan)
  }
}
