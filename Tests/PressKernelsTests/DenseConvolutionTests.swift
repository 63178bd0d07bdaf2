import PressKernels
import PressTestSupport
import Testing

@Test("A channels-last convolution equals its definition on every instruction set")
func denseConvolutionEqualsReference() throws {
  var generator = SeededGenerator(seed: 21)
  for number in 0..<90 {
    let c = DenseCase.random(rank: number % 3 + 1, &generator)
    try expectEqual(c, .direct, &generator)
  }
}

@Test("A convolution with a window for each channel equals its definition")
func depthwiseEqualsReference() throws {
  var generator = SeededGenerator(seed: 22)
  for number in 0..<60 {
    var c = DenseCase.random(rank: number % 2 + 1, &generator)
    c.groups = [1, 2, 15, 16, 17, 33].randomElement(using: &generator) ?? 1
    (c.channels, c.rows) = (1, c.groups)
    try expectEqual(c, .depthwise, &generator)
  }
}

@Test("Wide planes go through whole tiles of a window for each channel", arguments: [1, 2])
func depthwiseTiles(stride: Int) throws {
  var generator = SeededGenerator(seed: 23)
  for kernel in [3, 5] {
    let axis = [29, kernel, stride, 1, kernel / 2, kernel / 2]
    let c = DenseCase(images: 2, groups: 35, channels: 1, rows: 35, axes: [axis, axis])
    try expectEqual(c, .depthwise, &generator)
  }
}

@Test(
  "Winograd's transforms give the convolution within their error",
  arguments: [ConvolutionAlgorithm.winograd2, .winograd4])
func winogradEqualsReference(algorithm: ConvolutionAlgorithm) throws {
  var generator = SeededGenerator(seed: 28)
  for _ in 0..<30 {
    let axes = [0, 1].map { _ in
      let pads = [0, 1].map { _ in Int.random(in: 0...2, using: &generator) }
      return [Int.random(in: 3...14, using: &generator), 3, 1, 1] + pads
    }
    func size() -> Int { [1, 3, 15, 16, 17, 33].randomElement(using: &generator) ?? 1 }
    let c = DenseCase(images: 2, groups: 1, channels: size(), rows: size(), axes: axes)
    try expectEqual(c, algorithm, factor: 4, &generator)
  }
}

@Test(
  "Many tiles and many channels go through Winograd's transforms in blocks and in rounds",
  arguments: [ConvolutionAlgorithm.winograd2, .winograd4])
func winogradBlocks(algorithm: ConvolutionAlgorithm) throws {
  var generator = SeededGenerator(seed: 29)
  let pixels = algorithm == .winograd2 ? [30, 3, 1, 1, 1, 1] : [50, 3, 1, 1, 1, 1]
  let blocks = DenseCase(images: 1, groups: 1, channels: 5, rows: 18, axes: [pixels, pixels])
  try expectEqual(blocks, algorithm, factor: 4, &generator)
  let axis = [13, 3, 1, 1, 1, 1]
  let rounds = DenseCase(images: 5, groups: 1, channels: 290, rows: 290, axes: [axis, axis])
  let operands = rounds.operands(&generator)
  let direct = try run(rounds, .direct, operands)
  let found = try run(rounds, algorithm, operands)
  let range = direct.reduce(0) { max($0, $1.magnitude) }
  let worst = zip(direct, found).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
  #expect(worst <= 1e-5 * range)
}

@Test("A sum over more than one block of k is the same sum")
func deepConvolution() throws {
  var generator = SeededGenerator(seed: 24)
  let c = DenseCase(
    images: 1, groups: 2, channels: 110, rows: 66,
    axes: [[7, 3, 1, 1, 1, 1], [6, 3, 2, 1, 1, 0]])
  try expectEqual(c, .direct, &generator)
}

@Test("A convolution's images have the same bits alone, in a batch and on any threads")
func denseConvolutionIsIndependentOfBatchAndThreads() throws {
  var generator = SeededGenerator(seed: 25)
  let direct = DenseCase(
    images: 5, groups: 1, channels: 19, rows: 70,
    axes: [[20, 3, 1, 1, 1, 1], [23, 3, 1, 1, 1, 1]])
  let depthwise = DenseCase(
    images: 5, groups: 40, channels: 1, rows: 40,
    axes: [[20, 3, 1, 1, 1, 1], [23, 3, 1, 1, 1, 1]])
  let all = [
    (direct, ConvolutionAlgorithm.direct), (direct, .winograd2), (direct, .winograd4),
    (depthwise, .depthwise),
  ]
  for (c, algorithm) in all {
    let operands = c.operands(&generator)
    let whole = try run(c, algorithm, operands)
    for threads in [2, 3] {
      #expect(try run(c, algorithm, operands, threads: threads) == whole)
    }
    var one = c
    one.images = 1
    let size = operands.input.count / c.images
    var alone: [Float] = []
    for image in 0..<c.images {
      var part = operands
      part.input = Array(operands.input[(image * size)..<((image + 1) * size)])
      alone += try run(one, algorithm, part)
    }
    #expect(alone == whole, "\(algorithm)")
  }
}

