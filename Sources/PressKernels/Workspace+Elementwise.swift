internal import CPressKernels
public import PressTensor

extension Workspace {
  /// Applies a function to each element; input and output may be the same slice.
  public mutating func map(
    _ function: UnaryKernel, type: ElementType = .float32, count: Int, alpha: Double = 0,
    beta: Double = 0, input: Operand, output: ArenaSlice
  ) {
    precondition(function.supports(type), "\(function) has no kernel for \(type.name)")
    let (type, width) = type.checkedKernelType()
    checkSameOrApart(output, input)
    let x = unsafe elements(input, count: count, width: width)
    let y = unsafe elements(output, count: count, width: width)
    var team = unsafe team
    unsafe press_map(&team, function.view, type, count, x, y, alpha, beta)
    extendLifetime(input)
  }

  /// Asks a question about each element; the output is bools.
  public mutating func test(
    _ test: TestKernel, type: ElementType, count: Int, input: Operand, output: ArenaSlice
  ) {
    precondition(test.supports(type), "\(test) has no kernel for \(type.name)")
    let (type, width) = type.checkedKernelType()
    checkApart(output, input)
    let x = unsafe elements(input, count: count, width: width)
    let y = unsafe elements(output, count: count, width: 1).assumingMemoryBound(to: UInt8.self)
    let view = test.view
    var team = unsafe team
    unsafe press_ask(&team, view.test, type, count, x, y, view.alpha, view.beta)
    extendLifetime(input)
  }

  /// Combines two operands; the output may be an operand's slice where both shapes are equal.
  public mutating func combine(
    _ function: BinaryKernel, type: ElementType = .float32, layout: BroadcastLayout,
    left: Operand, right: Operand, output: ArenaSlice
  ) {
    precondition(function.supports(type), "\(function) has no kernel for \(type.name)")
    let (type, width) = type.checkedKernelType()
    check(output, layout, [left, right])
    let y = unsafe elements(output, count: layout.count, width: width)
    let l = unsafe elements(left, count: layout.operandCounts[0], width: width)
    let r = unsafe elements(right, count: layout.operandCounts[1], width: width)
    var team = unsafe team
    var view = layout.view
    unsafe press_combine(&team, function.view, type, &view, l, r, y)
    extendLifetime(left)
    extendLifetime(right)
  }

  /// Compares two operands of a type; the output is bools.
  public mutating func compare(
    _ comparison: ComparisonKernel, type: ElementType, layout: BroadcastLayout, left: Operand,
    right: Operand, output: ArenaSlice
  ) {
    let (type, width) = type.checkedKernelType()
    if width != 1 { [left, right].forEach { checkApart(output, $0) } }
    check(output, layout, [left, right])
    let y = unsafe elements(output, count: layout.count, width: 1)
    let l = unsafe elements(left, count: layout.operandCounts[0], width: width)
    let r = unsafe elements(right, count: layout.operandCounts[1], width: width)
    var team = unsafe team
    var view = layout.view
    unsafe press_compare(
      &team, comparison.view, type, &view, l, r, y.assumingMemoryBound(to: UInt8.self))
    extendLifetime(left)
    extendLifetime(right)
  }

  /// The left operand's element where the condition, the layout's first operand, is true, and the
  /// right one's where it is false; elements of 1, 2, 4 or 8 bytes.
  public mutating func select(
    width: Int, layout: BroadcastLayout, condition: Operand, left: Operand, right: Operand,
    output: ArenaSlice
  ) {
    precondition([1, 2, 4, 8].contains(width) && layout.operandCounts.count == 3)
    if width != 1 { checkApart(output, condition) }
    check(output, layout, [condition, left, right])
    let y = unsafe elements(output, count: layout.count, width: width)
    let c = unsafe elements(condition, count: layout.operandCounts[0], width: 1)
    let l = unsafe elements(left, count: layout.operandCounts[1], width: width)
    let r = unsafe elements(right, count: layout.operandCounts[2], width: width)
    var team = unsafe team
    var view = layout.view
    unsafe press_select(&team, width, &view, c?.assumingMemoryBound(to: UInt8.self), l, r, y)
    extendLifetime(condition)
    extendLifetime(left)
    extendLifetime(right)
  }

  /// Converts each element as ONNX's Cast does; floats saturate where integers end.
  public mutating func cast(
    from: ElementType, to: ElementType, count: Int, input: Operand, output: ArenaSlice
  ) {
    let (from, to) = (from.checkedKernelType(), to.checkedKernelType())
    checkApart(output, input)
    let x = unsafe elements(input, count: count, width: from.width)
    let y = unsafe elements(output, count: count, width: to.width)
    var team = unsafe team
    unsafe press_cast(&team, from.type, to.type, count, x, y)
    extendLifetime(input)
  }

  /// Checks that an operand that is written over is not repeated.
  private func check(_ output: ArenaSlice, _ layout: BroadcastLayout, _ operands: [Operand]) {
    for (operand, count) in zip(operands, layout.operandCounts) {
      if count == layout.count {
        checkSameOrApart(output, operand)
      } else {
        checkApart(output, operand)
      }
    }
  }
}
