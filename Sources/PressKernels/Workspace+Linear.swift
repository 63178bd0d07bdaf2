internal import CPressKernels

extension Workspace {
  /// output (count, rows) = activation(input (count, columns) times the weight's transpose + bias +
  /// residual).
  ///
  /// A residual has the output's shape. Needs `linearScratch` bytes of scratch memory.
  public mutating func linear(
    _ weight: PackedMatrix, epilogue: Epilogue = Epilogue(), count: Int, input: Operand,
    output: ArenaSlice, scratch: ArenaSlice
  ) {
    checkApart(output, input)
    let x = unsafe self.input(input, count: count * weight.columns)
    let y = unsafe self.output(output, count: count * weight.rows)
    let needed = Workspace.linearScratch(weight, count: count) ?? 0
    let room = unsafe self.scratch(scratch, count: needed / 4)
    guard count > 0, weight.rows > 0 else { return }
    var end = unsafe self.view(
      epilogue, channels: weight.rows, residualCount: count * weight.rows, output: output)
    var team = unsafe team(threadFloats: weight.threadFloats)
    var view = unsafe weight.view
    unsafe press_linear(&team, &view, &end, count, x, y, room)
    extendLifetime(weight)
    extendLifetime(epilogue)
    extendLifetime(input)
  }

  /// output (count, rows) = input (count, columns) times the weight's transpose, plus bias.
  public mutating func linear(
    _ weight: PackedMatrix, bias: FloatBuffer?, count: Int, input: Operand, output: ArenaSlice,
    scratch: ArenaSlice
  ) {
    linear(
      weight, epilogue: Epilogue(bias: bias), count: count, input: input, output: output,
      scratch: scratch)
  }

  /// The bytes of scratch memory that a linear layer needs; `nil` if they overflow a word.
  public static func linearScratch(_ weight: PackedMatrix, count: Int) -> Int? {
    switch weight.form {
    case .dense, .coded: return 0
    case .sparse, .compact: break
    }
    let floats = press_linear_scratch(weight.columns, count)
    return floats <= Int.max / 4 ? floats * 4 : nil
  }

  /// Adds an epilogue's residual to (rows, columns) elements where they are, and activates them.
  ///
  /// For layers that have no epilogue of their own; its bias must be nil.
  public mutating func finish(_ epilogue: Epilogue, rows: Int, columns: Int, output: ArenaSlice) {
    precondition(epilogue.bias == nil, "a bias belongs to the layer itself")
    let y = unsafe self.output(output, count: rows * columns)
    var end = unsafe self.view(
      epilogue, channels: columns, residualCount: rows * columns, output: output)
    var team = unsafe team
    unsafe press_finish(&team, &end, rows, columns, y)
    extendLifetime(epilogue)
  }
}
