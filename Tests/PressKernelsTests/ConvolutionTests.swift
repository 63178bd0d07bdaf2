import PressKernels
import PressTestSupport
import Testing

/// One convolution by its numbers.
private struct Case: CustomStringConvertible {
  var images = 1
  var groups = 1
  var channels = 1
  var rows = 1
  /// Of the axes: input, kernel, stride, dilation, padding before and behind.
  var axes = [[Int]](repeating: [1, 1, 1, 1, 0, 0], count: 2)

  var description: String { "\(images) \(groups) \(channels) \(rows) \(axes)" }

  static func random(_ generator: inout SeededGenerator) -> Case {
    func axis() -> [Int] {
      let kernel = Int.random(in: 1...4, using: &generator)
      let dilation = Int.random(in: 1...3, using: &generator)
      let pads = [0, 1].map { _ in Int.random(in: 0...3, using: &generator) }
      let lowest = max(1, (kernel - 1) * dilation + 1 - pads[0] - pads[1])
      let input = Int.random(in: lowest...(lowest + 17), using: &generator)
      return [input, kernel, Int.random(in: 1...4, using: &generator), dilation] + pads
    }
    return Case(
      images: Int.random(in: 1...3, using: &generator),
      groups: Int.random(in: 1...3, using: &generator),
      channels: Int.random(in: 1...3, using: &generator),
      rows: Int.random(in: 1...14, using: &generator), axes: [axis(), axis()])
  }

  func window(_ index: Int) -> WindowAxis? {
    let axis = axes[index]
    let extent = (axis[1] - 1) * axis[3] + 1
    return WindowAxis(
      input: axis[0], output: (axis[0] + axis[4] + axis[5] - extent) / axis[2] + 1,
      kernel: axis[1], stride: axis[2], dilation: axis[3], padBegin: axis[4], padEnd: axis[5])
  }
}

/// Each output element's sum in double precision, and the sum of absolute values.
private func reference(
  _ c: Case, _ v: WindowAxis, _ h: WindowAxis, weight: [Float], bias: [Float], input: [Float]
) -> [(sum: Double, magnitude: Double)] {
  var result: [(sum: Double, magnitude: Double)] = []
  for image in 0..<c.images {
    for row in 0..<(c.groups * c.rows) {
      for i in 0..<v.output {
        for j in 0..<h.output {
          var element = (sum: Double(bias[row]), magnitude: Double(bias[row].magnitude))
          for channel in 0..<c.channels {
            for k in 0..<v.kernel {
              let y = i * v.stride + k * v.dilation - v.padBegin
              guard y >= 0, y < v.input else { continue }
              for l in 0..<h.kernel {
                let x = j * h.stride + l * h.dilation - h.padBegin
                guard x >= 0, x < h.input else { continue }
                let plane = (image * c.groups + row / c.rows) * c.channels + channel
                let product =
                  Double(weight[((row * c.channels + channel) * v.kernel + k) * h.kernel + l])
                  * Double(input[(plane * v.input + y) * h.input + x])
                element.sum += product
                element.magnitude += product.magnitude
              }
            }
          }
          result.append(element)
        }
      }
    }
  }
  return result
}

private func run(
  _ weight: PackedMatrix, bias: [Float], layout: ConvolutionLayout, input: [Float],
  kernels: KernelTable = .best, threads: Int = 1
) -> [Float] {
  var workspace = Workspace(threads: threads, kernels: kernels)
  var places = Places()
  let outputs = layout.images * weight.rows * layout.vertical.output * layout.horizontal.output
  let output = places.add(floats: outputs)
  let scratch = places.add(bytes: layout.scratchBytes)
  workspace.arena.reserve(places.byteCount)
  workspace.convolve(
    weight, bias: FloatBuffer(bias), layout: layout, input: .constant(FloatBuffer(input)),
    output: output, scratch: scratch)
  return workspace.floats(output)
}

