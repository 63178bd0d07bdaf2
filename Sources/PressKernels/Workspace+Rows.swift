internal import CPressKernels
public import PressTensor

extension Workspace {
  /// output (outer, inner) = the input's elements (outer, axis, inner) reduced along the axis.
  ///
  /// Integers wrap around as their type does; l2, logSum and logSumExp of integers are truncated.
  public mutating func reduce(
    _ kind: ReductionKernel, type: ElementType = .float32, layout: AxisLayout, input: Operand,
    output: ArenaSlice
  ) {
    precondition(kind.supports(type), "\(kind) has no kernel for \(type.name)")
    let (type, width) = type.checkedKernelType()
    checkApart(output, input)
    let x = unsafe elements(input, count: layout.count, width: width)
    let y = unsafe elements(output, count: layout.outer * layout.inner, width: width)
    var team = unsafe team
    unsafe press_reduce(
      &team, kind.view, type, layout.outer, layout.axis, layout.inner, x, y)
    extendLifetime(input)
  }

  /// output (outer, inner) = int64 indices of the largest or smallest elements along an axis, the
  /// first or last of equal ones; what is not a number comes before all.
  public mutating func reduceToIndex(
    ofLargest largest: Bool, last: Bool, type: ElementType = .float32, layout: AxisLayout,
    input: Operand, output: ArenaSlice
  ) {
    precondition(layout.axis <= Int(Int32.max), "an index has 31 bits")
    let (type, width) = type.checkedKernelType()
    checkApart(output, input)
    let x = unsafe elements(input, count: layout.count, width: width)
    let y = unsafe elements(output, count: layout.outer * layout.inner, width: 8)
    var team = unsafe team
    unsafe press_reduce_index(
      &team, largest, last, type, layout.outer, layout.axis, layout.inner, x,
      y.assumingMemoryBound(to: Int64.self))
    extendLifetime(input)
  }

  /// Softmax, or its logarithm, along an axis; input and output may be the same slice.
  public mutating func softmax(
    logarithm: Bool = false, layout: AxisLayout, input: Operand, output: ArenaSlice
  ) {
    checkSameOrApart(output, input)
    let x = unsafe self.input(input, count: layout.count)
    let y = unsafe self.output(output, count: layout.count)
    var team = unsafe team
    unsafe press_softmax(&team, logarithm, layout.outer, layout.axis, layout.inner, x, y)
    extendLifetime(input)
  }
}
