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
///
/// Elements stand in the order of the tensor; where the weight has a view, row after row of it.
public struct WeightContents: Sendable {
  /// One bit per element, lowest bit first; `nil` where the support is dense.
  public var mask: Storage?
  /// The stored elements, packed; or their codes, one byte each, two (lower first) for codes of more
  /// than 8 bits.
  public var values: Storage
  /// The codebook's entries as elements of the weight's type, those of each part in turn, as many for
  /// each; `nil` unless the values are a codebook.
  public var codebook: Storage?
  /// One float32 for each part of affine and binary values, two for ternary ones (first that of the
  /// negative elements); `nil` for all others.
  public var scales: Storage?
  /// The code that stands for 0 in each part, one byte each; `nil` where that is 2^(bits-1), and for
  /// values that are not affine.
  public var zeroPoints: Storage?

  /// Takes the streams as they are.
  public init(
    mask: Storage? = nil, values: Storage, codebook: Storage? = nil, scales: Storage? = nil,
    zeroPoints: Storage? = nil
  ) {
    self.mask = mask
    self.values = values
    self.codebook = codebook
    self.scales = scales
    self.zeroPoints = zeroPoints
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
  /// Which elements share the parameters of the values.
  public let granularity: Granularity
  /// The matrix whose rows and columns the support and the granularity speak of, and row after row
  /// of which the streams hold the elements; `nil` for the tensor's own order.
  public let view: MatrixView?
  /// How the streams are to be written.
  public var coding: Coding
  /// The ids of the weights that this one was made from; empty if it came from the source.
  public var origins: [WeightID]
  /// The number of decoded elements other than 0, where someone has already counted them.
  public var knownNonzeros: Int?
  package let source: any WeightSource

  /// Describes a weight whose streams `source` will produce.
  ///
  /// A support or a granularity of rows and columns needs the view that they speak of.
  public init(
    id: WeightID, name: String, elementType: ElementType, shape: Shape, support: Support = .dense,
    values: Values = .plain, granularity: Granularity = .tensor, view: MatrixView? = nil,
    coding: Coding = .raw, origins: [WeightID] = [], knownNonzeros: Int? = nil,
    source: any WeightSource
  ) {
    self.id = id
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.support = support
    self.values = values
    self.granularity = granularity
    self.view = view
    self.coding = coding
    self.origins = origins
    self.knownNonzeros = knownNonzeros
    self.source = source
  }

  /// The same tensor in another form, whose streams `source` will produce.
  public func reformed(
    support: Support, values: Values, granularity: Granularity = .tensor, view: MatrixView? = nil,
    knownNonzeros: Int? = nil, source: any WeightSource
  ) -> Weight {
    Weight(
      id: id, name: name, elementType: elementType, shape: shape, support: support, values: values,
      granularity: granularity, view: view, coding: coding, origins: origins,
      knownNonzeros: knownNonzeros, source: source)
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
