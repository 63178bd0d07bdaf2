import Foundation
import Press
import PressONNXSchema
import SwiftProtobuf

/// One case of ONNX's backend tests: a model, and what must come out for what goes in.
struct ConformanceCase {
  /// The collection's folder and the case's, such as `onnx-node/test_abs`.
  let name: String
  /// The path of `model.onnx`.
  let model: String
  /// The folders with `input_<i>.pb` and `output_<i>.pb`.
  let dataSets: [String]
  /// The operators of the model, in graphs inside of nodes too; others than ONNX's own with domain.
  let operators: Set<String>

  /// The operators that Press does not promise.
  var otherOperators: Set<String> { operators.subtracting(ConformanceOperators.all) }

  /// The operator that the case is about; several at once make a row of their own.
  ///
  /// A Constant beside another operator only feeds it.
  var row: String {
    let subjects = operators.count > 1 ? operators.subtracting(["Constant"]) : operators
    return subjects.count == 1 ? subjects.first ?? "" : Self.severalOperators
  }

  /// The row of cases with more than one operator.
  static let severalOperators = "(several operators)"

  /// The paths `<prefix>_0.pb`, `<prefix>_1.pb` and so on, as far as there are such files.
  static func files(_ prefix: String, in folder: String) -> [String] {
    var paths: [String] = []
    while true {
      let path = "\(folder)/\(prefix)_\(paths.count).pb"
      guard FileManager.default.fileExists(atPath: path) else { return paths }
      paths.append(path)
    }
  }
}

extension ConformanceCase {
  /// The folders of cases that are there.
  static let collections: [String] = {
    let debian = ["node", "simple", "pytorch-operator", "pytorch-converted"].map {
      "/usr/share/libonnx-testdata/data/" + $0
    }
    let larger = Press.Process.environment("PRESS_DATA").map { [$0 + "/onnx-node"] } ?? []
    return (larger + debian).filter { FileManager.default.fileExists(atPath: $0) }
  }()

  /// All cases of a collection in the order of their names.
  ///
  /// Operators are read straight from the schema, so that a model that the reader under test
  /// refuses still counts.
  static func all(in collection: String) throws -> [ConformanceCase] {
    let manager = FileManager.default
    let label = collection.split(separator: "/").last.map(String.init) ?? collection
    return try manager.contentsOfDirectory(atPath: collection).sorted().compactMap { name in
      let folder = "\(collection)/\(name)"
      guard let bytes = manager.contents(atPath: folder + "/model.onnx") else { return nil }
      let proto = try Onnx_ModelProto(serializedBytes: bytes)
      var operators: Set<String> = []
      collect(proto.graph, into: &operators)
      let sets = try manager.contentsOfDirectory(atPath: folder)
        .filter { $0.hasPrefix("test_data_set_") }.sorted().map { "\(folder)/\($0)" }
      return ConformanceCase(
        name: "\(label)/\(name)", model: folder + "/model.onnx",
        dataSets: sets.isEmpty ? [folder] : sets, operators: operators)
    }
  }

  private static func collect(_ graph: Onnx_GraphProto, into names: inout Set<String>) {
    for node in graph.node {
      let isONNX = ["", "ai.onnx"].contains(node.domain)
      names.insert(isONNX ? node.opType : "\(node.domain).\(node.opType)")
      for attribute in node.attribute {
        if attribute.hasG { collect(attribute.g, into: &names) }
        for graph in attribute.graphs { collect(graph, into: &names) }
      }
    }
  }
}
