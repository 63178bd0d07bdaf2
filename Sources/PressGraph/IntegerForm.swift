import PressTensor

/// A weight of affine or fixed-point codes as ONNX has it: integers behind a DequantizeLinear.
///
/// The integers have the tensor's shape; elements that are not stored are the zero point.
struct IntegerForm: Sendable {
  /// The weight.
  let weight: Weight
  /// The type of the integers: signed where the zero point is the middle code, so that theirs is 0.
  let type: ElementType
  /// The axis that scales or blocks run along; `nil` for one scale.
  let axis: Int?
  /// The elements of a block; 0 where there are no blocks.
  let block: Int
  /// The shape of scales and zero points.
  let scaleShape: Shape
  /// Whether blocks' scales stand the other way round than the weight's parts.
  private let isTransposed: Bool
  /// The code of 0 where no zero point says it.
  fileprivate let middle: UInt8
  /// The first version of ONNX's operators that can say this.
  let opset: Int

  /// The form of a weight; `nil` where it is not of float32, has no such codes of at most 8 bits, or has
  /// parts that are neither indices nor blocks of one axis.
  ///
  /// - Parameter opset: the version of ONNX's operators that decides whether there are types of 4 bits.
  init?(_ weight: Weight, opset: Int) {
    guard let bits = weight.integerBits, bits <= 8, weight.elementType == .float32,
      weight.shape.count > 0
    else { return nil }
    middle = 1 << (bits - 1)
    self.weight = weight
    var (axis, block, isTransposed) = (Int?.none, 0, false)
    var scaleSizes: [Int] = []
    if weight.parts.count > 1 {
      guard let view = weight.view else { return nil }
      let rows = view.rowAxes.filter { $0.size > 1 }
      let columns = view.columnAxes.filter { $0.size > 1 }
      switch weight.granularity {
      case .group(let size) where size < view.columns:
        guard weight.shape.rank == 2, rows.count <= 1, columns.count == 1,
          let place = weight.shape.axis(columns[0])
        else { return nil }
        scaleSizes = weight.shape.dimensions
        scaleSizes[place] = (view.columns + size - 1) / size
        (axis, block, isTransposed) = (place, size, place == 0)
      default:
        guard rows.count == 1, let place = weight.shape.axis(rows[0]) else { return nil }
        (axis, scaleSizes) = (place, [view.rows])
      }
    }
    guard let scaleShape = try? Shape(scaleSizes) else { return nil }
    (self.axis, self.block, self.isTransposed) = (axis, block, isTransposed)
    self.scaleShape = scaleShape
    self.opset = block > 0 ? 21 : axis == nil ? 10 : 13
    let isSymmetric = (try? weight.contents().zeroPoints) ?? nil == nil
    let isNarrow = bits == 4 && opset >= 21
    type = isNarrow ? (isSymmetric ? .int4 : .uint4) : isSymmetric ? .int8 : .uint8
  }

  /// Scales, and zero points where they are not 0, in the order of their shape.
  func parameters() throws -> (scales: Storage, zeroPoints: Storage?) {
    if case .fixed(_, let radix) = weight.values {
      let scale = Float(sign: .plus, exponent: -radix, significand: 1)
      return (try ElementType.float32.elements(of: [scale]), nil)
    }
    let contents = try weight.contents()
    let count = scaleShape.count
    let scales = contents.scales?.copied() ?? []
    guard scales.count == 4 * count else {
      throw TensorError.byteCount(expected: 4 * count, found: scales.count)
    }
    let zeros = contents.zeroPoints?.copied()
    if let zeros, zeros.count != count {
      throw TensorError.byteCount(expected: count, found: zeros.count)
    }
    let order = (0..<count).map(part)
    return (
      Storage(order.flatMap { scales[(4 * $0)..<(4 * $0 + 4)] }),
      zeros.map { zeros in Storage(type.packed(order.map { zeros[$0] })) }
    )
  }

  /// The part whose scale stands at a place.
  private func part(_ place: Int) -> Int {
    guard isTransposed else { return place }
    let columns = scaleShape.dimensions[1]
    return place % columns * scaleShape.dimensions[0] + place / columns
  }
}

/// The integers of a weight, worked out each time they are asked for.
struct IntegerSource: WeightSource {
  let form: IntegerForm

  func load() throws -> WeightContents {
    let weight = form.weight
    let contents = try weight.contents()
    let dense = try weight.denseCodes(contents, middle: form.middle)
    let codes = Weight(
      id: weight.id, name: weight.name, elementType: .uint8, shape: weight.shape,
      view: weight.view, source: LoadedWeight(WeightContents(values: Storage(dense))))
    var integers = try codes.decoded().copied()
    if contents.zeroPoints == nil {
      for place in integers.indices { integers[place] &-= form.middle }
    }
    return WeightContents(values: Storage(form.type.packed(integers)))
  }
}

extension Weight {
  /// The bits of affine or fixed-point codes; `nil` for all other values.
  var integerBits: Int? {
    switch values {
    case .affine(let bits), .fixed(let bits, _): bits
    default: nil
    }
  }

  /// A code for every element in the order of the streams; that of 0 where none is stored.
  fileprivate func denseCodes(
    _ contents: WeightContents, middle: UInt8
  ) throws(TensorError) -> [UInt8] {
    let codes = contents.values.copied()
    let kept = keptCount(contents.mask)
    guard codes.count == kept else { throw .byteCount(expected: kept, found: codes.count) }
    guard let mask = contents.mask else { return codes }
    let parts = self.parts
    let zeros = contents.zeroPoints?.copied()
    var dense: [UInt8] = []
    dense.reserveCapacity(shape.count)
    while dense.count < shape.count {
      let (part, end) = parts.part(at: dense.count)
      let zero = zeros.map { part < $0.count ? $0[part] : 0 } ?? middle
      let size = min(end, shape.count) - dense.count
      dense += [UInt8](repeating: zero, count: size)
    }
    var next = 0
    mask.withBytes { bits in
      bits.forEachSetBit { place in
        dense[place] = codes[next]
        next += 1
      }
    }
    return dense
  }
}

extension Shape {
  /// The axis of a row-major tensor that a strided one is.
  fileprivate func axis(_ strided: StridedAxis) -> Int? {
    StridedAxis.rowMajor(self).firstIndex(of: strided)
  }
}

extension ElementType {
  /// Integers of one byte each, packed as elements of this type: two in a byte for types of 4 bits,
  /// the first in the lower half.
  fileprivate func packed(_ integers: [UInt8]) -> [UInt8] {
    guard bitWidth == 4 else { return integers }
    return stride(from: 0, to: integers.count, by: 2).map { place in
      let upper = place + 1 < integers.count ? integers[place + 1] : 0
      return integers[place] & 15 | upper << 4
    }
  }
}
