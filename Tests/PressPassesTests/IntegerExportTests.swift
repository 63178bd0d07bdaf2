import PressFile
import PressFormats
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Quantize: integers in ONNX files") struct IntegerExportTests {
  private static func network(opset: Int) throws -> LayerNetwork {
    var network = LayerNetwork()
    network.opset = opset
    network.input("x", [0, 3, 6, 6])
    try network.random("kernel", [8, 3, 3, 3], seed: 1)
    try network.random("gemm", [20, 128], seed: 2)
    try network.random("product", [20, 30], seed: 3)
    network.node("Conv", ["x", "kernel"], "c")
    network.node("Relu", ["c"], "r")
    network.node("Flatten", ["r"], "f")
    try network.random("bias", [20], seed: 4)
    network.node("Gemm", ["f", "gemm", "bias"], "g", [Attribute("transB", .int(1))])
    network.node("MatMul", ["g", "product"], "y")
    network.outputs("y")
    return network
  }

  private static func roundTrip(_ model: Model, opset: Int? = nil) throws -> Model {
    let folder = TemporaryFolder()
    let path = folder.file("model.onnx")
    var file = try AtomicFile(path: path, mayReplace: false)
    try ONNX.write(model, to: &file, opset: opset)
    try file.commit()
    return try ONNX.read(path: path, limits: .standard)
  }

  /// The integers that layers' weights are dequantized from.
  private static func integers(_ model: Model) -> [ElementType] {
    model.weights.filter { $0.name.hasSuffix("_quantized") }.map(\.elementType)
  }

  private static func check(
    _ pass: Quantize, opset: Int, finds expected: [ElementType], _ opsetAfter: Int
  ) throws {
    for ratio in [0, 0.6] {
      let model = try Prune(ratio: ratio).apply(to: network(opset: opset).model, PassContext())
        .model
      let quantized = try pass.apply(to: model, PassContext()).model
      let back = try roundTrip(quantized)
      #expect(integers(back) == expected, "\(pass), \(opset)")
      #expect(back.opset() == opsetAfter)
      #expect(try back.distance(from: quantized) < 1e-5)
    }
  }

  @Test("Signed and unsigned bytes by channel, and for the tensor")
  func bytes() throws {
    try Self.check(Quantize(), opset: 17, finds: [.int8, .int8, .int8], 17)
    try Self.check(
      Quantize(bits: 6, asymmetric: true), opset: 13, finds: [.uint8, .uint8, .uint8], 13)
    try Self.check(
      Quantize(granularity: .tensor), opset: 11, finds: [.int8, .int8, .int8], 11)
  }

  @Test(
    "Four bits from version 21 on; blocks raise the version, a convolution's groups are decoded")
  func blocks() throws {
    try Self.check(Quantize(bits: 4), opset: 17, finds: [.int8, .int8, .int8], 17)
    try Self.check(Quantize(bits: 4), opset: 21, finds: [.int4, .int4, .int4], 21)
    try Self.check(
      Quantize(bits: 4, asymmetric: true), opset: 21, finds: [.uint4, .uint4, .uint4], 21)
    try Self.check(
      Quantize(bits: 4, granularity: .group(8)), opset: 17, finds: [.int4, .int4], 21)
    try Self.check(
      Quantize(granularity: .group(7), asymmetric: true), opset: 21, finds: [.uint8, .uint8], 21)
  }

  @Test("An axis raises the version; one that is asked for and too low decodes")
  func versions() throws {
    try Self.check(Quantize(), opset: 11, finds: [.int8, .int8, .int8], 13)
    let quantized = try Quantize().apply(to: Self.network(opset: 11).model, PassContext()).model
    let old = try Self.roundTrip(quantized, opset: 11)
    #expect(Self.integers(old).isEmpty && old.opset() == 11)
    #expect(try old.distance(from: quantized) < 1e-5)
  }

  @Test("Ternary, binary and fixed-point values, and half precision, are decoded")
  func decoded() throws {
    for form in [Quantize.Form.ternary, .binary, .fixed, .fp16] {
      let quantized = try Quantize(to: form).apply(
        to: Self.network(opset: 17).model, PassContext()
      ).model
      let back = try Self.roundTrip(quantized)
      #expect(back.types == quantized.types)
      #expect(try back.distance(from: quantized) < 1e-5)
    }
  }
}
