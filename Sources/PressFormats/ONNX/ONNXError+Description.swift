import PressFile
import PressTensor

extension ONNXError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    let text =
      wireDescription ?? modelDescription ?? tensorDescription ?? externalDescription
      ?? writingDescription
    return text.onOneLine()
  }

  private var wireDescription: String? {
    switch self {
    case .truncated(let offset, let expected, let found):
      "truncated ONNX file, expected \(expected) more bytes at offset \(offset), found \(found)"
    case .malformedVarint(let offset):
      "malformed number, expected at most 10 bytes, found more at offset \(offset)"
    case .malformedTag(let tag, let offset):
      "malformed ONNX file, expected a field, found tag \(tag) at offset \(offset)"
    case .strayGroup(let offset):
      "malformed ONNX file, expected a field, found the end of a group at offset \(offset)"
    case .openGroup(let number, let offset):
      "malformed ONNX file, expected the end of group \(number), found none from offset \(offset) on"
    case .wireType(let message, let field, let offset):
      "malformed ONNX file, expected field \(field) of message '\(message)' as the schema has it, found "
        + "another wire type at offset \(offset)"
    case .duplicateField(let message, let field, let offset):
      "doubled field, expected field \(field) of message '\(message)' once, found it again at offset "
        + "\(offset)"
    case .tooDeep(let limit):
      "nested too deeply, expected at most \(limit) levels, found more"
    case .tooManyMessages(let limit):
      "too many parts, expected at most \(limit) messages in an ONNX file, found more"
    case .malformedMessage(let reason):
      "malformed ONNX file, expected a ModelProto, found \(reason)"
    default: nil
    }
  }

  private var modelDescription: String? {
    switch self {
    case .missingGraph:
      "not an ONNX model, expected a graph, found none"
    case .irVersion(let version):
      "unknown ONNX file format, expected ir_version 1 to \(ONNX.newestIRVersion), found \(version)"
    case .missingOpset:
      "missing operator set, expected an opset_import of ONNX's own domain, found none"
    case .opset(let version):
      "unknown operator set, expected opset \(ONNX.opsets.lowerBound) to "
        + "\(ONNX.opsets.upperBound), found \(version)"
    case .oldOperator(let type, let node, let opset):
      "operator set is too old for node '\(node)', expected opset \(ONNX.opsets.lowerBound) to "
        + "\(ONNX.opsets.upperBound), found \(type) of opset \(opset)"
    case .conflictingOpsets(let domain):
      "conflicting operator sets, expected one version of domain '\(domain)', found two"
    case .missingOperator(let node, let graph):
      "missing operator, expected an op_type, found none in node '\(node)' of graph '\(graph)'"
    case .missingName(let index, let graph):
      "missing name, expected one for each initializer, found none for number \(index) of graph "
        + "'\(graph)'"
    case .duplicateConstant(let name, let graph):
      "doubled initializer, expected each name once, found '\(name)' twice in graph '\(graph)'"
    case .missingAttributeName(let node):
      "missing name, expected one for each attribute, found none in node '\(node)'"
    case .attributeKind(let attribute, let node):
      "unknown kind of attribute, expected a type of 1 to 14, found none or another in "
        + "'\(attribute)' of node '\(node)'"
    case .attributeValue(let attribute, let node, let kind):
      "missing value, expected one of kind \(kind), found none in attribute '\(attribute)' of "
        + "node '\(node)'"
    case .undefinedValueType(let type):
      "unknown element type, expected 1 to 28 in the type of a value, found \(type)"
    default: nil
    }
  }

  private var tensorDescription: String? {
    switch self {
    case .undefinedType(let type, let tensor):
      "unknown element type, expected 1 to 28, found \(type) in tensor '\(tensor)'"
    case .tensor(let error, let tensor):
      "\(error.description) in tensor '\(tensor)'"
    case .segmented(let tensor):
      "unsupported tensor, expected a whole one, found a segment in tensor '\(tensor)'"
    case .ambiguousData(let fields, let tensor):
      "ambiguous data, expected one field, found \(fields.joined(separator: " and ")) in tensor "
        + "'\(tensor)'"
    case .wrongField(let field, let type, let tensor):
      "misplaced data, expected the field for \(type.name), found \(field) in tensor '\(tensor)'"
    case .elementCount(let field, let expected, let found, let tensor):
      "wrong tensor size, expected \(expected) entries of \(field), found \(found) in tensor "
        + "'\(tensor)'"
    case .elementRange(let value, let type, let tensor):
      "value out of range, expected a \(type.name), found \(value) in tensor '\(tensor)'"
    case .valueKind(let expected, let found):
      "wrong kind of value, expected \(expected), found \(found)"
    case .sparsePart(let part, let tensor):
      "incomplete sparse tensor, expected \(part), found none in tensor '\(tensor)'"
    default: nil
    }
  }

  private var externalDescription: String? {
    switch self {
    case .externalWithoutFolder(let tensor):
      "external data, expected all data in the stream, found another file's in tensor '\(tensor)'"
    case .externalLocation(let location, let tensor):
      "bad location of external data, expected a relative path inside the model's folder, found "
        + "'\(location)' in tensor '\(tensor)'"
    case .externalNumber(let key, let value, let tensor):
      "bad external data, expected a whole number as \(key), found '\(value)' in tensor "
        + "'\(tensor)'"
    case .externalRange(let offset, let count, let size, let tensor):
      "external data is truncated, expected \(count) bytes at offset \(offset), found \(size) "
        + "bytes in all for tensor '\(tensor)'"
    case .externalLength(let expected, let found, let tensor):
      "wrong length of external data, expected \(expected) bytes, found \(found) in tensor "
        + "'\(tensor)'"
    case .externalFile(let error, let tensor):
      "\(error.description), expected the external data of tensor '\(tensor)'"
    default: nil
    }
  }

  private var writingDescription: String {
    switch self {
    case .noGraph:
      "cannot write ONNX, expected a model with a graph, found weights alone"
    case .fileTooLarge(let count):
      "cannot write ONNX, expected at most \(ONNX.largestFile) bytes, found \(count)"
    case .changedOperator(let type, let node, let from, let to):
      "cannot renumber the operator set, expected operators that mean the same in opset \(from) "
        + "and \(to), found \(type) in node '\(node)'"
    case .missingWeight(let id, let user):
      "missing weight, expected tensor \(id.number) for '\(user)', found none"
    case .malformedExtension(let key):
      "malformed model, expected '\(key)' as it was read, found something else"
    default: "malformed ONNX file"
    }
  }
}
