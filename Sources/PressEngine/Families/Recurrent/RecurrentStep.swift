internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A recurrent layer for one shape of its input.
struct RecurrentStep: ScheduledStep {
  let family: RecurrentFamily
  let sizes: RecurrentSizes
  /// Which inputs the node gives.
  let isGiven: [Bool]
  let outputs: [ValueForm]
  let scratchBytes: Int
  /// Bytes of the parts of the scratch memory.
  private let parts: [Int]

  init(
    _ family: RecurrentFamily, _ sizes: RecurrentSizes, isGiven: [Bool]
  ) throws(ShapeProblem) {
    self.family = family
    self.sizes = sizes
    self.isGiven = isGiven
    outputs = Array(try sizes.outputs(family.attributes).prefix(family.outputCount))
    let products = try makeShape([sizes.products, sizes.steps]).count
    let state = sizes.batch * sizes.hidden
    var linear = 0
    for direction in family.weights?.directions ?? [] {
      for (matrix, count) in [(direction.input, sizes.steps * sizes.batch)]
        + direction.states.map({ ($0, sizes.batch) })
      {
        guard let bytes = Workspace.linearScratch(matrix, count: count) else { throw .overflow }
        linear = max(linear, bytes)
      }
    }
    // Products of x, products of the state, h, c, the reset state, the candidates, and what linear
    // layers need.
    parts = [products, sizes.products, state, state, state, state].map { $0 * 4 } + [linear]
    scratchBytes = try makeShape([parts.reduce(0) { $0 + ($1 + 63) / 64 * 64 }]).count
  }

  /// Where the parts of the scratch memory are.
  private struct Places {
    let x, gates, h, c, reset, candidates, linear: ArenaSlice

    init(_ slice: ArenaSlice, _ parts: [Int]) {
      var offset = slice.offset
      let slices = parts.map { bytes in
        defer { offset += (bytes + 63) / 64 * 64 }
        return ArenaSlice(offset: offset, byteCount: bytes)
      }
      (x, gates, h, c) = (slices[0], slices[1], slices[2], slices[3])
      (reset, candidates, linear) = (slices[4], slices[5], slices[6])
    }
  }

  func run(in workspace: inout Workspace, on operands: StepOperands) {
    let places = Places(operands.scratch, parts)
    let lengths =
      isGiven(4)
      ? ElementType.int32.words(in: workspace.bytes(of: operands.inputs[4]).rawSpan)
      : [Int32](repeating: Int32(sizes.steps), count: sizes.batch)
    for direction in 0..<sizes.directions {
      let weights = weights(direction, operands, workspace)
      let bias = bias(direction, operands, workspace)
      var cell = RecurrentCell(
        hidden: sizes.hidden,
        isReverse: direction == 1 || family.attributes.direction == .reverse, lengths: lengths,
        steps: sizes.steps, functions: family.functions[direction])
      cell.clip = family.attributes.clip ?? .infinity
      cell.inputForget = family.attributes.inputForget
      if isGiven(7) {
        let count = 3 * sizes.hidden
        let all = workspace.floats(operands.inputs[7])
        cell.peepholes = FloatBuffer((0..<count).map { all.span[direction * count + $0] })
      }
      load(5, direction, places.h, operands, &workspace)
      load(6, direction, places.c, operands, &workspace)
      workspace.linear(
        weights.input, bias: bias.input, count: sizes.steps * sizes.batch,
        input: operands.inputs[0], output: places.x, scratch: places.linear)
      for step in 0..<sizes.steps {
        advance(step, direction, cell, weights, bias.state, places, operands, &workspace)
      }
      store(1, direction, places.h, operands, &workspace)
      store(2, direction, places.c, operands, &workspace)
    }
  }

  private func isGiven(_ place: Int) -> Bool { place < isGiven.count && isGiven[place] }

