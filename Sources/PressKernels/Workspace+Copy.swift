internal import CPressKernels

extension Workspace {
  /// Copies elements of 1, 2, 4 or 8 bytes; what the layout does not reach stays as it is.
  public mutating func copy(
    width: Int, layout: CopyLayout, input: Operand, output: ArenaSlice
  ) {
    precondition([1, 2, 4, 8].contains(width))
    precondition(
      layout.inputPlaces.upperBound <= input.byteCount / width
        && layout.outputPlaces.upperBound <= output.byteCount / width,
      "a copy stays inside its operands")
    checkApart(output, input)
    let x = unsafe elements(input, count: input.byteCount / width, width: width)
    let y = unsafe elements(output, count: output.byteCount / width, width: width)
    guard layout.count > 0, let x = unsafe x else { return }
    var team = unsafe team
    var view = layout.view
    unsafe press_copy(
      &team, width, &view, x + layout.inputOffset * width, y + layout.outputOffset * width)
    extendLifetime(input)
  }

  /// output (outer, count, inner) = those of the `size` rows of an input (outer, size, inner) that
  /// `count` int64 indices name, which count from behind where negative; `inner` counts bytes.
  ///
  /// An index out of range gives zeros. Returns whether all are in range.
  public mutating func gather(
    outer: Int, size: Int, inner: Int, count: Int, indices: Operand, input: Operand,
    output: ArenaSlice
  ) -> Bool {
    checkApart(output, input)
    checkApart(output, indices)
    let x = unsafe elements(input, count: outer * size * inner, width: 1)
    let places = unsafe elements(indices, count: count, width: 8)
    let y = unsafe elements(output, count: outer * count * inner, width: 1)
    var team = unsafe team
    let isInside = unsafe press_gather(
      &team, outer, size, inner, count, places?.assumingMemoryBound(to: Int64.self), x, y)
    extendLifetime(input)
    extendLifetime(indices)
    return isInside
  }
}
