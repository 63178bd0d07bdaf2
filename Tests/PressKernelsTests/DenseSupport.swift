import PressKernels
import PressTestSupport
import Testing

/// One channels-last convolution by its numbers.
struct DenseCase: CustomStringConvertible {
  var images: Int
  var groups: Int
  /// Input channels of a group.
  var channels: Int
  /// Output channels of all groups.
  var rows: Int
  /// Of each axis: input, kernel, stride, dilation, padding before and behind.
  var axes: [[Int]]

  var description: String { "\(images) \(groups) \(channels) \(rows) \(axes)" }

  static func random(rank: Int, _ generator: inout SeededGenerator) -> DenseCase {
    let axes = (0..<rank).map { _ in
      let kernel = Int.random(in: 1...4, using: &generator)
      let dilation = Int.random(in: 1...3, using: &generator)
      let pads = [0, 1].map { _ in Int.random(in: 0...3, using: &generator) }
      let lowest = max(1, (kernel - 1) * dilation + 1 - pads[0] - pads[1])
      let input = Int.random(in: lowest...(lowest + (rank == 3 ? 4 : 13)), using: &generator)
      return [input, kernel, Int.random(in: 1...4, using: &generator), dilation] + pads
    }
    let groups = Int.random(in: 1...3, using: &generator)
    let groupRows = [1, 3, 15, 16, 17, 33].randomElement(using: &generator) ?? 1
    return DenseCase(
      images: Int.random(in: 1...2, using: &generator), groups: groups,
      channels: Int.random(in: 1...5, using: &generator), rows: groups * groupRows, axes: axes)
  }

  var windows: [WindowAxis] {
    axes.compactMap { axis in
      let extent = (axis[1] - 1) * axis[3] + 1
      return WindowAxis(
        input: axis[0], output: (axis[0] + axis[4] + axis[5] - extent) / axis[2] + 1,
        kernel: axis[1], stride: axis[2], dilation: axis[3], padBegin: axis[4], padEnd: axis[5])
    }
  }

  /// The columns of the weight.
  var columns: Int { channels * axes.reduce(1) { $0 * $1[1] } }

  func operands(_ generator: inout SeededGenerator) -> DenseOperands {
    DenseOperands(
      weight: randomFloats(rows * columns, &generator), bias: randomFloats(rows, &generator),
      input: randomFloats(
        images * groups * channels * axes.reduce(1) { $0 * $1[0] }, &generator))
  }

  /// Each output element's sum in double precision, and the sum of absolute values.
  func reference(_ operands: DenseOperands) -> [(sum: Double, magnitude: Double)] {
    let unit = WindowAxis(
      input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, padBegin: 0, padEnd: 0)
    let axes =
      Array(repeating: unit, count: 3).compactMap { $0 }.prefix(3 - windows.count) + windows
    let taps = places(axes.map(\.kernel))
    let pixels = axes.reduce(1) { $0 * $1.input }
    var result: [(sum: Double, magnitude: Double)] = []
    for image in 0..<images {
      for position in places(axes.map(\.output)) {
        // The inputs that the window reaches, each with its tap.
        var pairs: [(tap: Int, pixel: Int)] = []
        for (tap, place) in taps.enumerated() {
          var pixel: Int? = 0
          for (axis, (start, step)) in zip(axes, zip(position, place)) {
            let index = start * axis.stride + step * axis.dilation - axis.padBegin
            pixel = (0..<axis.input).contains(index) ? pixel.map { $0 * axis.input + index } : nil
          }
          if let pixel { pairs.append((tap, image * pixels + pixel)) }
        }
        for row in 0..<rows {
          var element = (
            sum: Double(operands.bias[row]), magnitude: Double(operands.bias[row].magnitude)
          )
          let first = row / (rows / groups) * channels
          for (tap, pixel) in pairs {
            for channel in 0..<channels {
              let product =
                Double(operands.weight[(row * channels + channel) * taps.count + tap])
                * Double(operands.input[pixel * groups * channels + first + channel])
              element.sum += product
              element.magnitude += product.magnitude
            }
          }
          result.append(element)
        }
      }
    }
    return result
  }
}

/// Every index below some sizes, the last the quickest.
private func places(_ sizes: [Int]) -> [[Int]] {
  sizes.reduce([[]]) { places, size in places.flatMap { place in (0..<size).map { place + [$0] } } }
}

struct DenseOperands {
  var weight: [Float]
  var bias: [Float]
  var input: [Float]
  var scale: [Float]?
  var residual: [Float]?
  var activation = Epilogue.Activation.none
}

/// What each activation does, in float arithmetic.
let activations: [(Epilogue.Activation, @Sendable (Float) -> Float)] = [
  (.none, { $0 }), (.relu, { max($0, 0) }), (.clip(min: -0.5, max: 1), { min(max($0, -0.5), 1) }),
  (.unary(.leakyRelu, alpha: 0.25), { $0 < 0 ? 0.25 * $0 : $0 }),
  (.unary(.hardSigmoid, alpha: 0.2, beta: 0.5), { max(0, min(1, 0.2 * $0 + 0.5)) }),
  (.unary(.hardSwish), { $0 * max(0, min(1, $0 / 6 + 0.5)) }),
  (.unary(.abs), { $0.magnitude }),
]

/// The output of one convolution.
func run(
  _ c: DenseCase, _ algorithm: ConvolutionAlgorithm, _ operands: DenseOperands,
  kernels: KernelTable = .best, threads: Int = 1
) throws -> [Float] {
  let windows = c.windows
  let layout = try #require(
    DenseConvolutionLayout(
      images: c.images, groups: c.groups, channels: c.channels, rows: c.rows, axes: windows,
      algorithm: algorithm))
  let weight = PackedConvolution(
    FloatBuffer(operands.weight), rows: c.rows, channels: c.channels,
    kernel: windows.map(\.kernel), groups: c.groups, algorithm: algorithm,
    rowScale: operands.scale.map { FloatBuffer($0) })
  var workspace = Workspace(threads: threads, kernels: kernels)
  var places = Places()
  let output = places.add(floats: c.images * c.rows * windows.reduce(1) { $0 * $1.output })
  let scratch = places.add(bytes: layout.scratchBytes)
  workspace.arena.reserve(places.byteCount)
  workspace.convolve(
    weight,
    epilogue: Epilogue(
      bias: FloatBuffer(operands.bias),
      residual: operands.residual.map { .constant(FloatBuffer($0)) },
      activation: operands.activation),
    layout: layout, input: .constant(FloatBuffer(operands.input)), output: output,
    scratch: scratch)
  return workspace.floats(output)
}

/// Compares one convolution of random operands with its definition, on every instruction set.
func expectEqual(
  _ c: DenseCase, _ algorithm: ConvolutionAlgorithm, factor: Double = 1,
  _ generator: inout SeededGenerator
) throws {
  let operands = c.operands(&generator)
  let expected = c.reference(operands)
  for kernels in KernelTable.available {
    let output = try run(c, algorithm, operands, kernels: kernels)
    try #require(output.count == expected.count)
    let isClose = zip(output, expected).allSatisfy { found, element in
      (Double(found) - element.sum).magnitude
        <= factor * productTolerance(depth: c.columns, magnitude: element.magnitude)
    }
    #expect(isClose, "\(kernels.instructionSet) \(algorithm) \(c)")
  }
}