@Test("A sparse convolution of planes equals its definition on every instruction set")
func convolutionEqualsReference() throws {
  var generator = SeededGenerator(seed: 5)
  for _ in 0..<40 {
    let c = Case.random(&generator)
    let v = try #require(c.window(0))
    let h = try #require(c.window(1))
    let columns = c.channels * v.kernel * h.kernel
    let weight = randomFloats(c.groups * c.rows * columns, zeros: 0.5, &generator)
    let bias = randomFloats(c.groups * c.rows, &generator)
    let input = randomFloats(c.images * c.groups * c.channels * v.input * h.input, &generator)
    let expected = reference(c, v, h, weight: weight, bias: bias, input: input)
    let layout = try #require(
      ConvolutionLayout(
        images: c.images, groups: c.groups, channels: c.channels, vertical: v, horizontal: h))
    let matrix = try #require(
      MatrixForm.sparse.matrix(weight, rows: c.groups * c.rows, columns: columns))
    for kernels in KernelTable.available {
      let output = run(matrix, bias: bias, layout: layout, input: input, kernels: kernels)
      try #require(output.count == expected.count)
      let isClose = zip(output, expected).allSatisfy { found, element in
        (Double(found) - element.sum).magnitude
          <= productTolerance(depth: columns, magnitude: element.magnitude)
      }
      #expect(isClose, "\(kernels.instructionSet) \(c)")
    }
  }
}

@Test("A sparse convolution's images have the same bits alone, in a batch and on any threads")
func convolutionIsIndependentOfBatchAndThreads() throws {
  var generator = SeededGenerator(seed: 6)
  let c = Case(
    images: 5, groups: 2, channels: 3, rows: 13,
    axes: [[20, 3, 1, 1, 1, 1], [70, 3, 1, 1, 1, 1]])
  let v = try #require(c.window(0))
  let h = try #require(c.window(1))
  let columns = c.channels * 9
  let weight = randomFloats(26 * columns, zeros: 0.5, &generator)
  let bias = randomFloats(26, &generator)
  let imageSize = 6 * 20 * 70
  let input = randomFloats(c.images * imageSize, &generator)
  func layout(_ images: Int) throws -> ConvolutionLayout {
    try #require(
      ConvolutionLayout(images: images, groups: 2, channels: 3, vertical: v, horizontal: h))
  }
  let matrix = try #require(MatrixForm.sparse.matrix(weight, rows: 26, columns: columns))
  let whole = run(matrix, bias: bias, layout: try layout(5), input: input)
  for threads in [2, 3] {
    let shared = run(
      matrix, bias: bias, layout: try layout(5), input: input, threads: threads)
    #expect(shared == whole, "\(threads) threads")
  }
  var alone: [Float] = []
  for image in 0..<c.images {
    let part = Array(input[(image * imageSize)..<((image + 1) * imageSize)])
    alone += run(matrix, bias: bias, layout: try layout(1), input: part)
  }
  #expect(alone == whole)
}

@Test("Planes wider than a run of pixels are convolved row by row")
func widePlane() throws {
  let c = Case(axes: [[3, 2, 1, 1, 0, 0], [1500, 2, 1, 1, 0, 0]])
  let v = try #require(c.window(0))
  let h = try #require(c.window(1))
  let input = (0..<4500).map { Float($0 % 7) }
  let weight: [Float] = [1, -1, 2, 1]
  let expected = reference(c, v, h, weight: weight, bias: [0], input: input)
  let layout = try #require(
    ConvolutionLayout(images: 1, groups: 1, channels: 1, vertical: v, horizontal: h))
  let matrix = try #require(
    MatrixForm.sparse.matrix(weight, rows: 1, columns: 4))
  let output = run(matrix, bias: [0], layout: layout, input: input)
  #expect(output.map { Double($0) } == expected.map(\.sum))
}

@Test("A layout of 2^32 elements or more is refused")
func tooLargeLayout() throws {
  let size = 1 << 17
  let axis = try #require(
    WindowAxis(
      input: size, output: size, kernel: 1, stride: 1, dilation: 1, padBegin: 0, padEnd: 0))
  #expect(
    ConvolutionLayout(images: 1, groups: 1, channels: 1, vertical: axis, horizontal: axis) == nil)
}
