import PressKernels
import PressTestSupport
import Testing

/// The mean that a kind subtracts, and the factor.
private func moments(_ kind: NormalizationKernel, _ row: [Double]) -> (mean: Double, factor: Double)
{
  let count = Double(row.count)
  let squares = row.reduce(0) { $0 + $1 * $1 }
  switch kind {
  case .standard(let epsilon):
    let mean = row.reduce(0, +) / count
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return (mean, 1 / (variance + Double(epsilon)).squareRoot())
  case .rootMeanSquare(let epsilon):
    return (0, 1 / (squares / count + Double(epsilon)).squareRoot())
  case .l1:
    let norm = row.reduce(0) { $0 + $1.magnitude }
    return (0, norm == 0 ? 0 : 1 / norm)
  case .l2: return (0, squares == 0 ? 0 : 1 / squares.squareRoot())
  }
}

private let kinds: [NormalizationKernel] = [
  .standard(epsilon: 1e-5), .rootMeanSquare(epsilon: 1e-6), .l1, .l2,
]

@Test("Rows are normalized as layers, instances or groups, with or without scale and bias")
func normalization() {
  var generator = SeededGenerator(seed: 41)
  // Rows, groups, channels, inner.
  let shapes = [
    [3, 1, 1, 1], [3, 1, 17, 1], [2, 1, 100, 1], [6, 3, 1, 16], [6, 3, 1, 33], [4, 2, 3, 7],
    [4, 2, 3, 1], [0, 1, 4, 1],
  ]
  for shape in shapes {
    let row = shape[2] * shape[3]
    let input = randomFloats(shape[0] * row, &generator)
    let scale = randomFloats(shape[1] * shape[2], &generator)
    let bias = randomFloats(shape[1] * shape[2], &generator)
    let layout = NormalizationLayout(
      rows: shape[0], groups: shape[1], channels: shape[2], inner: shape[3])
    for kind in kinds {
      for (hasScale, hasBias) in [(true, true), (true, false), (false, true), (false, false)] {
        for kernels in KernelTable.available {
          let found: [Float] = output(input.count, kernels: kernels) { workspace, output in
            workspace.normalize(
              kind, layout: layout, input: .elements(input),
              scale: hasScale ? .elements(scale) : nil, bias: hasBias ? .elements(bias) : nil,
              output: output)
          }
          var isRight = true
          for r in 0..<shape[0] {
            let elements = input[(r * row)..<((r + 1) * row)].map { Double($0) }
            let (mean, factor) = moments(kind, elements)
            for i in 0..<row {
              let channel = r % shape[1] * shape[2] + i / shape[3]
              let expected =
                (elements[i] - mean) * factor * (hasScale ? Double(scale[channel]) : 1)
                + (hasBias ? Double(bias[channel]) : 0)
              let bound = 1e-5 * (1 + factor.magnitude * 0.01)
              if (Double(found[r * row + i]) - expected).magnitude > bound { isRight = false }
            }
          }
          #expect(isRight, "\(kind) \(shape) \(kernels.instructionSet)")
        }
      }
    }
  }
}

@Test("A row of zeros has no length to be divided by; means and factors can be kept")
func momentsOfRows() {
  for kind in [NormalizationKernel.l1, .l2] {
    let found: [Float] = output(3) { workspace, output in
      workspace.normalize(
        kind, layout: .layer(rows: 1, count: 3), input: .elements([0, 0, 0] as [Float]),
        output: output)
    }
    #expect(found == [0, 0, 0])
  }
  var workspace = Workspace()
  var places = Places()
  let (output, mean, inverse) = (
    places.add(floats: 4), places.add(floats: 2), places.add(floats: 2)
  )
  workspace.arena.reserve(places.byteCount)
  workspace.normalize(
    .standard(epsilon: 0), layout: .layer(rows: 2, count: 2),
    input: .elements([1, 3, -4, 4] as [Float]), output: output, mean: mean, inverse: inverse)
  #expect(workspace.floats(output) == [-1, 1, -1, 1])
  #expect(workspace.floats(mean) == [2, 0] && workspace.floats(inverse) == [1, 0.25])
  #expect(
    NormalizationLayout.group(batch: 2, groups: 3, channels: 6, inner: 5)
      == NormalizationLayout(rows: 6, groups: 3, channels: 2, inner: 5))
}

@Test("Channels are scaled and shifted in both layouts, and a function follows")
func channels() {
  var generator = SeededGenerator(seed: 42)
  for layout in [(2, 3, 5), (2, 17, 1), (1, 33, 33), (3, 1, 16), (2, 0, 3), (2, 3, 0)]
    .map({ AxisLayout(outer: $0.0, axis: $0.1, inner: $0.2) })
  {
    let input = randomFloats(layout.count, &generator)
    let scale = randomFloats(layout.axis, &generator)
    let bias = randomFloats(layout.axis, &generator)
    for function in [UnaryKernel?.none, .relu] {
      for kernels in KernelTable.available {
        let found: [Float] = output(layout.count, kernels: kernels) { workspace, output in
          workspace.scaleChannels(
            layout: layout, input: .elements(input), scale: .elements(scale),
            bias: .elements(bias), function: function, output: output)
        }
        let isRight = input.indices.allSatisfy { index in
          let channel = index / layout.inner % layout.axis
          let sum = Double(input[index]) * Double(scale[channel]) + Double(bias[channel])
          let expected = function == .relu ? max(sum, 0) : sum
          return (Double(found[index]) - expected).magnitude <= 2e-7
        }
        #expect(isRight, "\(layout) \(kernels.instructionSet)")
      }
    }
  }
}

@Test("Local responses are normalized over channels in both layouts")
func localResponse() {
  var generator = SeededGenerator(seed: 43)
  for (layout, size) in [((2, 7, 5), 3), ((2, 40, 1), 5), ((1, 4, 33), 4), ((1, 3, 1), 9)]
    .map({ (AxisLayout(outer: $0.0.0, axis: $0.0.1, inner: $0.0.2), $0.1) })
  {
    let input = randomFloats(layout.count, &generator).map { $0 * 4 }
    for kernels in KernelTable.available {
      let found: [Float] = output(layout.count, kernels: kernels) { workspace, output in
        workspace.normalizeResponse(
          size: size, alpha: 0.5, beta: 0.75, bias: 2, layout: layout, input: .elements(input),
          output: output)
      }
      let isRight = input.indices.allSatisfy { index in
        let channel = index / layout.inner % layout.axis
        var sum = 0.0
        for other in max(0, channel - (size - 1) / 2)...min(layout.axis - 1, channel + size / 2) {
          let value = Double(input[index + (other - channel) * layout.inner])
          sum += value * value
        }
        let base = 2 + 0.5 / Double(size) * sum
        let expected = Double(input[index]) / (base.squareRoot() * base.squareRoot().squareRoot())
        return (Double(found[index]) - expected).magnitude <= 2e-6 * expected.magnitude
      }
      #expect(isRight, "\(layout) \(kernels.instructionSet)")
    }
  }
}
