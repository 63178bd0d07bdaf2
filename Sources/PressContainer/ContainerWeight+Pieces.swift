import PressCoding
import PressFile
import PressTensor

extension ContainerWeight: StreamingWeightSource {
  /// What codes stand for, once the streams' sum is checked.
  ///
  /// - Throws: `ContainerError.tensorChecksum`, `ContainerError.stream`.
  func loadParameters() throws -> WeightContents {
    try checkSumByParts()
    do {
      guard let element else { return try stored.parameterContents() }
      return WeightContents(values: .empty, codebook: Storage(element))
    } catch {
      throw ContainerError.stream(tensor: name, error)
    }
  }

  /// The streams in pieces, once their sum is checked; their pages are given back on the way.
  ///
  /// - Throws: `ContainerError.tensorChecksum`, `ContainerError.stream`, or what `body` throws.
  func forEachPiece(_ body: (WeightPiece) throws -> Void) throws {
    try checkSumByParts()
    do {
      if element != nil { return try stored.forEachMaskPiece(body) }
      try stored.forEachPiece(body)
    } catch let error as CodingError {
      throw ContainerError.stream(tensor: name, error)
    }
  }

  /// Checks the streams against the checksum of the record, and gives back their pages on the way.
  private func checkSumByParts() throws {
    var found = CRC32()
    for stream in stored.streams {
      guard stream.bytes.isMapped else {
        stream.bytes.withBytes { found.update($0) }
        continue
      }
      for start in stride(from: 0, to: stream.bytes.byteCount, by: Self.partBytes) {
        let end = min(start + Self.partBytes, stream.bytes.byteCount)
        try stream.bytes.slice(start..<end).withBytes { found.update($0) }
        // From the beginning on: pages at the edges of parts belong to both.
        try stream.bytes.slice(0..<end).release()
      }
    }
    guard found.value == checksum else {
      throw ContainerError.tensorChecksum(
        tensor: name, expected: checksum, found: found.value)
    }
  }

  private static let partBytes = 1 << 16
}
