internal import CPressKernels
private import PressTensor

/// How two or three operands are combined: each axis's size, and each operand's stride along it.
///
/// A stride of 0 repeats an operand. Axes that lie behind one another are merged.
public struct BroadcastLayout: Sendable, Hashable {
  /// One axis: its size, and each operand's stride in elements.
  struct Axis: Hashable, Sendable {
    var size: Int
    var strides: [Int]
  }

  /// The most axes that are left when they are merged.
  public static var maximumRank: Int { Int(PRESS_MAXIMUM_RANK) }

  let axes: [Axis]
  /// The elements of the result.
  public let count: Int
  /// The elements of each operand.
  public let operandCounts: [Int]

  /// The layout of two operands of equal rank, whose axes are equal or 1 in one of them.
  ///
  /// `nil` if they do not go together, or have too many axes that can't be merged.
  public init?(left: [Int], right: [Int]) {
    self.init(shapes: [left, right])
  }

  /// The layout of two or three operands of equal rank, whose axes are equal or 1.
  ///
  /// `nil` if they do not go together, have too many axes that can't be merged, or overflow.
  public init?(shapes: [[Int]]) {
    guard let rank = shapes.first?.count, (2...3).contains(shapes.count),
      shapes.allSatisfy({ $0.count == rank })
    else { return nil }
    let result = (0..<rank).map { index in
      shapes.lazy.map { $0[index] }.first { $0 != 1 } ?? 1
    }
    // No product of some of the sizes overflows then.
    guard let count = try? Shape(result).count else { return nil }
    var axes: [Axis] = []
    var strides = shapes.map { _ in 1 }
    for index in (0..<rank).reversed() {
      let (sizes, size) = (shapes.map { $0[index] }, result[index])
      guard sizes.allSatisfy({ $0 == 1 || $0 == size }) else { return nil }
      let axis = Axis(size: size, strides: zip(sizes, strides).map { $0 == 1 ? 0 : $1 })
      strides = zip(sizes, strides).map { $0 &* $1 }
      if size != 1 { BroadcastLayout.append(axis, to: &axes) }
    }
    guard axes.count <= BroadcastLayout.maximumRank else { return nil }
    self.axes = axes.reversed()
    self.count = count
    operandCounts = strides
  }

  /// Adds an axis outside the others, merged with the outermost where no operand has a gap.
  private static func append(_ axis: Axis, to axes: inout [Axis]) {
    guard let inner = axes.last,
      zip(axis.strides, inner.strides).allSatisfy({ $0 == $1 &* inner.size })
    else {
      axes.append(axis)
      return
    }
    axes[axes.count - 1].size *= axis.size
  }

  var view: press_broadcast {
    var view = press_broadcast()
    view.rank = axes.count
    for (index, axis) in axes.enumerated() {
      unsafe withUnsafeMutableBytes(of: &view.sizes) {
        unsafe $0.storeBytes(of: axis.size, toByteOffset: index * 8, as: Int.self)
      }
      for (operand, stride) in axis.strides.enumerated() {
        let place = (operand * BroadcastLayout.maximumRank + index) * 8
        unsafe withUnsafeMutableBytes(of: &view.strides) {
          unsafe $0.storeBytes(of: stride, toByteOffset: place, as: Int.self)
        }
      }
    }
    return view
  }
}
