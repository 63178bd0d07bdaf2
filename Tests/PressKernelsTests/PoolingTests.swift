import PressKernels
import PressTestSupport
import Testing

private func run(
  _ window: Workspace.Window, _ v: WindowAxis, _ h: WindowAxis, planes: Int, input: [Float],
  kernels: KernelTable
) -> [Float] {
  var workspace = Workspace(threads: 2, kernels: kernels)
  var places = Places()
  let output = places.add(floats: planes * v.output * h.output)
  workspace.arena.reserve(places.byteCount)
  workspace.pool(
    window, planes: planes, vertical: v, horizontal: h, input: .constant(FloatBuffer(input)),
    output: output)
  return workspace.floats(output)
}

/// The elements of a window: those inside the input, and how many lie inside the padding or it.
private func elements(
  _ v: WindowAxis, _ h: WindowAxis, _ i: Int, _ j: Int, _ plane: ArraySlice<Float>
) -> (inside: [Float], padded: Int) {
  var inside: [Float] = []
  var padded = 0
  for k in 0..<v.kernel {
    for l in 0..<h.kernel {
      let y = i * v.stride + k * v.dilation - v.padBegin
      let x = j * h.stride + l * h.dilation - h.padBegin
      if y < v.input + v.padEnd, x < h.input + h.padEnd { padded += 1 }
      if y >= 0, y < v.input, x >= 0, x < h.input {
        inside.append(plane[plane.startIndex + y * h.input + x])
      }
    }
  }
  return (inside, padded)
}

@Test("Pooling takes the largest or mean element of every window")
func poolingEqualsReference() throws {
  var generator = SeededGenerator(seed: 7)
  for number in 0..<60 {
    func axis() -> WindowAxis? {
      let kernel = Int.random(in: 1...3, using: &generator)
      let dilation = Int.random(in: 1...2, using: &generator)
      let extent = (kernel - 1) * dilation + 1
      // Less padding than the window, so that none lies wholly inside it; the last may hang over.
      let begin = dilation == 1 ? Int.random(in: 0..<kernel, using: &generator) : 0
      let input = Int.random(in: extent...(extent + 16), using: &generator)
      let stride = Int.random(in: 1...kernel, using: &generator)
      return WindowAxis(
        input: input, output: (input + begin - extent) / stride + 1, kernel: kernel,
        stride: stride, dilation: dilation, padBegin: begin, padEnd: begin)
    }
    let v = try #require(axis())
    let h = try #require(axis())
    let planes = Int.random(in: 1...3, using: &generator)
    let input = randomFloats(planes * v.input * h.input, &generator)
    for kernels in KernelTable.available {
      for window in [Workspace.Window.maximum, .average, .averageWithPadding, .sum] {
        let output = run(window, v, h, planes: planes, input: input, kernels: kernels)
        var index = 0
        var isRight = true
        for plane in 0..<planes {
          let part = input[(plane * v.input * h.input)..<((plane + 1) * v.input * h.input)]
          for i in 0..<v.output {
            for j in 0..<h.output {
              let (inside, padded) = elements(v, h, i, j, part)
              let sum = inside.reduce(0) { $0 + Double($1) }
              let expected: Double =
                switch window {
                case .maximum: inside.map { Double($0) }.max() ?? 0
                case .average: sum / Double(inside.count)
                case .averageWithPadding: sum / Double(padded)
                case .sum: sum
                }
              let bound = productTolerance(depth: inside.count, magnitude: 1)
              if (Double(output[index]) - expected).magnitude > bound { isRight = false }
              index += 1
            }
          }
        }
        #expect(isRight, "\(kernels.instructionSet) \(window) case \(number) of seed 7")
      }
    }
  }
}
