import PressGraph
import PressONNXSchema

/// The versions of operator sets in force for some nodes.
struct OpsetTable {
  private var versions: [String: Int] = [:]

  /// No operator sets.
  init() {}

  /// The sets that a model or a function imports; those of ONNX must not be too new.
  init(_ protos: [Onnx_OperatorSetIdProto]) throws(ONNXError) {
    for proto in protos {
      let domain = Self.normalized(proto.domain)
      let version = Int(proto.version)
      guard versions[domain].map({ $0 == version }) ?? true else {
        throw .conflictingOpsets(domain: proto.domain)
      }
      if domain.isEmpty, version < 1 || version > ONNX.opsets.upperBound { throw .opset(version) }
      versions[domain] = version
    }
  }

  /// The version for an operator; sets of other domains may be missing.
  ///
  /// - Throws: `missingOpset`, or `oldOperator` if Press knows the operator only in a newer form.
  func version(of type: String, domain: String, node: String) throws(ONNXError) -> Int {
    let domain = Self.normalized(domain)
    guard domain.isEmpty else { return versions[domain] ?? 1 }
    guard let version = versions[domain] else { throw .missingOpset }
    let oldest = ONNX.opsets.lowerBound
    if version < oldest, !OperatorVersions.isUnchanged(type, from: version, to: oldest) {
      throw .oldOperator(type, node: node, opset: version)
    }
    return version
  }

  /// ONNX's own domain has two spellings.
  static func normalized(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
}
