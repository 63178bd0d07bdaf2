internal import PressKernels
internal import PressTensor

/// Where the inputs of a product of integers are among its node's.
struct QuantizedSlots: Sendable {
  let x: Int
  let w: Int
  let xZero: Int
  let wZero: Int
  /// The places of the scales of x, w and y, and of y's zero point; `nil` where sums are the result.
  let scales: (x: Int, w: Int, y: Int, yZero: Int)?
  /// The place of the bias; `nil` where there never is one.
  let bias: Int?

  /// A product whose sums are the result.
  static let integer = QuantizedSlots(x: 0, w: 1, xZero: 2, wZero: 3, scales: nil, bias: nil)
  /// A convolution whose result is scaled.
  static let linear = QuantizedSlots(
    x: 0, w: 3, xZero: 2, wZero: 5, scales: (x: 1, w: 4, y: 6, yZero: 7), bias: 8)
  /// A matrix product whose result is scaled.
  static let linearProduct = QuantizedSlots(
    x: 0, w: 3, xZero: 2, wZero: 5, scales: (x: 1, w: 4, y: 6, yZero: 7), bias: nil)

  /// The places of zero points and bias.
  var integers: [Int] {
    [xZero, wZero] + (scales.map { [$0.yZero] } ?? []) + (bias.map { [$0] } ?? [])
  }
  /// The places of scales.
  var floats: [Int] { scales.map { [$0.x, $0.w, $0.y] } ?? [] }

  /// What is missing for operands of these types, of which some may be unknown.
  func missing(for types: [ElementType?]) -> String? {
    func type(_ place: Int) -> ElementType? { place < types.count ? types[place] : nil }
    let bytes: Set<ElementType> = [.int8, .uint8]
    return accepted([type(x), type(w), type(xZero), type(wZero)], bytes)
      ?? scales.flatMap { accepted([type($0.yZero)], bytes) }
      ?? accepted(floats.map(type), [.float32, .float16, .bfloat16])
      ?? bias.flatMap { accepted([type($0)], [.int32]) }
  }
}

/// The elements of zero points, scales and bias, by their place among the inputs.
struct QuantizedValues: Sendable {
  private var integers: [Int: [Int32]] = [:]
  private var floats: [Int: [Float]] = [:]

  /// Elements that are known before the run; `nil` if some are not.
  init?(_ slots: QuantizedSlots, known inputs: [StepInput]) {
    for place in slots.integers + slots.floats
    where place < inputs.count && !inputs[place].isAbsent {
      guard let constant = inputs[place].known else { return nil }
      let bytes = constant.bytes
      add(place, slots, bytes.rawSpan, constant.elementType)
    }
  }

  /// Elements of operands of these types.
  init(
    _ slots: QuantizedSlots, _ operands: [Operand], _ types: [ElementType?],
    in workspace: borrowing Workspace
  ) {
    for place in slots.integers + slots.floats where place < operands.count {
      guard let type = types[place] else { continue }
      let bytes = workspace.bytes(of: operands[place])
      add(place, slots, bytes.rawSpan, type)
    }
  }

  private mutating func add(
    _ place: Int, _ slots: QuantizedSlots, _ bytes: RawSpan, _ type: ElementType
  ) {
    if slots.integers.contains(place) {
      integers[place] = type.words(in: bytes)
    } else {
      floats[place] = type.numbers(in: bytes)
    }
  }

  /// The integers at a place; 0 where the node leaves them out.
  func zeros(_ place: Int) -> [Int32] { integers[place] ?? [0] }
  /// The bias at a place, if there is one.
  func bias(_ place: Int?) -> [Int32]? { place.flatMap { integers[$0] } }
  /// The scales at a place.
  func scales(_ place: Int) -> [Float] { floats[place] ?? [1] }
}

extension ElementType {
  /// The elements of an integer type as 32-bit numbers.
  func words(in bytes: RawSpan) -> [Int32] {
    let width = byteWidth ?? 1
    return (0..<(bytes.byteCount / width)).map {
      Int32(truncatingIfNeeded: integer(in: bytes, at: $0 * width) ?? 0)
    }
  }

  /// The elements of a float type as float32.
  func numbers(in bytes: RawSpan) -> [Float] {
    FloatBuffer(converting: bytes, from: self, count: bytes.byteCount / (byteWidth ?? 1))?.array()
      ?? []
  }
}

extension Workspace {
  /// A copy of an operand's bytes.
  func bytes(of operand: Operand) -> AlignedBuffer<UInt8> {
    switch operand {
    case .slice(let slice): AlignedBuffer(copying: arena.bytes(of: slice))
    case .constant(let buffer): AlignedBuffer(copying: buffer.rawSpan)
    case .bytes(let buffer): buffer
    }
  }
}

extension [Int32] {
  /// One element for each of `count`, where there may be one for all.
  func repeated(_ count: Int) -> [Int32] {
    self.count == 1 ? [Int32](repeating: self[0], count: count) : self
  }
}

extension StepInput {
  /// Throws unless this input is left out, or has one of these numbers of elements.
  func expectCount(_ counts: [Int], _ what: String) throws(ShapeProblem) {
    guard !isAbsent, !counts.contains(shape.count) else { return }
    let list = counts.map(String.init).joined(separator: " or ")
    throw .mismatch(expected: "\(what) of \(list) elements", found: "\(shape)")
  }

  /// Throws unless this input has a type.
  func expectType(_ type: ElementType) throws(ShapeProblem) {
    guard elementType != type else { return }
    throw .mismatch(expected: type.name, found: elementType.name)
  }

  /// Throws unless this input is left out, or has another's type.
  func expectType(of other: StepInput, _ what: String) throws(ShapeProblem) {
    guard !isAbsent, !other.isAbsent, elementType != other.elementType else { return }
    throw .mismatch(
      expected: "\(what) of type \(other.elementType.name)", found: elementType.name)
  }
}

extension QuantizedSlots {
  /// The type of the result: int32, or that of y's zero point, or without one x's.
  func resultType(_ inputs: [StepInput]) -> ElementType {
    guard let scales else { return .int32 }
    let hasZero = scales.yZero < inputs.count && !inputs[scales.yZero].isAbsent
    return inputs[hasZero ? scales.yZero : x].elementType
  }
}

extension QuantizedValues {
  /// The terms of a convolution with so many output channels.
  func terms(_ slots: QuantizedSlots, columns: Int, resultIsSigned: Bool) -> IntegerTerms {
    var terms = IntegerTerms(
      inputZeros: zeros(slots.xZero), weightZeros: zeros(slots.wZero).repeated(columns))
    terms.bias = bias(slots.bias)
    if let places = slots.scales {
      let w = scales(places.w)
      let (x, y) = (scales(places.x).first ?? 1, scales(places.y).first ?? 1)
      terms.result = IntegerResult(
        scales: (0..<columns).map { x * w[w.count == 1 ? 0 : $0] / y },
        zero: zeros(places.yZero).first ?? 0, isSigned: resultIsSigned)
    }
    return terms
  }
}
