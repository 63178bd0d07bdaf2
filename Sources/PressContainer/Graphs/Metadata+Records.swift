import PressGraph
import PressTensor

extension RecordWriter {
  /// The metadata section: what the source said of itself, then the history.
  mutating func append(_ metadata: ModelMetadata, _ history: History) {
    append(signed: metadata.irVersion)
    append(metadata.opsets)
    append(metadata.producerName)
    append(metadata.producerVersion)
    append(metadata.domain)
    append(signed: metadata.modelVersion)
    append(metadata.documentation)
    append(metadata.properties)
    append(metadata.extensions.sorted { $0.key < $1.key }) { writer, item in
      writer.append(item.key)
      writer.append(blob: item.value)
    }
    append(history.source.map { [$0] } ?? []) { writer, source in
      writer.append(source.format)
      writer.append(blob: source.sha256)
      writer.append(source.denseBytes)
    }
    append(history.passes) { writer, pass in
      writer.append(pass.name)
      writer.append(pass.options)
      writer.bytes.appendLittleEndian(pass.seed)
      writer.append(pass.tool)
    }
  }

  mutating func append(_ opsets: [Opset]) {
    append(opsets) { writer, opset in
      writer.append(opset.domain)
      writer.append(signed: opset.version)
    }
  }

  mutating func append(_ properties: [Property]) {
    append(properties) { writer, property in
      writer.append(property.key)
      writer.append(property.value)
    }
  }
}

extension RecordReader {
  mutating func metadata() throws(ContainerError) -> (ModelMetadata, History) {
    var metadata = ModelMetadata()
    metadata.irVersion = try signed()
    metadata.opsets = try opsets()
    metadata.producerName = try string()
    metadata.producerVersion = try string()
    metadata.domain = try string()
    metadata.modelVersion = try signed()
    metadata.documentation = try string()
    metadata.properties = try properties()
    for _ in 0..<(try count()) { metadata.extensions[try string()] = try blob() }
    var history = History()
    let sources = try records { (r) throws(ContainerError) in
      History.Source(format: try r.string(), sha256: try r.blob(), denseBytes: try r.number())
    }
    history.source = sources.first
    history.passes = try records { (r) throws(ContainerError) in
      let name = try r.string()
      let options = try r.string()
      let seed = UInt64(try r.word()) | UInt64(try r.word()) << 32
      return History.PassRecord(name: name, options: options, seed: seed, tool: try r.string())
    }
    return (metadata, history)
  }

  mutating func opsets() throws(ContainerError) -> [Opset] {
    try records { (r) throws(ContainerError) in
      Opset(domain: try r.string(), version: try r.signed())
    }
  }

  mutating func properties() throws(ContainerError) -> [Property] {
    try records { (r) throws(ContainerError) in
      Property(key: try r.string(), value: try r.string())
    }
  }
}