@Test("Every activation follows bias and residual")
func convolutionEpilogues() throws {
  var generator = SeededGenerator(seed: 26)
  let direct = DenseCase(
    images: 2, groups: 1, channels: 5, rows: 37,
    axes: [[9, 3, 1, 1, 1, 1], [11, 3, 1, 1, 1, 1]])
  var depthwise = direct
  (depthwise.groups, depthwise.channels, depthwise.rows) = (21, 1, 21)
  let all = [
    (direct, ConvolutionAlgorithm.direct), (direct, .winograd2), (direct, .winograd4),
    (depthwise, .depthwise),
  ]
  for (c, algorithm) in all {
    var operands = c.operands(&generator)
    let plain = try run(c, algorithm, operands)
    let residual = randomFloats(plain.count, &generator)
    for (activation, function) in activations {
      operands.activation = activation
      operands.residual = residual
      for kernels in KernelTable.available {
        let found = try run(c, algorithm, operands, kernels: kernels)
        let isClose = zip(found, zip(plain, residual)).allSatisfy { found, sum in
          (found - function(sum.0 + sum.1)).magnitude <= 1e-4
        }
        #expect(isClose, "\(algorithm) \(activation) \(kernels.instructionSet)")
      }
    }
  }
}

@Test("Rows are scaled while they are packed", arguments: [true, false])
func scaledRows(isDepthwise: Bool) throws {
  var generator = SeededGenerator(seed: 27)
  let c = DenseCase(
    images: 1, groups: isDepthwise ? 18 : 3, channels: isDepthwise ? 1 : 2, rows: 18,
    axes: [[4, 2, 1, 1, 0, 0], [5, 2, 1, 1, 0, 0]])
  let algorithm: ConvolutionAlgorithm = isDepthwise ? .depthwise : .direct
  var operands = c.operands(&generator)
  operands.scale = (0..<18).map { Float($0) - 4 }
  let scaled = try run(c, algorithm, operands)
  let size = operands.weight.count / 18
  for index in operands.weight.indices { operands.weight[index] *= Float(index / size) - 4 }
  operands.scale = nil
  #expect(try run(c, algorithm, operands) == scaled)
}

@Test("The fastest algorithm is one that can compute the convolution")
func fastestAlgorithm() throws {
  var generator = SeededGenerator(seed: 30)
  for number in 0..<200 {
    var c = DenseCase.random(rank: number % 3 + 1, &generator)
    if number % 2 == 0 {
      c.axes = [[14, 3, 1, 1, 1, 1], [14, 3, 1, 1, 1, 1]]
      (c.groups, c.channels, c.rows) = (1, 1 << (number % 9), 64)
    }
    let (algorithm, reason) = ConvolutionAlgorithm.fastest(
      channels: c.channels, rows: c.rows, groups: c.groups, axes: c.windows)
    #expect(!reason.isEmpty)
    let layout = DenseConvolutionLayout(
      images: 1, groups: c.groups, channels: c.channels, rows: c.rows, axes: c.windows,
      algorithm: algorithm)
    #expect(layout != nil, "\(algorithm) \(c)")
  }
  let axis = try #require(
    WindowAxis(input: 56, output: 56, kernel: 3, stride: 1, dilation: 1, padBegin: 1, padEnd: 1))
  let layer = ConvolutionAlgorithm.fastest(
    channels: 64, rows: 64, groups: 1, axes: [axis, axis])
  #expect(layer.algorithm == .winograd4)
}

@Test("Layouts whose sizes overflow are refused")
func refusedDenseLayouts() throws {
  let size = 1 << 17
  let axis = try #require(
    WindowAxis(
      input: size, output: size, kernel: 1, stride: 1, dilation: 1, padBegin: 0, padEnd: 0))
  func layout(_ images: Int, _ groups: Int, _ rows: Int, _ axes: [WindowAxis]) -> Bool {
    let layout = DenseConvolutionLayout(
      images: images, groups: groups, channels: 1, rows: rows, axes: axes, algorithm: .direct)
    return layout != nil
  }
  #expect(layout(1, 1, 1, [axis]))
  #expect(!layout(1, 1, 1, [axis, axis]))
  #expect(!layout(.max, 1, 1, [axis]))
  #expect(!layout(1, 2, 3, [axis]))
  #expect(!layout(1, 0, 0, [axis]))
  #expect(!layout(1, 1, 1, []))
}
