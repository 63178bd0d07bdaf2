/// The stable name of a weight: it survives renaming, rewriting and a round trip through a file.
public struct WeightID: Hashable, Sendable, Comparable {
  /// The number, unique within a model.
  public let number: UInt32

  /// Wraps a number.
  public init(_ number: UInt32) {
    self.number = number
  }

  /// Orders by number.
  public static func < (left: WeightID, right: WeightID) -> Bool { left.number < right.number }
}

/// The streams of a weight, decoded from their coding but still in their compressed form.
public struct WeightContents: Sendable {
  /// One bit per element, lowest bit first, row-major; `nil` where the support is dense.
  public var mask: Storage?
  /// The kept elements, packed, row-major; or their codebook indices, one byte each.
  public var values: Storage
  /// The codebook's entries as elements of the weight's type; `nil` for plain values.
  public var codebook: Storage?

  /// Takes the streams as they are.
  public init(mask: Storage? = nil, values: Storage, codebook: Storage? = nil) {
    self.mask = mask
    self.values = values
    self.codebook = codebook
  }
}

/// Whoever can produce a weight's streams: a file that holds them, a pass that computes them.
public protocol WeightSource: Sendable {
  /// Reads, decodes or computes the streams. Called each time they are needed; nothing is cached.
  func load() throws -> WeightContents
}

/// A constant tensor as *support x values x coding*; its streams are produced on demand.
public struct Weight: Sendable {
  /// The stable id.
  public let id: WeightID
  /// The tensor's name: an initializer's own, or a Constant node's output value.
  public var name: String
  /// The type of the elements.
  public let elementType: ElementType
  /// The shape of the dense tensor.
  public let shape: Shape
  /// Where the stored elements are.
  public let support: Support
  /// How the stored elements are held.
  public let values: Values
  /// How the streams are to be written.
  public var coding: Coding
  /// The ids of the weights that this one was made from; empty if it came from the source.
  public var origins: [WeightID]
  /// The number of decoded elements other than 0, where someone has already counted them.
  public var knownNonzeros: Int?
  package let source: any WeightSource

  /// Describes a weight whose streams `source` will produce.
  public init(
    id: WeightID, name: String, elementType: ElementType, shape: Shape, support: Support = .dense,
    values: Values = .plain, coding: Coding = .raw, origins: [WeightID] = [],
    knownNonzeros: Int? = nil, source: any WeightSource
  ) {
    self.id = id
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.support = support
    self.values = values
    self.coding = coding
    self.origins = origins
    self.knownNonzeros = knownNonzeros
    self.source = source
  }

  /// The streams, produced now.
  public func contents() throws -> WeightContents { try source.load() }
}

/// Streams that are already there.
public struct LoadedWeight: WeightSource {
  private let contents: WeightContents

  /// Wraps the streams.
  public init(_ contents: WeightContents) {
    self.contents = contents
  }

  /// The streams.
  public func load() -> WeightContents { contents }
}

extension Weight {
  /// A dense tensor in its own type.
  ///
  /// Checks the byte count; strings may have any.
  public init(
    id: WeightID, name: String, elementType: ElementType, shape: Shape, dense bytes: Storage
  ) throws(TensorError) {
    if let expected = try elementType.byteCount(shape.count), expected != bytes.byteCount {
      throw .byteCount(expected: expected, found: bytes.byteCount)
    }
    self.init(
      id: id, name: name, elementType: elementType, shape: shape,
      source: LoadedWeight(WeightContents(values: bytes)))
  }

  /// A tensor whose elements all equal `element`, which holds one element's bytes.
  public init(
    id: WeightID, name: String, elementType: ElementType, shape: Shape,
    repeating element: [UInt8]
  ) throws(TensorError) {
    let width = try elementType.byteCount(1) ?? element.count
    guard element.count == width else {
      throw .byteCount(expected: width, found: element.count)
    }
    self.init(
      id: id, name: name, elementType: elementType, shape: shape, values: .codebook(bits: 0),
      source: LoadedWeight(WeightContents(values: .empty, codebook: Storage(element))))
  }
}
