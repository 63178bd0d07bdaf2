import PressGraph
import PressTensor

extension GraphRewrite {
  /// Puts two layers in place of each one that takes a weight.
  mutating func factorize(
    _ layer: RewrittenLayer, _ form: FactorForm, _ factors: LowRankFactors
  ) throws {
    let (first, second) = form.weights(factors, layer.view)
    let weight = layer.weight
    let names = (
      try addConstant(weight.name + ".first", first.elements, first.dimensions, like: weight),
      try addConstant(weight.name + ".second", second.elements, second.dimensions, like: weight)
    )
    for output in layer.outputs {
      guard let node = node(making: output) else { continue }
      let between = name(output + ".first")
      var before = Node(
        name: name(node.label + ".first"), inputs: node.inputs, outputs: [between],
        operation: node.operation)
      var after = node
      before.inputs[layer.slot] = names.0
      before.inputs.removeSubrange(2...)
      after.inputs[1 - layer.slot] = between
      after.inputs[layer.slot] = names.1
      (before.operation, after.operation) = operations(node.operation, form, slot: layer.slot)
      if case .gemm = node.operation, opset < 11 {
        // Until then the operator does not go without a third input.
        before.inputs.append(try addConstant(weight.name + ".zero", [0], [1], like: weight))
      }
      replace([node], with: [before, after])
    }
  }

  /// What the two layers in place of one do.
  private func operations(
    _ operation: Operation, _ form: FactorForm, slot: Int
  ) -> (Operation, Operation) {
    switch (operation, form) {
    case (.gemm(let gemm), _):
      var (first, second) = (Gemm(opset: opset), gemm)
      (first.transA, first.transB) = (gemm.transA, gemm.transB)
      if slot == 0 {
        // The weight stands on the left: its factors are not transposed, the other operand is once.
        first.transA = false
        second.transB = false
      }
      second.transA = false
      return (.gemm(first), .gemm(second))
    case (.convolution(let convolution), .spatial(let height, let width)):
      return (
        .convolution(convolution.alongAxis(0, window: [height, 1])),
        .convolution(convolution.alongAxis(1, window: [1, width]))
      )
    case (.convolution(let convolution), .channel(let window)):
      var pointwise = Convolution(opset: opset)
      pointwise.kernelShape = window.map { _ in 1 }
      return (.convolution(convolution), .convolution(pointwise))
    default: return (operation, operation)
    }
  }
}

extension Convolution {
  /// The part of a convolution over two axes that goes along one of them.
  fileprivate func alongAxis(_ axis: Int, window: [Int]) -> Convolution {
    func only(_ values: [Int]?, else rest: Int) -> [Int]? {
      values.map { values in values.indices.map { $0 % 2 == axis ? values[$0] : rest } }
    }
    var result = self
    result.kernelShape = window
    result.strides = only(strides, else: 1)
    result.dilations = only(dilations, else: 1)
    result.pads = only(pads, else: 0)
    return result
  }
}
