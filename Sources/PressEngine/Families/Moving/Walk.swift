internal import PressKernels
internal import PressTensor

/// A copy of elements of one type, each axis with a stride on either side.
struct Walk: Sendable {
  /// The bytes that move together.
  private let width: Int
  /// How they move; `nil` where there is nothing to move.
  private let layout: CopyLayout?
  private let count: Int

  /// A walk over all of `sizes`, from a first place to a first place; strides count elements.
  init(
    _ type: ElementType, _ sizes: [Int], source: [Int], from first: Int = 0, target: [Int],
    to place: Int = 0
  ) throws(ShapeProblem) {
    // Elements of 16 bytes are pairs.
    let pair = type.byteWidth == 16 ? 2 : 1
    width = (type.byteWidth ?? 1) / pair
    count = try makeShape(sizes + [pair]).count
    guard count > 0 else {
      layout = nil
      return
    }
    layout = CopyLayout(
      sizes: sizes + [pair], inputStrides: source.map { $0 * pair } + [1],
      inputOffset: first * pair, outputStrides: target.map { $0 * pair } + [1],
      outputOffset: place * pair)
    guard layout != nil else {
      throw .unsupported("a copy along so many axes: \(sizes.count)")
    }
  }

  /// One element everywhere in an array of `count`.
  init(filling count: Int, _ type: ElementType) throws(ShapeProblem) {
    try self.init(type, [count], source: [0], target: [1])
  }

  /// Whether all elements stay in their order, from the first on.
  var isWhole: Bool { layout?.isWhole(count) ?? true }

  /// Copies the elements of an operand to their places.
  func run(in workspace: inout Workspace, from source: Operand, to target: ArenaSlice) {
    guard let layout else { return }
    workspace.copy(width: width, layout: layout, input: source, output: target)
  }
}

extension [Int] {
  /// The distance between neighbours along each axis of a row-major array with these dimensions.
  ///
  /// Wraps around where the array has no elements and so no distances.
  var strides: [Int] {
    var strides: [Int] = []
    var stride = 1
    for size in reversed() {
      strides.append(stride)
      stride = stride &* size
    }
    return strides.reversed()
  }
}

extension Float {
  /// The bytes of the element of a type that is nearest to this number.
  func bytes(of type: ElementType) -> [UInt8] {
    let element =
      switch type {
      case .complex64: UInt64(bitPattern)
      case .complex128: Double(self).bitPattern
      case .bool: UInt64(self == 0 ? 0 : 1)
      case .uint64: UInt64(rounding: Double(self))
      default:
        bits(as: type) ?? UInt64(bitPattern: Int64(rounding: Double(self).rounded()))
      }
    return (0..<(type.byteWidth ?? 1)).map { UInt8(truncatingIfNeeded: element >> (8 * $0)) }
  }
}
