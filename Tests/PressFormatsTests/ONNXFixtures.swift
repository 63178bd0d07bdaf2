import PressFile
import PressFormats
import PressGraph
import PressTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Paths and round trips that the tests of ONNX share.
enum ONNXFixtures {
  /// The folder of fixtures.
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/Fixtures"
  }()

  /// Plenty for every fixture, little enough to refuse what lies.
  static let limits = ReadLimits(maximumBytes: 1 << 34)

  /// The path of a well-formed model.
  static func path(_ name: String) -> String { "\(folder)/onnx/\(name).onnx" }

  /// A well-formed model.
  static func model(_ name: String) throws -> Model {
    try ONNX.read(path: path(name), limits: limits)
  }

  /// Names of files in a folder, sorted.
  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  /// Runs `body` with the path of a new folder and removes it.
  static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder =
      FileManager.default.temporaryDirectory.path + "/press-\(UInt64.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// The bytes of the ONNX file that a model gives.
  static func bytes(of model: Model, opset: Int? = nil) throws -> [UInt8] {
    try withFolder { folder in
      let path = "\(folder)/model.onnx"
      var file = try AtomicFile(path: path, mayReplace: false)
      try ONNX.write(model, to: &file, opset: opset)
      try file.commit()
      return try MappedFile(path: path).withBytes { span in [UInt8](copying: span) }
    }
  }

  /// A model written and read again.
  static func roundTrip(_ model: Model, opset: Int? = nil) throws -> Model {
    try ONNX.read(MemoryFile(bytes(of: model, opset: opset)), folder: nil, limits: limits)
  }

  /// The case of an error, without what it carries.
  static func caseName(_ error: any Error) -> String {
    if let error = error as? ONNXError {
      if error == .missingGraph { return "missingGraph" }
      if error == .missingOpset { return "missingOpset" }
      if error == .noGraph { return "noGraph" }
    }
    return Mirror(reflecting: error).children.first?.label ?? "\(error)"
  }
}

extension Model {
  /// The weight with a name.
  func weight(named name: String) -> Weight? { weights.first { $0.name == name } }

  /// The dense bytes of the weight with a name.
  func bytes(named name: String) throws -> [UInt8]? {
    try weight(named: name)?.decoded().copied()
  }

  /// What makes up the weights, dense.
  func denseWeights() throws -> [DenseWeight] {
    try weights.map { weight in
      DenseWeight(
        id: weight.id, type: weight.elementType, shape: weight.shape,
        bytes: try weight.decoded().copied())
    }
  }
}

/// A weight as plain bytes, to be compared.
struct DenseWeight: Equatable {
  let id: WeightID
  let type: ElementType
  let shape: Shape
  let bytes: [UInt8]
}
