internal import CPressKernels

extension Workspace {
  /// output (batch, columns, rows) = input (batch, rows, columns), elements of `width` bytes.
  public mutating func transpose(
    batch: Int, rows: Int, columns: Int, width: Int, input: Operand, output: ArenaSlice
  ) {
    precondition(
      input.byteCount == batch * rows * columns * width && output.byteCount == input.byteCount)
    checkApart(output, input)
    let x = unsafe pointer(to: input)
    let y = unsafe arena.pointer(to: output)
    var team = unsafe team
    unsafe press_transpose(&team, batch, rows, columns, width, x, y)
    extendLifetime(input)
  }
}
