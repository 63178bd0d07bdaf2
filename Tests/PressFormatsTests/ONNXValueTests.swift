import PressFile
import PressFormats
import PressGraph
import PressTensor
import Testing

@Suite("A value in a file of its own")
struct ONNXValueTests {
  private static let tensor = ONNXTensorTests.raw

  /// A SequenceProto named `s` of tensors, of which the second is 7 as int64.
  private static let sequence: [UInt8] =
    [0x0A, 1, 0x73, 0x10, 1, 0x1A, UInt8(tensor.count)] + tensor
    + [0x1A, 5, 0x10, 7, 0x3A, 1, 7]
  /// An OptionalProto with the sequence.
  private static let optional: [UInt8] = [0x10, 3, 0x2A, UInt8(sequence.count)] + sequence

  private func read(
    _ bytes: [UInt8], _ type: ValueType, limit: Int = 1 << 20
  ) throws -> Value {
    try ONNX.readValue(MemoryFile(bytes), type: type, limits: ReadLimits(maximumBytes: limit))
  }

  @Test("tensors, sequences and optionals are read, and stay where they are")
  func whole() throws {
    let single = try read(Self.tensor, .tensor(nil, nil))
    #expect(single.description == "float32 2x1")
    guard case .optional(.sequence(let tensors)?) = try read(Self.optional, .optional(nil)) else {
      Issue.record("no optional of a sequence")
      return
    }
    #expect(try tensors.first?.floats() == [1, -2])
    #expect(tensors.first?.storage.isMapped == true)
    #expect(tensors.last?.elementType == .int64)
    #expect(tensors.last?.storage.copied() == [7, 0, 0, 0, 0, 0, 0, 0])
    #expect(try read([], .sequence(nil)).description == "sequence of nothing")
    #expect(try read([0x10, 1], .optional(nil)).description == "optional of nothing")
    let tensor = [0x10, 1, 0x1A, UInt8(Self.tensor.count)] + Self.tensor
    #expect(try read(tensor, .optional(nil)).description == "optional of float32 2x1")
  }

  @Test("what is malformed is refused")
  func malformed() {
    let sparse = ValueType.sparseTensor(nil, nil)
    #expect(
      throws: ONNXError.valueKind(
        expected: "a tensor, sequence or optional", found: "another type")
    ) { try read([], sparse) }
    // Maps, values of another kind than declared or of none, the kind twice, two optional values.
    for bytes: [UInt8] in [
      [0x10, 4, 0x32, 0], [0x10, 3, 0x1A, 0], [0x1A, 0], [0x10, 1, 0x10, 1],
      [0x10, 0x81, 0, 0x1A, 0], [0x10, 1, 0x18, 0], [0x10, 3, 0x2A, 0, 0x2A, 0],
    ] {
      #expect(throws: ONNXError.self) { try read(bytes, .optional(nil)) }
    }
    #expect(throws: ONNXError.self) { try read([0x10, 3, 0x2A, 0], .sequence(nil)) }
    #expect(
      throws: ONNXError.tensor(.memoryLimit(needed: 8, limit: 7), tensor: "")
    ) { try read(Self.sequence, .sequence(nil), limit: 15) }
  }

  @Test("no truncation and no changed byte traps")
  func damage() {
    var bytes = Self.optional
    for count in 1..<bytes.count where count != 2 {
      #expect(throws: ONNXError.self) { try read(Array(bytes[..<count]), .optional(nil)) }
    }
    for index in bytes.indices {
      let old = bytes[index]
      for value in UInt8.min...UInt8.max {
        bytes[index] = value
        _ = try? read(bytes, .optional(nil))
      }
      bytes[index] = old
    }
  }
}
