import PressGraph
import PressONNXSchema

/// The operator sets of a model or a function, and how they are to be written.
struct OpsetChange {
  /// The version of ONNX's own operators to write; `nil` keeps the one there is.
  let target: Int?
  private let opsets: [Opset]

  /// Operator sets of which only ONNX's own may get another number.
  init(_ opsets: [Opset], to target: Int?) {
    self.opsets = opsets
    self.target = target
  }

  /// What the file imports.
  var imports: [Onnx_OperatorSetIdProto] {
    opsets.map { opset in
      var proto = Onnx_OperatorSetIdProto()
      proto.domain = opset.domain
      proto.version = Int64(written(opset))
      return proto
    }
  }

  /// The version of a domain that the file will have.
  func version(of domain: String) -> Int {
    let domain = OpsetTable.normalized(domain)
    return opsets.first { OpsetTable.normalized($0.domain) == domain }.map(written) ?? 1
  }

  private func written(_ opset: Opset) -> Int {
    OpsetTable.normalized(opset.domain).isEmpty ? target ?? opset.version : opset.version
  }

  /// Throws `changedOperator` if an operator would mean something else in the file.
  func check(_ record: OperationRecord, node: String) throws(ONNXError) {
    guard let target, OpsetTable.normalized(record.domain).isEmpty,
      let version = opsets.first(where: { OpsetTable.normalized($0.domain).isEmpty })?.version,
      version != target,
      !OperatorVersions.isUnchanged(record.type, from: version, to: target)
    else { return }
    throw .changedOperator(record.type, node: node, from: version, to: target)
  }

  /// The version of the file format: the source's, or the one that the newer operators need.
  func irVersion(_ source: Int) -> Int {
    guard let target,
      opsets.contains(where: {
        OpsetTable.normalized($0.domain).isEmpty && $0.version < target
      })
    else { return source }
    return max(source, Self.formats.last(where: { $0.opset <= target })?.irVersion ?? source)
  }

  /// From which version of ONNX's operators on which file format is due.
  private static let formats: [(opset: Int, irVersion: Int)] = [
    (7, 3), (9, 4), (10, 5), (11, 6), (12, 7), (15, 8), (19, 9), (21, 10),
    (23, 11), (24, 12), (25, 13), (28, 14),
  ]
}
