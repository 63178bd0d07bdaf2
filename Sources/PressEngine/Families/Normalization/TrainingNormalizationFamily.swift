internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Batch normalization in training mode: by the statistics of the input itself, which also move the
/// running ones.
///
/// Outputs are the result, the running means and the running variances.
struct TrainingNormalizationFamily: StepFamily {
  let epsilon: Float
  let momentum: Float
  /// How many of the outputs the node has.
  let outputCount: Int

  var kernel: String { "normalization, batch, training" }

  init(_ attributes: BatchNormalization, _ node: Node) {
    epsilon = attributes.epsilon
    momentum = attributes.momentum
    outputCount = node.outputs.count
  }

  func missing(for types: [ElementType?]) -> String? { float32Only(types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let shape = inputs[0].shape
    guard shape.rank >= 2 else { throw .mismatch(expected: "NxCx...", found: "\(shape)") }
    let layout = AxisLayout(shape: shape.dimensions, axes: 1..<2)
    for (place, name) in [(1, "a scale"), (2, "a bias"), (3, "a mean"), (4, "a variance")] {
      try inputs.required(place).expectCount([layout.axis], name)
    }
    let forms = [shape] + [inputs[3].shape, inputs[4].shape]
    return Step(
      family: self, layout: layout,
      outputs: forms.prefix(outputCount).map { ValueForm(.float32, $0) })
  }

  private struct Step: ScheduledStep {
    let family: TrainingNormalizationFamily
    let layout: AxisLayout
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let (mean, variance) = workspace.read(operands.inputs[0], as: Float.self) { statistics($0) }
      let scale = workspace.floats(operands.inputs[1])
      let bias = workspace.floats(operands.inputs[2])
      let factors = variance.indices.map {
        scale.span[$0] / (Float(variance[$0]) + family.epsilon).squareRoot()
      }
      let shifts = factors.indices.map { bias.span[$0] - Float(mean[$0]) * factors[$0] }
      workspace.scaleChannels(
        layout: layout, input: operands.inputs[0], scale: .constant(FloatBuffer(factors)),
        bias: .constant(FloatBuffer(shifts)), output: operands.outputs[0])
      for (place, current) in [(1, mean), (2, variance)] where place < outputs.count {
        let old = workspace.floats(operands.inputs[place + 2])
        workspace.write(operands.outputs[place], as: Float.self) { target in
          for channel in current.indices {
            target[channel] =
              old.span[channel] * family.momentum + Float(current[channel]) * (1 - family.momentum)
          }
        }
      }
    }

    /// The mean and variance of each channel over the batch and all positions.
    private func statistics(_ x: Span<Float>) -> (mean: [Double], variance: [Double]) {
      let count = Double(layout.outer * layout.inner)
      func means(_ value: (Int, Double) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: layout.axis)
        guard layout.count > 0 else { return sums.map { $0 / 0 } }
        for outer in 0..<layout.outer {
          for channel in 0..<layout.axis {
            let start = (outer * layout.axis + channel) * layout.inner
            for index in start..<(start + layout.inner) {
              sums[channel] += value(channel, Double(x[index]))
            }
          }
        }
        return sums.map { $0 / count }
      }
      let mean = means { $1 }
      return (mean, means { ($1 - mean[$0]) * ($1 - mean[$0]) })
    }
  }
}
