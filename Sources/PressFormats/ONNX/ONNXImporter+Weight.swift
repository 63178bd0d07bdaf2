import PressGraph
import PressONNXSchema
import PressTensor

extension ONNXImporter {
  /// Adds a tensor to the weights, as one element if all are the same bits.
  mutating func weight(_ proto: Onnx_TensorProto, name: String) throws(ONNXError) -> WeightID {
    let (type, shape) = try TensorData.header(proto, name: name)
    let bytes = try data.storage(proto, type: type, shape: shape, name: name)
    return try add(type, shape, bytes, name: name)
  }

  /// Adds a vector, or a scalar where `count` is `nil`.
  mutating func weight(
    _ type: ElementType, _ count: Int?, _ bytes: [UInt8], name: String
  ) throws(ONNXError) -> WeightID {
    let shape = count.map(Shape.init(vectorOf:)) ?? .scalar
    try data.declare(type, shape, name: name)
    return try add(type, shape, Storage(bytes), name: name)
  }

  /// Adds a tensor of equal elements.
  mutating func weight(
    repeating element: [UInt8], _ type: ElementType, _ shape: Shape, name: String
  ) throws(ONNXError) -> WeightID {
    try data.declare(type, shape, name: name)
    let id = WeightID(UInt32(weights.count + 1))
    do {
      weights.append(
        try Weight(id: id, name: name, elementType: type, shape: shape, repeating: element))
    } catch {
      throw .tensor(error, tensor: name)
    }
    return id
  }

  private mutating func add(
    _ type: ElementType, _ shape: Shape, _ bytes: Storage, name: String
  ) throws(ONNXError) -> WeightID {
    let id = WeightID(UInt32(weights.count + 1))
    do {
      if let element = type.repeatedElement(in: bytes, count: shape.count) {
        weights.append(
          try Weight(id: id, name: name, elementType: type, shape: shape, repeating: element))
      } else {
        weights.append(
          try Weight(id: id, name: name, elementType: type, shape: shape, dense: bytes))
      }
    } catch {
      throw .tensor(error, tensor: name)
    }
    return id
  }
}

extension ElementType {
  /// The one element of which a tensor of two or more consists; `nil` if they differ.
  ///
  /// Stops at the first difference. Elements smaller than a byte come in the low bits of one.
  func repeatedElement(in bytes: Storage, count: Int) -> [UInt8]? {
    guard count > 1, let bitWidth else { return nil }
    return bytes.withBytes { span in
      guard let width = byteWidth else {
        let first = span.loadBits(at: 0, count: bitWidth)
        for index in 1..<count where span.loadBits(at: index * bitWidth, count: bitWidth) != first {
          return nil
        }
        return [UInt8(first)]
      }
      return span.repeats(every: width) ? [UInt8](copying: span.extracting(0..<width)) : nil
    }
  }
}

extension RawSpan {
  /// Whether each byte equals the one `width` before it.
  fileprivate func repeats(every width: Int) -> Bool {
    var position = 0
    while position <= byteCount - width - 8 {
      guard
        loadLittleEndian(UInt64.self, at: position)
          == loadLittleEndian(UInt64.self, at: position + width)
      else { return false }
      position += 8
    }
    for index in position..<max(position, byteCount - width) {
      let byte = loadLittleEndian(UInt8.self, at: index)
      guard byte == loadLittleEndian(UInt8.self, at: index + width) else { return false }
    }
    return true
  }
}
