import PressCoding
import PressFile
import PressTensor

/// A weight in a file: its checksum is checked each time before it is decoded.
struct CheckedWeight: WeightSource {
  let name: String
  let checksum: UInt32
  let stored: StoredWeight

  func load() throws -> WeightContents { try checkedContents() }

  private func checkedContents() throws(ContainerError) -> WeightContents {
    var found = CRC32()
    for stream in stored.streams { stream.bytes.withBytes { found.update($0) } }
    guard found.value == checksum else {
      throw .tensorChecksum(tensor: name, expected: checksum, found: found.value)
    }
    do {
      return try stored.decodedContents()
    } catch {
      throw .stream(tensor: name, reason: error.description)
    }
  }
}
