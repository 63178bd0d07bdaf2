import PressTensor

/// What inference knows of one value.
struct Inferred: Sendable, Equatable {
  /// The most elements whose numbers are followed.
  static let elementLimit = 1024

  /// The element type of a tensor.
  var elementType: ElementType?
  /// The dimensions of a tensor.
  var dimensions: [Dimension]?
  /// The elements of a small integer or boolean tensor, row-major; each may be unknown.
  ///
  /// An element taken from a shape may be named: it is that dimension's size, which is never
  /// negative.
  var elements: [Dimension]?
  /// The elements of a small float32 or float64 tensor, row-major, if every one is known.
  var reals: [Double]?
  /// The type of a value that is no tensor.
  var other: ValueType?

  /// A tensor, as far as it is known.
  init(
    _ elementType: ElementType? = nil, _ dimensions: [Dimension]? = nil,
    elements: [Dimension]? = nil
  ) {
    self.elementType = elementType
    self.dimensions = dimensions
    guard let elements, let elementType, elements.count <= Inferred.elementLimit,
      hasCount(elements.count)
    else { return }
    self.elements = elements.map { element in
      guard case .known(let value) = element else { return element }
      return elementType.holds(value) ? element : .unknown
    }
  }

  /// A value of a declared type.
  init(_ type: ValueType) {
    if case .tensor(let elementType, let dimensions) = type {
      self.elementType = elementType
      self.dimensions = dimensions?.map { $0.isTold ? $0 : .unknown }
    } else {
      other = type
    }
  }

  /// A constant; the elements of small tensors are read.
  init(_ weight: Weight) {
    self.init(
      weight.elementType, weight.shape.dimensions.map(Dimension.known),
      elements: weight.elementType.isIntegral
        ? weight.integers(limit: Inferred.elementLimit)?.map(Dimension.known) : nil)
    reals = weight.reals(limit: Inferred.elementLimit)
  }

  /// The value's type; `nil` if nothing is known.
  var type: ValueType? {
    if let other { return other }
    return elementType == nil && dimensions == nil ? nil : .tensor(elementType, dimensions)
  }

  /// The number of axes.
  var rank: Int? { dimensions?.count }

  /// The elements, if every one is known.
  var integers: [Int]? { elements.flatMap { $0.allKnown } }

  /// Sizes that the elements stand for, as a shape input gives them.
  ///
  /// With unknown elements, as many unknown sizes as there are elements.
  var sizes: [Dimension]? {
    if let elements { return elements }
    guard let dimensions, dimensions.count == 1, case .known(let count) = dimensions[0],
      0...Inferred.elementLimit ~= count
    else { return nil }
    return Array(repeating: .unknown, count: count)
  }

  private func hasCount(_ count: Int) -> Bool {
    dimensions?.allKnown.map { $0.reduce(1, Dimension.times) == count } ?? false
  }
}

extension Dimension {
  /// The size, if it is known.
  var size: Int? {
    if case .known(let size) = self { size } else { nil }
  }

  /// Whether a declaration means something: a negative size does not, nor does the name `?`, which
  /// exporters give to sizes that have nothing in common.
  var isTold: Bool {
    switch self {
    case .known(let size): size >= 0
    case .named(let name): !name.isEmpty && name != "?"
    case .unknown: false
    }
  }

  /// A product that is -1 where it does not fit.
  fileprivate static func times(_ left: Int, _ right: Int) -> Int {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? -1 : product
  }

  /// What is known of a size that two sources tell.
  func merged(with other: Dimension) -> Dimension {
    switch (self, other) {
    case (.known, _): self
    case (_, .known): other
    case (.named, _): self
    default: other
    }
  }

  /// What two sources agree on.
  func common(with other: Dimension) -> Dimension { self == other ? self : .unknown }

  /// The product, if it is a number or one of the two.
  static func * (left: Dimension, right: Dimension) -> Dimension {
    switch (left, right) {
    case (.known(0), _), (_, .known(0)): return .known(0)
    case (.known(1), let other), (let other, .known(1)): return other
    case (.known(let a), .known(let b)):
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? .unknown : .known(product)
    default: return .unknown
    }
  }

  /// The sum, if it is a number or one of the two.
  static func + (left: Dimension, right: Dimension) -> Dimension {
    switch (left, right) {
    case (.known(0), let other), (let other, .known(0)): return other
    case (.known(let a), .known(let b)):
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? .unknown : .known(sum)
    default: return .unknown
    }
  }

  /// The difference, if it is a number or the left one.
  static func - (left: Dimension, right: Dimension) -> Dimension {
    switch (left, right) {
    case (let other, .known(0)): return other
    case (.known(let a), .known(let b)):
      let (difference, overflow) = a.subtractingReportingOverflow(b)
      return overflow ? .unknown : .known(difference)
    case (.named(let a), .named(let b)) where a == b: return .known(0)
    default: return .unknown
    }
  }

  /// The quotient rounded towards 0, if it is a number or the left one.
  static func / (left: Dimension, right: Dimension) -> Dimension {
    switch (left, right) {
    case (let other, .known(1)): return other
    case (.known(let a), .known(let b)) where b != 0:
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      return overflow ? .unknown : .known(quotient)
    default: return .unknown
    }
  }
}

extension ElementType {
  /// Whether a number is one of an integer or boolean type's.
  fileprivate func holds(_ value: Int) -> Bool {
    switch self {
    case .int64: true
    case .int32: Int32(exactly: value) != nil
    case .int16: Int16(exactly: value) != nil
    case .int8: Int8(exactly: value) != nil
    case .uint64: value >= 0
    case .uint32: UInt32(exactly: value) != nil
    case .uint16: UInt16(exactly: value) != nil
    case .uint8: UInt8(exactly: value) != nil
    case .bool: value == 0 || value == 1
    default: false
    }
  }
}

extension Array where Element == Dimension {
  /// The sizes, if every one is known.
  var allKnown: [Int]? {
    let sizes = compactMap(\.size)
    return sizes.count == count ? sizes : nil
  }

  /// The number of elements.
  var product: Dimension { reduce(.known(1), *) }

  /// The dimensions as messages print them: `2x3xbatch`.
  var text: String {
    isEmpty ? "scalar" : map(\.description).joined(separator: "x")
  }
}
