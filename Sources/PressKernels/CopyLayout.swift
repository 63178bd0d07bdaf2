internal import CPressKernels
private import PressTensor

/// How elements move from one tensor into another: each axis's size, and the strides of both along
/// it, in elements.
public struct CopyLayout: Sendable, Hashable {
  struct Axis: Hashable, Sendable {
    var size: Int
    var input: Int
    var output: Int
  }

  /// Axes of more than one element, those that follow each other without gaps as one.
  let axes: [Axis]
  /// The elements that are copied.
  public let count: Int
  let inputOffset: Int
  let outputOffset: Int
  /// The lowest and the highest place that is read or written; empty where nothing is copied.
  let inputPlaces: Range<Int>
  let outputPlaces: Range<Int>

  /// A copy by its strides.
  ///
  /// Those of the input may be 0 or negative; those of the output are positive and give every element
  /// a place of its own.
  /// `nil` if a place is below 0 or overflows, or if too many axes can't be merged.
  public init?(
    sizes: [Int], inputStrides: [Int], inputOffset: Int = 0, outputStrides: [Int],
    outputOffset: Int = 0
  ) {
    guard inputStrides.count == sizes.count, outputStrides.count == sizes.count,
      let count = try? Shape(sizes).count
    else { return nil }
    var axes: [Axis] = []
    for index in sizes.indices where sizes[index] != 1 {
      let axis = Axis(
        size: sizes[index], input: inputStrides[index], output: outputStrides[index])
      guard axis.output > 0 else { return nil }
      CopyLayout.append(axis, to: &axes)
    }
    guard count == 0 || axes.count <= Int(PRESS_MAXIMUM_RANK),
      let input = CopyLayout.places(count, inputOffset, axes.map { ($0.size, $0.input) }),
      let output = CopyLayout.places(count, outputOffset, axes.map { ($0.size, $0.output) })
    else { return nil }
    self.axes = axes
    self.count = count
    self.inputOffset = inputOffset
    self.outputOffset = outputOffset
    inputPlaces = input
    outputPlaces = output
  }

  /// Adds an axis inside the others, merged with the innermost where neither tensor has a gap.
  private static func append(_ axis: Axis, to axes: inout [Axis]) {
    let (input, overflow) = axis.input.multipliedReportingOverflow(by: axis.size)
    let (output, overflow2) = axis.output.multipliedReportingOverflow(by: axis.size)
    guard let outer = axes.last, !overflow, !overflow2, outer.input == input,
      outer.output == output
    else {
      axes.append(axis)
      return
    }
    axes[axes.count - 1] = Axis(
      size: outer.size * axis.size, input: axis.input, output: axis.output)
  }

  /// The places of all elements, first and last; `nil` if one is negative or overflows.
  private static func places(
    _ count: Int, _ offset: Int, _ axes: [(size: Int, stride: Int)]
  ) -> Range<Int>? {
    guard count > 0 else { return 0..<0 }
    var (lowest, highest) = (offset, offset)
    for axis in axes {
      let (extent, overflow) = axis.stride.multipliedReportingOverflow(by: axis.size - 1)
      guard !overflow else { return nil }
      let sum =
        extent < 0
        ? lowest.addingReportingOverflow(extent) : highest.addingReportingOverflow(extent)
      guard !sum.overflow else { return nil }
      if extent < 0 { lowest = sum.partialValue } else { highest = sum.partialValue }
    }
    guard lowest >= 0, highest < Int.max else { return nil }
    return lowest..<(highest + 1)
  }

  /// Whether `count` elements stay in their order, from the first of one tensor to the first of another.
  public func isWhole(_ count: Int) -> Bool {
    guard self.count == count, inputOffset == 0, outputOffset == 0 else { return false }
    return axes.isEmpty || axes == [Axis(size: count, input: 1, output: 1)]
  }

  var view: press_strided {
    var view = press_strided()
    view.rank = axes.count
    for (index, axis) in axes.enumerated() {
      let place = index * 8
      unsafe withUnsafeMutableBytes(of: &view.sizes) {
        unsafe $0.storeBytes(of: axis.size, toByteOffset: place, as: Int.self)
      }
      unsafe withUnsafeMutableBytes(of: &view.x_strides) {
        unsafe $0.storeBytes(of: axis.input, toByteOffset: place, as: Int.self)
      }
      unsafe withUnsafeMutableBytes(of: &view.y_strides) {
        unsafe $0.storeBytes(of: axis.output, toByteOffset: place, as: Int.self)
      }
    }
    return view
  }
}

extension CopyLayout {
  /// Output axis i is input axis `permutation[i]`.
  public init?(transposing shape: [Int], by permutation: [Int]) {
    guard permutation.sorted() == Array(shape.indices) else { return nil }
    let strides = CopyLayout.strides(of: shape)
    let sizes = permutation.map { shape[$0] }
    self.init(
      sizes: sizes, inputStrides: permutation.map { strides[$0] },
      outputStrides: CopyLayout.strides(of: sizes))
  }

  /// The strides of a tensor without gaps; they wrap around only where it has no elements.
  private static func strides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for index in shape.indices.dropFirst().reversed() {
      strides[index - 1] = strides[index] &* max(1, shape[index])
    }
    return strides
  }
}