  /// One time step: products of the state, then the cell.
  private func advance(
    _ step: Int, _ direction: Int, _ cell: RecurrentCell, _ weights: RecurrentWeights,
    _ bias: FloatBuffer?, _ places: Places, _ operands: StepOperands,
    _ workspace: inout Workspace
  ) {
    let (hidden, batch, isBatchFirst) = (sizes.hidden, sizes.batch, family.attributes.isBatchFirst)
    let row = family.attributes.kind.gates * hidden
    let x = RecurrentCell.Rows(
      places.x, time: isBatchFirst ? row : batch * row,
      example: isBatchFirst ? sizes.steps * row : row)
    var y: RecurrentCell.Rows?
    if let slice = operands.outputs.first {
      let time = sizes.directions * hidden * (isBatchFirst ? 1 : batch)
      y = RecurrentCell.Rows(
        slice, offset: direction * hidden * (isBatchFirst ? 1 : batch), time: time,
        example: isBatchFirst ? sizes.steps * time : hidden)
    }
    let gates = ArenaSlice(
      offset: places.gates.offset, byteCount: weights.states[0].rows * batch * 4)
    var all = RecurrentOperands(x: x, gates: gates, h: places.h, y: y)
    (all.c, all.reset, all.candidates) = (places.c, places.reset, places.candidates)
    workspace.linear(
      weights.states[0], bias: bias, count: batch, input: .slice(places.h), output: gates,
      scratch: places.linear)
    switch family.attributes.kind {
    case .simple: workspace.recur(.simple, cell, step: step, all)
    case .lstm: workspace.recur(.lstm, cell, step: step, all)
    case .gru where weights.states.count == 1: workspace.recur(.gru, cell, step: step, all)
    case .gru:
      workspace.recur(.gruReset, cell, step: step, all)
      workspace.linear(
        weights.states[1], bias: nil, count: batch, input: .slice(places.reset),
        output: places.candidates, scratch: places.linear)
      workspace.recur(.gruUpdate, cell, step: step, all)
    }
  }
}

extension RecurrentStep {
  private func weights(
    _ direction: Int, _ operands: StepOperands, _ workspace: borrowing Workspace
  ) -> RecurrentWeights {
    if let weights = family.weights { return weights.directions[direction] }
    return RecurrentWeights(
      family.attributes, sizes, direction: direction, w: workspace.floats(operands.inputs[1]),
      r: workspace.floats(operands.inputs[2]))
  }

  /// What is added to the products of x, and to those of the state where that must wait: what a GRU
  /// resets behind its product.
  private func bias(
    _ direction: Int, _ operands: StepOperands, _ workspace: borrowing Workspace
  ) -> (input: FloatBuffer?, state: FloatBuffer?) {
    guard isGiven(3) else { return (nil, nil) }
    let all = workspace.floats(operands.inputs[3])
    let count = family.attributes.kind.gates * sizes.hidden
    let start = direction * 2 * count
    let waits = family.attributes.kind == .gru && family.attributes.linearBeforeReset
    let first = waits ? 2 * sizes.hidden : count
    let input = (0..<count).map { index in
      all.span[start + index] + (index < first ? all.span[start + count + index] : 0)
    }
    guard waits else { return (FloatBuffer(input), nil) }
    let state = (0..<count).map { $0 < first ? 0 : all.span[start + count + $0] }
    return (FloatBuffer(input), FloatBuffer(state))
  }

  /// Fills a direction's state (batch, hidden) from an input of all, or with zeros.
  private func load(
    _ place: Int, _ direction: Int, _ state: ArenaSlice, _ operands: StepOperands,
    _ workspace: inout Workspace
  ) {
    let all = isGiven(place) ? workspace.floats(operands.inputs[place]) : nil
    workspace.write(state, as: Float.self) { target in
      for example in 0..<sizes.batch {
        let start = sizes.state(family.attributes, direction: direction, example: example)
        for index in 0..<sizes.hidden {
          target[example * sizes.hidden + index] = all?.span[start + index] ?? 0
        }
      }
    }
  }

  /// Copies a direction's state to its place in an output of all.
  private func store(
    _ place: Int, _ direction: Int, _ state: ArenaSlice, _ operands: StepOperands,
    _ workspace: inout Workspace
  ) {
    guard place < operands.outputs.count else { return }
    let all = workspace.floats(.slice(state))
    workspace.write(operands.outputs[place], as: Float.self) { target in
      for example in 0..<sizes.batch {
        let start = sizes.state(family.attributes, direction: direction, example: example)
        for index in 0..<sizes.hidden {
          target[start + index] = all.span[example * sizes.hidden + index]
        }
      }
    }
  }
}
