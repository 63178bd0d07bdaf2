import PressGraph
import PressONNXSchema
import PressTensor

extension ValueType {
  /// The type that a TypeProto gives; `nil` if it gives none.
  init?(_ proto: Onnx_TypeProto) throws(ONNXError) {
    switch proto.value {
    case .tensorType(let tensor):
      self = .tensor(
        try Self.element(tensor.elemType), tensor.hasShape ? Self.dimensions(tensor.shape) : nil)
    case .sparseTensorType(let tensor):
      self = .sparseTensor(
        try Self.element(tensor.elemType), tensor.hasShape ? Self.dimensions(tensor.shape) : nil)
    case .sequenceType(let sequence):
      self = .sequence(sequence.hasElemType ? try ValueType(sequence.elemType) : nil)
    case .optionalType(let optional):
      self = .optional(optional.hasElemType ? try ValueType(optional.elemType) : nil)
    case .mapType(let map):
      self = .map(
        key: try Self.element(map.keyType),
        value: map.hasValueType ? try ValueType(map.valueType) : nil)
    case .opaqueType(let opaque):
      self = .opaque(domain: opaque.domain, name: opaque.name)
    case nil: return nil
    }
  }

  private static func element(_ number: Int32) throws(ONNXError) -> ElementType? {
    if number == 0 { return nil }
    guard let type = UInt8(exactly: number).flatMap(ElementType.init(rawValue:)) else {
      throw .undefinedValueType(Int(number))
    }
    return type
  }

  private static func dimensions(_ shape: Onnx_TensorShapeProto) -> [Dimension] {
    shape.dim.map { dimension in
      switch dimension.value {
      case .dimValue(let size): size < 0 ? .unknown : .known(Int(size))
      case .dimParam(let name): name.isEmpty ? .unknown : .named(name)
      case nil: .unknown
      }
    }
  }

  /// The type as a TypeProto.
  var proto: Onnx_TypeProto {
    var proto = Onnx_TypeProto()
    switch self {
    case .tensor(let element, let dimensions):
      var tensor = Onnx_TypeProto.Tensor()
      if let element { tensor.elemType = Int32(element.rawValue) }
      if let dimensions { tensor.shape = Self.shape(dimensions) }
      proto.tensorType = tensor
    case .sparseTensor(let element, let dimensions):
      var tensor = Onnx_TypeProto.SparseTensor()
      if let element { tensor.elemType = Int32(element.rawValue) }
      if let dimensions { tensor.shape = Self.shape(dimensions) }
      proto.sparseTensorType = tensor
    case .sequence(let element):
      var sequence = Onnx_TypeProto.Sequence()
      if let element { sequence.elemType = element.proto }
      proto.sequenceType = sequence
    case .optional(let element):
      var optional = Onnx_TypeProto.Optional()
      if let element { optional.elemType = element.proto }
      proto.optionalType = optional
    case .map(let key, let value):
      var map = Onnx_TypeProto.Map()
      if let key { map.keyType = Int32(key.rawValue) }
      if let value { map.valueType = value.proto }
      proto.mapType = map
    case .opaque(let domain, let name):
      var opaque = Onnx_TypeProto.Opaque()
      if !domain.isEmpty { opaque.domain = domain }
      if !name.isEmpty { opaque.name = name }
      proto.opaqueType = opaque
    }
    return proto
  }

  private static func shape(_ dimensions: [Dimension]) -> Onnx_TensorShapeProto {
    var shape = Onnx_TensorShapeProto()
    shape.dim = dimensions.map { dimension in
      var proto = Onnx_TensorShapeProto.Dimension()
      switch dimension {
      case .known(let size): proto.dimValue = Int64(size)
      case .named(let name): proto.dimParam = name
      case .unknown: break
      }
      return proto
    }
    return shape
  }
}
