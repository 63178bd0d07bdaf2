import PressFile
import PressFormats
import PressTensor
import Testing

@Suite("A tensor in a file of its own")
struct ONNXTensorTests {
  /// Two float32 elements, 2x1, in `raw_data`, with the name `x`.
  static let raw: [UInt8] = [
    0x08, 2, 0x08, 1, 0x10, 1, 0x42, 1, 0x78, 0x4A, 8, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
  ]

  private func read(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> Tensor {
    try ONNX.readTensor(MemoryFile(bytes), limits: ReadLimits(maximumBytes: limit))
  }

  @Test("raw data stay where they are")
  func rawData() throws {
    let tensor = try read(Self.raw)
    #expect(tensor.shape.dimensions == [2, 1])
    #expect(try tensor.floats() == [1, -2])
    #expect(tensor.storage.isMapped)
  }

  @Test("typed fields and strings are read too")
  func typed() throws {
    let integers = try read([0x08, 3, 0x10, 7, 0x3A, 3, 1, 2, 3])
    #expect(integers.elementType == .int64 && integers.shape.dimensions == [3])
    #expect(
      integers.storage.copied()
        == [UInt64]([1, 2, 3]).flatMap { [UInt8($0)] + [0, 0, 0, 0, 0, 0, 0] })
    let text = try read([0x08, 2, 0x10, 8, 0x32, 2, 0x68, 0x69, 0x32, 0])
    #expect(text.elementType == .string)
    #expect(text.storage.copied() == [2, 0, 0, 0, 0x68, 0x69, 0, 0, 0, 0])
    let scalar = try read([0x10, 9, 0x2A, 1, 1])
    #expect(scalar.shape == .scalar && scalar.storage.copied() == [1])
  }

  @Test("what is malformed is refused by name")
  func malformed() {
    #expect(throws: ONNXError.undefinedType(0, tensor: "")) { try read([]) }
    #expect(throws: ONNXError.undefinedType(99, tensor: "")) { try read([0x10, 99]) }
    #expect(throws: ONNXError.tensor(.byteCount(expected: 4, found: 0), tensor: "")) {
      try read([0x10, 1])
    }
    #expect(throws: ONNXError.tensor(.memoryLimit(needed: 8, limit: 7), tensor: "x")) {
      try read(Self.raw, limit: 7)
    }
    #expect(throws: ONNXError.externalWithoutFolder(tensor: "")) { try read([0x10, 1, 0x70, 1]) }
    #expect(throws: ONNXError.wireType(message: "tensor", field: 9, offset: 2)) {
      try read([0x10, 1, 0x48, 1])
    }
  }

  @Test("every truncation throws, and no changed byte traps")
  func damage() {
    for count in 0..<Self.raw.count where count != 0 {
      #expect(throws: ONNXError.self) { try read(Array(Self.raw[..<count])) }
    }
    var bytes = Self.raw
    for index in bytes.indices {
      let old = bytes[index]
      for value in UInt8.min...UInt8.max {
        bytes[index] = value
        _ = try? read(bytes)
      }
      bytes[index] = old
    }
  }
}
