import PressTensor

/// A weight of which only some positions along some axes are left; worked out anew each time.
///
/// The result's streams are in the tensor's order: blocks and groups of columns that lose columns are
/// none any more, so a support becomes an unstructured one. Codes, codebooks and scales of the whole
/// tensor stay what they are.
struct SlicedWeight: WeightSource {
  private let base: Weight
  /// For each axis whether a position stays; `nil` where all do.
  private let stays: [[Bool]?]

  /// Whether what is left of a weight can be said in its form: parameters of parts would be cut apart.
  static func canSlice(_ weight: Weight) -> Bool {
    weight.granularity == .tensor && weight.elementType.byteWidth != nil
  }

  /// The weight without the positions of some axes; see `canSlice`.
  static func weight(_ base: Weight, keeping stays: [[Bool]?]) throws(TensorError) -> Weight {
    let sizes = zip(base.shape.dimensions, stays).map { size, stays in
      stays?.count { $0 } ?? size
    }
    return Weight(
      id: base.id, name: base.name, elementType: base.elementType, shape: try Shape(sizes),
      support: base.support == .dense ? .dense : .unstructured, values: base.values,
      coding: base.coding, origins: base.origins, source: SlicedWeight(base: base, stays: stays))
  }

  private init(base: Weight, stays: [[Bool]?]) {
    self.base = base
    self.stays = stays
  }

  func load() throws -> WeightContents {
    let loaded = try base.contents()
    let unit = base.unitBytes
    let stored = base.keptCount(loaded.mask) * unit
    guard unit == 0 || loaded.values.byteCount == stored else {
      throw TensorError.byteCount(expected: stored, found: loaded.values.byteCount)
    }
    let contents = base.ordered(loaded, by: MatrixView(base.shape))
    let mask = contents.mask?.copied()
    var (bits, values): ([UInt8], [UInt8]) = ([], [])
    var (next, place) = (0, 0)
    contents.values.withBytes { span in
      forEachRun { count, isKept in
        for position in 0..<count {
          let isStored = mask.map {
            $0[(place + position) >> 3] >> UInt8((place + position) & 7) & 1 == 1
          }
          if isKept, mask != nil { bits.append(isStored == true ? 1 : 0) }
          guard isStored != false else { continue }
          if isKept {
            for byte in 0..<unit {
              values.append(span.loadLittleEndian(UInt8.self, at: next * unit + byte))
            }
          }
          next += 1
        }
        place += count
      }
    }
    var result = contents
    result.values = Storage(values)
    result.mask = mask.map { _ in Storage(Self.packed(bits)) }
    return result
  }

  /// Calls `body` with the lengths of runs of elements in the tensor's order that stay or go together.
  private func forEachRun(_ body: (Int, Bool) -> Void) {
    let sizes = base.shape.dimensions
    guard base.shape.count > 0 else { return }
    let last = stays.lastIndex { $0 != nil } ?? 0
    let run = sizes.dropFirst(last + 1).reduce(1, *)
    let outer = sizes.prefix(last + 1)
    var position = [Int](repeating: 0, count: outer.count)
    for _ in 0..<outer.reduce(1, *) {
      body(run, zip(position, stays).allSatisfy { $1?[$0] ?? true })
      for axis in position.indices.reversed() {
        position[axis] += 1
        if position[axis] < sizes[axis] { break }
        position[axis] = 0
      }
    }
  }

  private static func packed(_ bits: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for (place, bit) in bits.enumerated() { result[place >> 3] |= bit << UInt8(place & 7) }
    return result
  }
}
