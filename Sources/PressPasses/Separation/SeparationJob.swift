import PressGraph
import PressTensor

extension Separate {
  /// One weight to separate.
  struct Job: Sendable {
    /// The weight and its layers.
    let layer: RewrittenLayer
    /// The number of output channels.
    let outputs: Int
    /// The number of input channels.
    let inputs: Int
    /// The window, by spatial axis.
    let window: [Int]
    private let energy: Double
    /// The most depthwise filters for each input channel with which the pair is smaller.
    private let largest: Int

    /// Finds out whether a weight can be separated; throws the reason where it can't be.
    init(
      _ layer: RewrittenLayer, _ rewrite: GraphRewrite, energy: Double
    ) throws(Declined) {
      self.layer = layer
      self.energy = energy
      for output in layer.outputs {
        guard let node = rewrite.node(making: output) else { continue }
        guard case .convolution(let convolution) = node.operation else {
          throw Declined("\(node.operation.type) has no such form")
        }
        guard convolution.group == 1 else {
          throw Declined("\(convolution.group) groups: no dense convolution")
        }
      }
      (outputs, inputs) = (layer.view.rows, layer.view.columnAxes[0].size)
      window = Array(layer.view.columnAxes.dropFirst().map(\.size))
      let size = window.reduce(1, *)
      guard size > 1 else { throw Declined("a window of 1 is pointwise already") }
      let cost = SeparableKernel.cost(outputs: outputs, window: size)
      largest = (outputs * size - 1) / cost
      guard largest > 0 else {
        throw Declined(
          "a pair takes \(inputs * cost) parameters instead of \(inputs * outputs * size)")
      }
    }

    /// The pair; throws the reason where the layer is to stay, and whatever reading the weight throws.
    func kernel() throws -> SeparableKernel {
      try SeparableKernel(
        try layer.elements(), outputs: outputs, inputs: inputs, window: window.reduce(1, *),
        energy: energy, largest: largest)
    }

    /// What was done, for people.
    func text(_ kernel: SeparableKernel) -> String {
      let size = window.reduce(1, *)
      let filters = kernel.multiplier == 1 ? "filter" : "filters"
      let cost = SeparableKernel.cost(outputs: outputs, window: size)
      return "\(kernel.multiplier) depthwise \(filters) for each channel, "
        + "\(kernel.multiplier * inputs * cost) of \(inputs * outputs * size) parameters, "
        + "relative error \(kernel.relativeError)"
    }
  }
}

extension GraphRewrite {
  /// Puts a pair in place of each layer that takes a weight.
  mutating func separate(_ job: Separate.Job, _ kernel: SeparableKernel) throws {
    let weights = try addWeights(job, kernel)
    for output in job.layer.outputs {
      guard let node = node(making: output) else { continue }
      replace([node], with: separated(node, job, weights, output: output))
    }
  }

  /// The values of the two weights that are put in place of one.
  mutating func addWeights(
    _ job: Separate.Job, _ kernel: SeparableKernel
  ) throws -> (depthwise: String, pointwise: String) {
    let weight = job.layer.weight
    let channels = job.inputs * kernel.multiplier
    return (
      try addConstant(
        weight.name + ".depthwise", kernel.depthwise, [channels, 1] + job.window, like: weight),
      try addConstant(
        weight.name + ".pointwise", kernel.pointwise,
        [job.outputs, channels] + job.window.map { _ in 1 }, like: weight)
    )
  }

  /// The two nodes in place of one: the first makes a value of its own, the second `output`.
  mutating func separated(
    _ node: Node, _ job: Separate.Job, _ weights: (depthwise: String, pointwise: String),
    output: String
  ) -> [Node] {
    guard case .convolution(var depthwise) = node.operation else { return [] }
    depthwise.group = job.inputs
    var pointwise = Convolution(opset: opset)
    pointwise.kernelShape = job.window.map { _ in 1 }
    let between = name(output + ".depthwise")
    var second = node
    second.inputs[0] = between
    second.inputs[1] = weights.pointwise
    second.outputs = [output]
    second.operation = .convolution(pointwise)
    let first = Node(
      name: name(node.label + ".depthwise"), inputs: [node.inputs[0], weights.depthwise],
      outputs: [between], operation: .convolution(depthwise))
    return [first, second]
  }
}
