internal import PressGraph

/// How many inputs and outputs a node may have.
struct Arity {
  /// The leading inputs that may not be left out.
  let required: Int
  /// The most inputs.
  let inputs: Int
  /// The most outputs.
  let outputs: Int

  init(_ required: Int, _ inputs: Int? = nil, outputs: Int = 1) {
    self.required = required
    self.inputs = inputs ?? required
    self.outputs = outputs
  }
}

extension Operation {
  /// What the operator's specification says of inputs and outputs, whatever the version; nothing
  /// where that is not known.
  var arity: Arity {
    switch self {
    case .constant, .opaque: Arity(0, .max, outputs: .max)
    case .concat, .variadic: Arity(1, .max)
    case .split: Arity(1, 2, outputs: .max)
    case .unary, .activation, .cast, .globalPool, .softmax, .argReduce, .flatten, .transpose,
      .rearrangeDepth, .shape, .size, .constantOfShape, .lpNormalization,
      .localResponseNormalization:
      Arity(1)
    case .reduce, .squeeze, .unsqueeze, .triangle: Arity(1, 2)
    case .binary, .modulo, .matrixProduct, .reshape, .expand, .tile, .gather, .gatherElements,
      .gatherND, .cumulativeSum, .rmsNormalization:
      Arity(2)
    case .select, .range, .oneHot, .scatterElements, .scatterND, .instanceNormalization,
      .groupNormalization:
      Arity(3)
    case .clip: Arity(1, 3)
    case .pad, .resize: Arity(1, 4)
    case .slice: Arity(1, 5)
    case .dropout: Arity(1, 3, outputs: 2)
    case .topK: Arity(1, 2, outputs: 2)
    case .convolution, .convolutionTranspose, .gemm, .quantize, .dequantize: Arity(2, 3)
    case .batchNormalization: Arity(5, outputs: 5)
    case .layerNormalization: Arity(2, 3, outputs: 3)
    case .dynamicQuantize: Arity(1, outputs: 3)
    case .pool(let pool): Arity(1, outputs: pool.kind == .max ? 2 : 1)
    case .quantizedConvolution(let convolution):
      convolution.kind == .integer ? Arity(2, 4) : Arity(8, 9)
    case .quantizedProduct(let product): product == .integer ? Arity(2, 4) : Arity(8)
    case .recurrent(let layer):
      layer.kind == .lstm ? Arity(3, 8, outputs: 3) : Arity(3, 6, outputs: 2)
    }
  }
}

extension Node {
  /// Throws if the node has other inputs or outputs than its operator, so that whoever plans it finds
  /// those that there must be.
  func checkArity() throws(EngineError) {
    let arity = operation.arity
    func fail(_ expected: String, _ found: String) -> EngineError {
      .mismatch(node: label, operation: operation.type, expected: expected, found: found)
    }
    let given = inputs.prefix(arity.required).prefix { !$0.isEmpty }.count
    guard given == arity.required else {
      throw fail("\(arity.required) inputs", "none at place \(given)")
    }
    guard inputs.count <= arity.inputs else {
      throw fail("at most \(arity.inputs) inputs", "\(inputs.count)")
    }
    guard (1...arity.outputs).contains(outputs.count) else {
      throw fail("at most \(arity.outputs) outputs, and one", "\(outputs.count)")
    }
  }
}
