internal import CPressKernels

extension Workspace {
  /// output (count, rows) = input (count, columns) times the weight's transpose, plus bias.
  ///
  /// Needs `linearScratch` bytes of scratch memory.
  public mutating func linear(
    _ weight: PackedMatrix, bias: FloatBuffer?, count: Int, input: Operand, output: ArenaSlice,
    scratch: ArenaSlice
  ) {
    weight.check(layout: .panels)
    precondition(bias.map { $0.count == weight.rows } ?? true, "one bias for each row")
    checkApart(output, input)
    let x = unsafe self.input(input, count: count * weight.columns)
    let y = unsafe self.output(output, count: count * weight.rows)
    let needed = Workspace.linearScratch(weight, count: count) ?? 0
    let room = unsafe self.scratch(scratch, count: needed / 4)
    guard count > 0, weight.rows > 0 else { return }
    var team = unsafe team
    var view = unsafe weight.view
    unsafe press_linear(&team, &view, bias?.pointer, count, x, y, room)
    extendLifetime(weight)
    extendLifetime(bias)
    extendLifetime(input)
  }

  /// The bytes of scratch memory that a linear layer needs; `nil` if they overflow a word.
  public static func linearScratch(_ weight: PackedMatrix, count: Int) -> Int? {
    guard case .sparse = weight.form else { return 0 }
    let floats = press_linear_scratch(weight.columns, count)
    return floats <= Int.max / 4 ? floats * 4 : nil
  }
}
