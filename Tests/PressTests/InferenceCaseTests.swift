import Press
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A case of ONNX's own conformance suite: one node, inputs, and outputs of declared shapes.
private struct ConformanceCase {
  let name: String
  let folder: String
  var model: Model

  /// Reads the model and takes the declarations of its outputs away.
  init(name: String, below root: String) throws {
    self.name = name
    folder = root + "/" + name
    model = try Model(contentsOf: folder + "/model.onnx")
  }

  /// What the reference implementation's outputs are.
  var expected: [ValueInfo] { model.graph?.outputs ?? [] }

  /// The model with nothing declared but its inputs.
  var undeclared: Model {
    var model = model
    model.graph?.values = []
    model.graph?.outputs = expected.map { ValueInfo(name: $0.name) }
    return model
  }

  /// The same, its inputs being constants.
  func fed() throws -> Model {
    var model = undeclared
    for (index, input) in (model.graph?.inputs ?? []).enumerated() {
      let path = "\(folder)/input_\(index).pb"
      guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { continue }
      let tensor = try #require(try Self.tensor(Array(data)))
      let id = WeightID(UInt32(1000 + index))
      model.weights.append(
        try Weight(
          id: id, name: input.name, elementType: tensor.elementType, shape: tensor.shape,
          dense: tensor.decoded()))
      model.graph?.constants.append(ConstantBinding(name: input.name, weight: id))
    }
    return model
  }

  /// The tensor of a file that holds one: it is read as a model's only initializer.
  private static func tensor(_ bytes: [UInt8]) throws -> Weight? {
    let graph = field(5, bytes)
    let model = [0x08, 8] + field(8, [0x10, 17]) + field(7, graph)
    return try ModelFile(MemoryFile(model), folder: nil).model.weights.first
  }

  /// A field of the wire format that holds bytes.
  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var length = bytes.count
    var head = [number << 3 | 2]
    while length > 127 {
      head.append(UInt8(length & 127) | 128)
      length >>= 7
    }
    return head + [UInt8(length)] + bytes
  }
}

/// Inferred types against the outputs of ONNX's conformance suite, below the folder of PRESS_DATA.
@Suite(
  "Inference and the conformance suite",
  .enabled(if: LargerData.folder != nil, "set PRESS_DATA to the folder with onnx-node/ and more"))
struct InferenceCaseTests {
  private static var root: String { (LargerData.folder ?? "") + "/onnx-node" }

  private static func cases() throws -> [ConformanceCase] {
    try FileManager.default.contentsOfDirectory(atPath: root).sorted()
      .filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/model.onnx") }
      .map { try ConformanceCase(name: $0, below: root) }
  }

  @Test("every operator is typed")
  func typed() throws {
    #expect(try !Self.cases().isEmpty)
    for item in try Self.cases() {
      for node in item.model.graph?.nodes ?? [] {
        guard case .opaque(let record) = node.operation else { continue }
        Issue.record("\(item.name): \(record.type) stays opaque")
      }
    }
  }

  @Test("what is inferred from the inputs' types agrees with the outputs")
  func agreement() throws {
    for item in try Self.cases() {
      let shapes = try item.undeclared.inferShapes()
      for output in item.expected {
        guard case .tensor(let type, let dimensions?)? = output.type else { continue }
        guard case .tensor(let found, let sizes)? = shapes[output.name] else {
          Issue.record("\(item.name): nothing is known of \(output.name)")
          continue
        }
        #expect(found == type, "\(item.name)")
        guard let sizes else { continue }
        let agrees = zip(sizes, dimensions).allSatisfy { $0 == .unknown || $0 == $1 }
        #expect(agrees && sizes.count == dimensions.count, "\(item.name)")
      }
    }
  }

  @Test("with the inputs' elements, every size is known")
  func completeness() throws {
    for item in try Self.cases() {
      let shapes = try item.fed().inferShapes()
      for output in item.expected {
        #expect(shapes[output.name] == output.type, "\(item.name)")
      }
    }
  }
}
