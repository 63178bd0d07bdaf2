import PressData
import PressKernels
import PressTensor

/// The work of sharing the values of one weight.
struct SharedLayer: Sendable {
  let base: Weight
  /// The view that the result is to have.
  let layout: MatrixView?
  let bits: Int
  let pass: Share
  let seed: UInt64
  let threads: Int

  /// The weight in its new form, `nil` if it is declined; and why.
  func shared() throws -> (weight: Weight?, reason: String) {
    let type = base.elementType
    guard type.isWide else { return (nil, "elements of type \(type.name)") }
    guard base.shape.count > 0 else { return (nil, "no elements") }
    if base.values == .codebook(bits: 0), base.parts.count == 1 {
      return (nil, "already one entry for all elements")
    }
    let form = base.reformed(
      support: base.support, values: .codebook(bits: bits), granularity: pass.granularity,
      view: layout, source: base.source)
    return type == .float64
      ? try shared(StoredNumbers<UInt64>(base, like: form))
      : try shared(StoredNumbers<UInt32>(base, like: form))
  }

  private func shared<Key: OrderedKey>(
    _ numbers: StoredNumbers<Key>
  ) throws -> (weight: Weight?, reason: String) {
    if let key = numbers.nonFinite {
      throw PassError.elements(
        tensor: base.name, expected: "finite elements", found: "\(key.number)")
    }
    guard !numbers.keys.isEmpty else { return (nil, "no element is stored") }
    let clusters = try clusters(numbers)
    let largest = clusters.reduce(0) { largest, part in
      max(largest, part.entries.first?.magnitude ?? 0, part.entries.last?.magnitude ?? 0)
    }
    let parts = clusters.map { part in
      let entries = pass.codebook.rounded(part.entries, base.elementType, largest: largest)
      return (entries: entries, hasZero: part.hasZero)
    }
    guard parts.allSatisfy({ $0.entries.allSatisfy(\.isFinite) }) else {
      return (nil, "an entry of \(Float(largest)) is beyond the range of half precision")
    }
    let codebooks = Codebooks(parts)
    let size = (packedSize(numbers), packedSize(codebooks, numbers))
    guard size.1 < size.0 else {
      return (
        nil,
        "\(size.1) bytes with \(parts.count * codebooks.entries) entries, not less than \(size.0)"
      )
    }
    let assignment = try CodeAssignment(numbers, codebooks, threads: threads)
    let source = SharedWeight(
      base: base, codebooks: codebooks, granularity: pass.granularity, view: layout)
    return (
      source.weight(knownNonzeros: assignment.nonzeros),
      reason(codebooks, parts.count, assignment, Set(clusters.map(\.kind)))
    )
  }

  /// Parts that are worked on as one item.
  private static let partsOfItem = 16

  private typealias PartClusters = (entries: [Double], hasZero: Bool, kind: Clusters.Kind)

  /// The entries of each part, in double precision.
  private func clusters<Key: OrderedKey>(
    _ numbers: StoredNumbers<Key>
  ) throws -> [PartClusters] {
    let parts = numbers.starts.count - 1
    if parts == 1 { return [try clusters(numbers.keys, part: 0, threads: threads)] }
    let items = (parts + Self.partsOfItem - 1) / Self.partsOfItem
    return try Parallel.map(items, threads: threads) { item in
      try (item * Self.partsOfItem..<min((item + 1) * Self.partsOfItem, parts)).map { part in
        let keys = Array(numbers.keys[numbers.starts[part]..<numbers.starts[part + 1]])
        return try clusters(keys, part: part, threads: 1)
      }
    }.flatMap { $0 }
  }

  private func clusters<Key: OrderedKey>(
    _ keys: [Key], part: Int, threads: Int
  ) throws -> PartClusters {
    var zeros = 0
    for key in keys where key == .ofZero { zeros += 1 }
    let found = try Clusters.find(
      keys, zeros: zeros, count: 1 << bits - (zeros > 0 ? 1 : 0), start: start(part),
      threads: threads)
    return (found.entries, zeros > 0, found.kind)
  }

  private func start(_ part: Int) -> ClusterStart {
    switch pass.initialization {
    case .optimal: .optimal
    case .linear: .linear
    case .density: .density
    case .random: .random(seed: layerSeed &+ UInt64(part))
    }
  }

  /// The seed and the tensor's name (FNV-1a), mixed.
  private var layerSeed: UInt64 {
    let hash = base.name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    var generator = SplitMix(seed: hash ^ seed)
    return generator.next()
  }
}
