public import PressFile
public import PressGraph
public import PressTensor

/// What can be wrong with an ONNX file, or keep a model from becoming one.
public enum ONNXError: Error, Equatable, Sendable {
  // The wire.

  /// A field goes on beyond the end of its message.
  case truncated(offset: Int, expected: Int, found: Int)
  /// A number takes more than ten bytes.
  case malformedVarint(offset: Int)
  /// A field has number 0, one too large, or an unknown wire type.
  case malformedTag(UInt64, offset: Int)
  /// A group ends that was not open.
  case strayGroup(offset: Int)
  /// A group never ends, or another one ends first.
  case openGroup(number: Int, offset: Int)
  /// A field is not written the way the schema says.
  case wireType(message: String, field: Int, offset: Int)
  /// A message that may be there once is there twice.
  case duplicateField(message: String, field: Int, offset: Int)
  /// Graphs, messages or groups are nested too deeply.
  case tooDeep(limit: Int)
  /// So many messages that reading them could exhaust the memory.
  case tooManyMessages(limit: Int)
  /// The wire is well formed, but what it says is not: a string that is no UTF-8, for one.
  case malformedMessage(reason: String)

  // The model.

  /// There is no main graph.
  case missingGraph
  /// The version of the file format is unknown.
  case irVersion(Int)
  /// No version of ONNX's own operators is given though there are nodes.
  case missingOpset
  /// A version of ONNX's own operators that Press does not know.
  case opset(Int)
  /// An operator older than the oldest version that Press knows changed its meaning since.
  case oldOperator(String, node: String, opset: Int)
  /// Two versions of one domain.
  case conflictingOpsets(domain: String)
  /// A node does not say what it does.
  case missingOperator(node: String, graph: String)
  /// An initializer has no name.
  case missingName(index: Int, graph: String)
  /// Two initializers of a graph have one name.
  case duplicateConstant(String, graph: String)
  /// An attribute has no name.
  case missingAttributeName(node: String)
  /// An attribute does not say what kind of value it holds.
  case attributeKind(attribute: String, node: String)
  /// An attribute lacks the value of the kind that it says it holds.
  case attributeValue(attribute: String, node: String, kind: AttributeKind)
  /// A value's type names an element type that does not exist.
  case undefinedValueType(Int)

  // Tensors.

  /// A tensor's element type does not exist.
  case undefinedType(Int, tensor: String)
  /// A tensor's shape or size cannot be.
  case tensor(TensorError, tensor: String)
  /// A tensor is a part of another.
  case segmented(tensor: String)
  /// A tensor has its data in more than one field.
  case ambiguousData(fields: [String], tensor: String)
  /// A tensor's data lies in a field that does not go with its element type.
  case wrongField(String, type: ElementType, tensor: String)
  /// A field holds another number of entries than the shape demands.
  case elementCount(field: String, expected: Int, found: Int, tensor: String)
  /// An entry of a field does not fit the element type.
  case elementRange(Int, type: ElementType, tensor: String)
  /// A sparse tensor lacks its values or its indices.
  case sparsePart(String, tensor: String)

  // Values in files of their own.

  /// A file's value has another type than it should, or one that Press does not read.
  case valueKind(expected: String, found: String)

  // Data in other files.

  /// Data in another file, though nothing says beside which file to look.
  case externalWithoutFolder(tensor: String)
  /// The path of a data file is absent, absolute, or leaves the model's folder.
  case externalLocation(String, tensor: String)
  /// An offset or a length is not a whole number.
  case externalNumber(key: String, value: String, tensor: String)
  /// The data reaches beyond the end of its file.
  case externalRange(offset: Int, count: Int, fileSize: Int, tensor: String)
  /// The declared length differs from what shape and type demand.
  case externalLength(expected: Int, found: Int, tensor: String)
  /// The data file cannot be opened.
  case externalFile(FileError, tensor: String)

  // Writing.

  /// The model has no graph, and an ONNX file must.
  case noGraph
  /// The file would be larger than protobuf allows.
  case fileTooLarge(Int)
  /// An operator changed its meaning between two versions.
  case changedOperator(String, node: String, from: Int, to: Int)
  /// A weight that the graph uses is not in the model.
  case missingWeight(WeightID, user: String)
  /// A kept part of the source is not what was read.
  case malformedExtension(String)
}
