import FuzzSupport
import PressContainer
import PressFile
import PressGraph
import PressTensor

/// Reads the bytes as a whole file with its checksums mended, so that damage gets behind them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for candidate in [bytes, mended(bytes)] {
    do {
      let container = try Container(MemoryFile(candidate), limits: fuzzLimits)
      examine(container.model)
      _ = try container.ledger()
      try container.verify()
    } catch {
      _ = error.description
    }
  }
  return 0
}

/// The file with the checksums of header, directory and sections made right, as far as it has them.
private func mended(_ original: [UInt8]) -> [UInt8] {
  var bytes = original
  guard bytes.count >= 32 else { return bytes }
  func put(_ value: UInt32, at offset: Int) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
    }
  }
  for (index, byte) in UInt64(bytes.count).littleEndianBytes.enumerated() {
    bytes[16 + index] = byte
  }
  let length = Int(bytes.rawSpan.loadLittleEndian(UInt32.self, at: 12))
  guard length >= 1, length <= bytes.count - 32 else { return bytes }
  let directory = bytes.count - length
  var (offset, place) = (32, directory + 1)
  for _ in 0..<min(Int(bytes[directory]), 16) {
    var (size, shift) = (0, 0)
    place += 2
    while place < bytes.count, shift < 35 {
      size |= Int(bytes[place] & 0x7F) << shift
      shift += 7
      place += 1
      if bytes[place - 1] & 0x80 == 0 { break }
    }
    guard place + 4 <= bytes.count, size <= directory - offset else { break }
    put(CRC32(Array(bytes[offset..<(offset + size)])).value, at: place)
    place += 4
    offset += size
  }
  put(CRC32(Array(bytes[directory...])).value, at: 24)
  put(CRC32(Array(bytes[..<28])).value, at: 28)
  return bytes
}

extension UInt64 {
  fileprivate var littleEndianBytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(8 * $0)) }
  }
}
