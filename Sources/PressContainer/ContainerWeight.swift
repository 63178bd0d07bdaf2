import PressCoding
import PressFile
import PressTensor

/// The streams of a tensor in a container, decoded when they are asked for.
struct ContainerWeight: WeightSource {
  /// The tensor's name, for errors.
  let name: String
  /// The checksum of its streams as recorded.
  let checksum: UInt32
  /// The streams as they stand in the file.
  let stored: StoredWeight
  /// The element that all stored ones equal where the streams of the values have one symbol each:
  /// then the weight is a one-entry codebook, and its values are never expanded.
  let element: [UInt8]?

  init(name: String, checksum: UInt32, stored: StoredWeight) {
    self.name = name
    self.checksum = checksum
    self.stored = stored
    // A malformed table is reported by whoever asks for the streams.
    element = (try? stored.uniformElement()) ?? nil
  }

  /// Checks the sum of the streams and decodes them.
  ///
  /// - Throws: `ContainerError.tensorChecksum`, `ContainerError.stream`.
  func load() throws -> WeightContents {
    try checkSum()
    do {
      guard let element else { return try stored.decodedContents() }
      return WeightContents(
        mask: try stored.decodedMask(), values: .empty, codebook: Storage(element))
    } catch {
      throw ContainerError.stream(tensor: name, error)
    }
  }

  /// The streams once they are checked, with the entropies that they have, and the elements other
  /// than 0.
  func checked() throws(ContainerError) -> (stored: StoredWeight, nonzeros: Int) {
    try checkSum()
    do {
      let (nonzeros, entropies) = try stored.recount()
      var stored = stored
      for (index, entropy) in entropies.enumerated() {
        stored.streams[index].entropyBits = entropy
      }
      return (stored, nonzeros)
    } catch {
      throw .stream(tensor: name, error)
    }
  }

  /// Checks the streams against the checksum of the record.
  func checkSum() throws(ContainerError) {
    var found = CRC32()
    for stream in stored.streams { stream.bytes.withBytes { found.update($0) } }
    guard found.value == checksum else {
      throw .tensorChecksum(tensor: name, expected: checksum, found: found.value)
    }
  }
}
