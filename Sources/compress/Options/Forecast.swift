import Press

/// What a dry run foretells of the real one.
struct Forecast {
  /// The bytes of the file.
  let bytes: Int
  /// About the most memory that the run would hold.
  let peakBytes: Int
  /// What the device has free; `nil` where the system does not say, or nothing would be stored.
  let freeBytes: Int?

  /// Streams of a weight, its floats before and after, a mask and codes: what passes hold of the one
  /// that they work on, over its dense bytes.
  private static let copiesHeld = 6
  /// What the program takes without any model.
  private static let program = 24 << 20

  /// The forecast for a model that would be written.
  init(_ source: Model, _ outcome: ModelWriter.Outcome, _ target: Target) {
    bytes = outcome.bytes
    let sizes = source.weights.map { weight in
      (try? weight.elementType.byteCount(weight.shape.count)) ?? 0
    }
    peakBytes = Self.program + Self.copiesHeld * (sizes.max() ?? 0)
    freeBytes = target.isStream ? nil : FileSystem.freeBytes(beside: target.path)
  }

  /// Whether the device has no room for the file.
  var isTooLarge: Bool { freeBytes.map { $0 < bytes } ?? false }

  var json: [String: JSON] {
    [
      "predicted_bytes": .integer(bytes), "predicted_peak_memory_bytes": .integer(peakBytes),
      "free_disk_bytes": .optional(freeBytes),
    ]
  }

  var lines: [String] {
    var lines = [
      "forecast: a file of \(Format.count(bytes)) bytes, about \(Format.count(peakBytes)) bytes of memory"
    ]
    if isTooLarge, let freeBytes {
      lines.append("the device has room for \(Format.count(freeBytes)) bytes only")
    }
    return lines + ["nothing written (--dry-run)"]
  }
}
