internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Axes in another order.
struct TransposeFamily: StepFamily {
  let permutation: [Int]?

  var kernel: String { "copy" }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let dimensions = input.shape.dimensions
    let order = permutation ?? dimensions.indices.reversed()
    guard order.count == dimensions.count, Set(order) == Set(dimensions.indices) else {
      throw .mismatch(expected: "a permutation of the axes of \(input.shape)", found: "\(order)")
    }
    let sizes = order.map { dimensions[$0] }
    let strides = dimensions.strides
    let walk = try Walk(
      input.elementType, sizes, source: order.map { strides[$0] }, target: sizes.strides)
    return MoveStep(ValueForm(input.elementType, try makeShape(sizes)), walk, of: input)
  }
}

/// Blocks of positions moved into channels, or back.
struct DepthFamily: StepFamily {
  let attributes: DepthRearrangement

  var kernel: String { "copy" }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let block = attributes.blockSize
    guard input.shape.rank == 4, block > 0 else {
      throw .mismatch(
        expected: "a block of at least 1 and four axes", found: "\(block) and \(input.shape)")
    }
    let sizes = input.shape.dimensions
    let isToSpace = attributes.kind == .depthToSpace
    let area = try makeShape([block, block]).count
    guard isToSpace ? sizes[1] % area == 0 : sizes[2] % block == 0 && sizes[3] % block == 0 else {
      throw .mismatch(expected: "sizes that blocks of \(block) divide", found: "\(input.shape)")
    }
    let output =
      isToSpace
      ? try makeShape([sizes[0], sizes[1] / area, try times(sizes[2]), try times(sizes[3])])
      : try makeShape([
        sizes[0], try makeShape([sizes[1], area]).count, sizes[2] / block, sizes[3] / block,
      ])
    let (deep, wide) = isToSpace ? (sizes, output.dimensions) : (output.dimensions, sizes)
    let (deepStrides, wideStrides) = strides(deep: deep, wide: wide)
    // Batch, channel, row, row in the block, column, column in the block.
    let inner = [deep[0], wide[1], deep[2], block, deep[3], block]
    let walk = try Walk(
      input.elementType, inner, source: isToSpace ? deepStrides : wideStrides,
      target: isToSpace ? wideStrides : deepStrides)
    return MoveStep(ValueForm(input.elementType, output), walk, of: input)
  }

  private func times(_ size: Int) throws(ShapeProblem) -> Int {
    try makeShape([size, attributes.blockSize]).count
  }

  /// The strides of both sides along batch, channel, row, row in the block, column, column in the
  /// block.
  private func strides(deep: [Int], wide: [Int]) -> (deep: [Int], wide: [Int]) {
    let block = attributes.blockSize
    let (d, w) = (deep.strides, wide.strides)
    let isInside = attributes.mode == .columnRowDepth
    // How many channels the deep side goes on for a channel, a row and a column of a block.
    let steps = isInside ? [block &* block, block, 1] : [1, block &* wide[1], wide[1]]
    return (
      [d[0], d[1] &* steps[0], d[2], d[1] &* steps[1], d[3], d[1] &* steps[2]],
      [w[0], w[1], w[2] &* block, w[2], block, 1]
    )
  }
}
