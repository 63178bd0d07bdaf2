extension Operation {
  /// The typed attributes; `nil` for constants and opaque operators.
  var attributes: (any OperationAttributes)? {
    switch self {
    case .constant, .opaque: nil
    case .unary(let function): function
    case .activation(let attributes): attributes
    case .binary(let function): function
    case .variadic(let function): function
    case .modulo(let attributes): attributes
    case .select: PlainOperator.select
    case .clip(let attributes): attributes
    case .cast(let attributes): attributes
    case .dropout(let attributes): attributes
    case .convolution(let attributes): attributes
    case .convolutionTranspose(let attributes): attributes
    case .gemm(let attributes): attributes
    case .matrixProduct: PlainOperator.matrixProduct
    case .quantizedConvolution(let attributes): attributes
    case .quantizedProduct(let kind): kind
    case .quantize(let attributes): attributes
    case .dequantize(let attributes): attributes
    case .dynamicQuantize: PlainOperator.dynamicQuantize
    case .recurrent(let attributes): attributes
    case .pool(let attributes): attributes
    case .globalPool(let attributes): attributes
    case .reduce(let attributes): attributes
    case .argReduce(let attributes): attributes
    case .cumulativeSum(let attributes): attributes
    case .topK(let attributes): attributes
    case .softmax(let attributes): attributes
    case .batchNormalization(let attributes): attributes
    case .layerNormalization(let attributes): attributes
    case .rmsNormalization(let attributes): attributes
    case .lpNormalization(let attributes): attributes
    case .instanceNormalization(let attributes): attributes
    case .groupNormalization(let attributes): attributes
    case .localResponseNormalization(let attributes): attributes
    case .flatten(let attributes): attributes
    case .reshape(let attributes): attributes
    case .transpose(let attributes): attributes
    case .squeeze(let attributes): attributes
    case .unsqueeze(let attributes): attributes
    case .expand: PlainOperator.expand
    case .tile: PlainOperator.tile
    case .concat(let attributes): attributes
    case .split(let attributes): attributes
    case .slice(let attributes): attributes
    case .gather(let attributes): attributes
    case .gatherElements(let attributes): attributes
    case .gatherND(let attributes): attributes
    case .scatterElements(let attributes): attributes
    case .scatterND(let attributes): attributes
    case .oneHot(let attributes): attributes
    case .triangle(let attributes): attributes
    case .rearrangeDepth(let attributes): attributes
    case .resize(let attributes): attributes
    case .pad(let attributes): attributes
    case .shape(let attributes): attributes
    case .size: PlainOperator.size
    case .range(let attributes): attributes
    case .constantOfShape(let attributes): attributes
    }
  }
}

/// Operators without attributes that are cases of their own.
enum PlainOperator: String, Sendable, CaseIterable {
  case matrixProduct = "MatMul"
  case select = "Where"
  case expand = "Expand"
  case tile = "Tile"
  case size = "Size"
  case dynamicQuantize = "DynamicQuantizeLinear"

  /// The version of the operator set that has the operator first.
  var since: Int {
    switch self {
    case .select: 9
    case .expand: 8
    case .tile: 6
    case .dynamicQuantize: 11
    case .matrixProduct, .size: 1
    }
  }
}

/// A family of operators without attributes: an enum whose raw values are their types.
protocol OperatorWithoutAttributes: OperationAttributes, RawRepresentable<String>,
  CaseIterable
{
  /// The version of the operator set that has the operator first.
  var since: Int { get }
}

extension OperatorWithoutAttributes {
  /// The types of all cases.
  static var types: [String] { allCases.map(\.rawValue) }
  /// The case's type.
  var type: String { rawValue }
  /// None.
  static var fields: [AttributeField<Self>] { [] }
  /// The first version, unless a family says more.
  var since: Int { 1 }
  /// The case, where the version has it.
  static func defaults(type: String, opset: Int) -> Self? {
    Self(rawValue: type).flatMap { opset < $0.since ? nil : $0 }
  }
}

extension PlainOperator: OperatorWithoutAttributes {}
extension UnaryFunction: OperatorWithoutAttributes {}
extension BinaryFunction: OperatorWithoutAttributes {}
extension VariadicFunction: OperatorWithoutAttributes {}
extension QuantizedProduct: OperatorWithoutAttributes {}
