internal import CPressKernels

extension Workspace {
  /// Softmax over the last of two axes; input and output may be the same slice.
  public mutating func softmax(rows: Int, count: Int, input: Operand, output: ArenaSlice) {
    checkSameOrApart(output, input)
    let x = unsafe self.input(input, count: rows * count)
    let y = unsafe self.output(output, count: rows * count)
    var team = unsafe team
    unsafe press_softmax(&team, rows, count, x, y)
    extendLifetime(input)
  }
}
