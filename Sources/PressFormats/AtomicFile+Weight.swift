import PressFile
import PressTensor

extension AtomicFile {
  /// Appends a weight's dense bytes, a part at a time.
  mutating func write(decoded weight: Weight) throws {
    try weight.forEachDecodedPart { span in try write(span) }
  }
}
