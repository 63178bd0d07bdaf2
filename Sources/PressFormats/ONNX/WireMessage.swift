/// What a field of an ONNX message holds.
enum WireContent {
  /// One number.
  case varint
  /// Numbers, packed or one by one.
  case varints
  case fixed32
  case fixed32s
  case fixed64s
  /// A string or bytes.
  case bytes
  /// At most one message.
  case message(WireMessage)
  /// Any number of messages.
  case messages(WireMessage)

  /// Whether the content may be written this way.
  func allows(_ type: WireType) -> Bool {
    switch self {
    case .varint: type == .varint
    case .varints: type == .varint || type == .bytes
    case .fixed32: type == .fixed32
    case .fixed32s: type == .fixed32 || type == .bytes
    case .fixed64s: type == .fixed64 || type == .bytes
    case .bytes, .message, .messages: type == .bytes
    }
  }
}

/// The messages of ONNX's schema, as far as walking through them needs.
enum WireMessage {
  case model, graph, function, node, attribute, tensor, sparseTensor
  case segment, property, opset, annotation, valueInfo
  case type, tensorType, elementType, mapType, opaqueType, shape, dimension
  case training, configuration
  case nodeConfiguration, sharding, groupMap, shardedDimension, simpleSharding

  /// What the field with a number holds; `nil` if the schema has no such field.
  func content(of number: Int) -> WireContent? {
    switch self {
    case .model, .graph, .function, .node, .attribute: structure(number)
    case .tensor, .sparseTensor, .segment: data(number)
    case .type, .tensorType, .elementType, .mapType, .opaqueType, .shape, .dimension:
      typeContent(number)
    default: annotationContent(number)
    }
  }

  private func structure(_ number: Int) -> WireContent? {
    switch (self, number) {
    case (.model, 1), (.model, 5): .varint
    case (.model, 2), (.model, 3), (.model, 4), (.model, 6): .bytes
    case (.model, 7): .message(.graph)
    case (.model, 8): .messages(.opset)
    case (.model, 14): .messages(.property)
    case (.model, 20): .messages(.training)
    case (.model, 25): .messages(.function)
    case (.model, 26): .messages(.configuration)
    case (.graph, 1): .messages(.node)
    case (.graph, 2), (.graph, 10): .bytes
    case (.graph, 5): .messages(.tensor)
    case (.graph, 11), (.graph, 12), (.graph, 13): .messages(.valueInfo)
    case (.graph, 14): .messages(.annotation)
    case (.graph, 15): .messages(.sparseTensor)
    case (.graph, 16): .messages(.property)
    case (.function, 1), (.function, 4), (.function, 5), (.function, 6), (.function, 8): .bytes
    case (.function, 10), (.function, 13): .bytes
    case (.function, 7): .messages(.node)
    case (.function, 9): .messages(.opset)
    case (.function, 11): .messages(.attribute)
    case (.function, 12): .messages(.valueInfo)
    case (.function, 14): .messages(.property)
    case (.node, 5): .messages(.attribute)
    case (.node, 9): .messages(.property)
    case (.node, 10): .messages(.nodeConfiguration)
    case (.node, 1...8): .bytes
    case (.attribute, _): attributeContent(number)
    default: nil
    }
  }

  private func attributeContent(_ number: Int) -> WireContent? {
    switch number {
    case 1, 4, 9, 13, 21: .bytes
    case 2: .fixed32
    case 3, 20: .varint
    case 5: .message(.tensor)
    case 6: .message(.graph)
    case 7: .fixed32s
    case 8: .varints
    case 10: .messages(.tensor)
    case 11: .messages(.graph)
    case 14: .message(.type)
    case 15: .messages(.type)
    case 22: .message(.sparseTensor)
    case 23: .messages(.sparseTensor)
    default: nil
    }
  }

  private func data(_ number: Int) -> WireContent? {
    switch (self, number) {
    case (.tensor, 1), (.tensor, 5), (.tensor, 7), (.tensor, 11): .varints
    case (.tensor, 2), (.tensor, 14): .varint
    case (.tensor, 3): .message(.segment)
    case (.tensor, 4): .fixed32s
    case (.tensor, 10): .fixed64s
    case (.tensor, 6), (.tensor, 8), (.tensor, 9), (.tensor, 12): .bytes
    case (.tensor, 13), (.tensor, 16): .messages(.property)
    case (.sparseTensor, 1), (.sparseTensor, 2): .message(.tensor)
    case (.sparseTensor, 3): .varints
    case (.segment, 1), (.segment, 2): .varint
    default: nil
    }
  }

  private func typeContent(_ number: Int) -> WireContent? {
    switch (self, number) {
    case (.type, 1), (.type, 8): .message(.tensorType)
    case (.type, 4), (.type, 9): .message(.elementType)
    case (.type, 5): .message(.mapType)
    case (.type, 7): .message(.opaqueType)
    case (.type, 6): .bytes
    case (.tensorType, 1), (.mapType, 1): .varint
    case (.tensorType, 2): .message(.shape)
    case (.elementType, 1), (.mapType, 2): .message(.type)
    case (.opaqueType, 1), (.opaqueType, 2): .bytes
    case (.shape, 1): .messages(.dimension)
    case (.dimension, 1): .varint
    case (.dimension, 2), (.dimension, 3): .bytes
    default: nil
    }
  }

  private func annotationContent(_ number: Int) -> WireContent? {
    switch (self, number) {
    case (.property, 1), (.property, 2), (.opset, 1): .bytes
    case (.opset, 2): .varint
    case (.annotation, 1): .bytes
    case (.annotation, 2): .messages(.property)
    case (.valueInfo, 1), (.valueInfo, 3): .bytes
    case (.valueInfo, 2): .message(.type)
    case (.valueInfo, 4): .messages(.property)
    case (.nodeConfiguration, 1): .bytes
    case (.nodeConfiguration, 2): .messages(.sharding)
    case (.nodeConfiguration, 3): .varint
    case (.sharding, 1): .bytes
    case (.sharding, 2): .varints
    case (.sharding, 3): .messages(.groupMap)
    case (.sharding, 4): .messages(.shardedDimension)
    case (.groupMap, 1): .varint
    case (.groupMap, 2): .varints
    case (.shardedDimension, 1): .varint
    case (.shardedDimension, 2): .messages(.simpleSharding)
    case (.simpleSharding, 1), (.simpleSharding, 3): .varint
    case (.simpleSharding, 2): .bytes
    default: nil
    }
  }
}
