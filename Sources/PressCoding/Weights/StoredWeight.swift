package import PressTensor

/// A weight's streams in the order they are written, with what is needed to read them.
package struct StoredWeight: Sendable {
  /// The type of the elements.
  package var elementType: ElementType
  /// The number of elements of the dense tensor.
  package var count: Int
  /// How the support is written.
  package var support: SupportForm
  /// Which elements a support may keep: dense, unstructured, groups or blocks.
  package var structure: Support
  /// The number of stored elements.
  package var kept: Int
  /// How the values are held.
  package var values: Values
  /// Which elements share the parameters of the values.
  package var granularity: Granularity
  /// The matrix that structure and granularity speak of, and row after row of which the elements
  /// stand; `nil` for the tensor's own order.
  package var view: MatrixView?
  /// The number of entries of each codebook, 0 without one.
  package var entries: Int
  /// Whether elements stand as one stream for each of their bytes.
  package var hasPlanes: Bool
  /// Whether codebooks and scales stand in float16, which loses nothing.
  package var hasHalves: Bool
  /// Whether the parts have zero points of their own.
  package var hasZeroPoints: Bool
  /// The bytes of all strings together, lengths included; only for strings.
  package var stringBytes: Int
  /// Support, codebooks, scales, zero points, values: those that there are.
  package var streams: [StoredStream]

  /// A dense weight of plain values without its streams.
  package init(elementType: ElementType, count: Int) {
    self.elementType = elementType
    self.count = count
    (support, structure, kept) = (.dense, .dense, count)
    (values, granularity, view, entries) = (.plain, .tensor, nil, 0)
    (hasPlanes, hasHalves, hasZeroPoints) = (false, false, false)
    (stringBytes, streams) = (0, [])
  }

  /// The bytes of all streams.
  package var byteCount: Int { streams.reduce(0) { $0 + $1.bytes.byteCount } }

  /// The parts of the weight that have parameters of their own.
  package var parts: WeightParts { WeightParts(granularity, count: count, view: view) }

  /// The one coding that streams have beside raw; auto if there are several.
  package var coding: Coding {
    let codings = Set(streams.map(\.coding)).subtracting([.raw])
    return codings.count > 1 ? .auto : codings.first ?? .raw
  }

  /// Whether only readers of the container's second version know how the weight is written.
  package var needsVersion2: Bool {
    if structure.isStructured || support == .positions { return true }
    if view != nil || hasHalves || streams.contains(where: { $0.coding.isRecent }) { return true }
    switch values {
    case .plain, .codebook: return false
    case .narrow, .fixed, .affine, .ternary, .binary: return true
    }
  }
}

extension Coding {
  /// Whether version 1 of the container does without it.
  fileprivate var isRecent: Bool { self == .rans || self == .deflate }
}
