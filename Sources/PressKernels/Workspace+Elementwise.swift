internal import CPressKernels

/// Functions of one element that have a kernel.
public enum UnaryKernel: UInt32, Sendable, CaseIterable {
  // The order of PRESS_UNARY_FUNCTIONS.
  case abs, ceil, cos, erf, exp, floor, log, neg, reciprocal, relu, round, sigmoid, sign, sin
  case softplus, softsign, sqrt, tan, tanh
}

/// Functions of two elements that have a kernel.
public enum BinaryKernel: UInt32, Sendable, CaseIterable {
  // The order of PRESS_BINARY_FUNCTIONS.
  case add, sub, mul, div, pow
}

/// How two operands are combined: each axis's size, and each operand's stride along it.
///
/// A stride of 0 repeats an operand. Axes that lie behind one another are merged.
public struct BroadcastLayout: Sendable, Hashable {
  /// One axis.
  struct Axis: Hashable, Sendable {
    var size: Int
    var left: Int
    var right: Int
  }

  let axes: [Axis]
  /// The elements of the result and of both operands.
  public let counts: [Int]

  /// The layout of two operands of equal rank, whose axes are equal or 1 in one of them.
  ///
  /// `nil` if they do not go together, or have too many axes that can't be merged.
  public init?(left: [Int], right: [Int]) {
    guard left.count == right.count else { return nil }
    var axes: [Axis] = []
    var (leftStride, rightStride) = (1, 1)
    for (l, r) in zip(left, right).reversed() {
      guard l == r || l == 1 || r == 1 else { return nil }
      let axis = Axis(
        size: l == 1 ? r : l, left: l == 1 ? 0 : leftStride, right: r == 1 ? 0 : rightStride)
      leftStride *= l
      rightStride *= r
      if axis.size == 1 { continue }
      if let inner = axes.last, axis.left == inner.left * inner.size,
        axis.right == inner.right * inner.size
      {
        axes[axes.count - 1].size *= axis.size
      } else {
        axes.append(axis)
      }
    }
    guard axes.count <= Int(PRESS_MAXIMUM_RANK) else { return nil }
    self.axes = axes.reversed()
    counts = [axes.reduce(1) { $0 * $1.size }, leftStride, rightStride]
  }

  var view: press_broadcast {
    var view = press_broadcast()
    view.rank = axes.count
    var sizes = view.sizes
    var left = view.l_strides
    var right = view.r_strides
    for (index, axis) in axes.enumerated() {
      unsafe withUnsafeMutableBytes(of: &sizes) {
        unsafe $0.storeBytes(of: axis.size, toByteOffset: index * 8, as: Int.self)
      }
      unsafe withUnsafeMutableBytes(of: &left) {
        unsafe $0.storeBytes(of: axis.left, toByteOffset: index * 8, as: Int.self)
      }
      unsafe withUnsafeMutableBytes(of: &right) {
        unsafe $0.storeBytes(of: axis.right, toByteOffset: index * 8, as: Int.self)
      }
    }
    view.sizes = sizes
    view.l_strides = left
    view.r_strides = right
    return view
  }
}

extension Workspace {
  /// Applies a function to each element; input and output may be the same slice.
  public mutating func map(
    _ function: UnaryKernel, count: Int, input: Operand, output: ArenaSlice
  ) {
    checkSameOrApart(output, input)
    let x = unsafe self.input(input, count: count)
    let y = unsafe self.output(output, count: count)
    var team = unsafe team
    unsafe press_map(&team, press_unary(rawValue: function.rawValue), count, x, y)
    extendLifetime(input)
  }

  /// Combines two operands; the output may be an operand's slice where both shapes are equal.
  public mutating func combine(
    _ function: BinaryKernel, layout: BroadcastLayout, left: Operand, right: Operand,
    output: ArenaSlice
  ) {
    checkSameOrApart(output, left)
    checkSameOrApart(output, right)
    let y = unsafe self.output(output, count: layout.counts[0])
    let l = unsafe self.input(left, count: layout.counts[1])
    let r = unsafe self.input(right, count: layout.counts[2])
    var team = unsafe team
    var view = layout.view
    unsafe press_combine(&team, press_binary(rawValue: function.rawValue), &view, l, r, y)
    extendLifetime(left)
    extendLifetime(right)
  }

  /// Softmax over the last of two axes; input and output may be the same slice.
  public mutating func softmax(rows: Int, count: Int, input: Operand, output: ArenaSlice) {
    checkSameOrApart(output, input)
    let x = unsafe self.input(input, count: rows * count)
    let y = unsafe self.output(output, count: rows * count)
    var team = unsafe team
    unsafe press_softmax(&team, rows, count, x, y)
    extendLifetime(input)
  }

  private func checkSameOrApart(_ slice: ArenaSlice, _ operand: Operand) {
    if case .slice(slice) = operand { return }
    checkApart(slice, operand)
  }
}
