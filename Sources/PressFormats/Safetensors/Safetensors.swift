public import PressFile
public import PressGraph
public import PressTensor

/// Weights without a graph, in the form of the safetensors format.
public enum Safetensors {
  /// Reads a file; its tensors stay ranges of it.
  ///
  /// - Throws: `FileError`, `SafetensorsError`.
  public static func read(path: String, limits: ReadLimits = .standard) throws -> Model {
    try read(try MappedFile(path: path), limits: limits)
  }

  /// Reads a source as a model without a graph.
  ///
  /// Weights are numbered from 1 in the order of their data; `__metadata__` becomes the model's
  /// properties.
  public static func read(
    _ source: any ByteSource, limits: ReadLimits = .standard
  ) throws(SafetensorsError) -> Model {
    let header = try source.withBytes { (span) throws(SafetensorsError) in
      try SafetensorsHeader(span, limits: limits)
    }
    var weights: [Weight] = []
    weights.reserveCapacity(header.entries.count)
    for (index, entry) in header.entries.enumerated() {
      let first = header.dataOffset + entry.range.lowerBound
      do throws(TensorError) {
        weights.append(
          try Weight(
            id: WeightID(UInt32(index + 1)), name: entry.name, elementType: entry.elementType,
            shape: entry.shape,
            dense: try Storage(source, range: first..<(first + entry.range.count))))
      } catch {
        throw .byteCount(expected: entry.range.count, found: 0, tensor: entry.name)
      }
    }
    let properties = header.metadata.map { Property(key: $0.key, value: $0.value) }
    let origin = History.Source(
      format: "safetensors", sha256: source.withBytes { SHA256.digest($0) },
      denseBytes: source.byteCount - header.dataOffset)
    return Model(
      graph: nil, weights: weights, metadata: ModelMetadata(properties: properties),
      history: History(source: origin))
  }

  /// Whether a file starts as a safetensors file does: a possible length, then a brace.
  public static func isLikely(_ span: RawSpan) -> Bool {
    guard span.byteCount >= 10 else { return false }
    let count = span.loadLittleEndian(UInt64.self, at: 0)
    return count >= 2 && count <= UInt64(min(SafetensorsHeader.longest, span.byteCount - 8))
      && span.loadLittleEndian(UInt8.self, at: 8) == UInt8(ascii: "{")
  }
}
