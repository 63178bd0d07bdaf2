import PressCoding
import PressTensor

/// A weight without some of its stored elements; worked out anew each time it is asked for.
struct SparsifiedWeight: WeightSource {
  /// Which stored elements go.
  enum Rule: Sendable {
    /// Those below a key, zeros, and the first so many equal to the key.
    case magnitude(key: UInt64, ties: Int)
    /// Those all of whose bits are 0: nothing is lost, -0 stays.
    case zeroBits
  }

  let base: Weight
  let rule: Rule
  /// Whether the result has a support, or stays dense with zeros.
  let isSparse: Bool

  func load() throws -> WeightContents {
    let contents = try base.contents()
    let keeps = try kept(contents)
    guard let width = base.elementType.byteWidth else { return contents }
    guard isSparse else {
      var bytes = try base.decoded(from: contents).copied()
      precondition(contents.mask == nil, "what has a support keeps one")
      for (index, isKept) in keeps.enumerated() where !isKept {
        for byte in (index * width)..<((index + 1) * width) { bytes[byte] = 0 }
      }
      return WeightContents(values: Storage(bytes))
    }
    let mask = narrowed(contents.mask, keeps)
    let unit = base.values == .plain ? width : 1
    let values: Storage
    if base.values == .codebook(bits: 0) {
      values = .empty
    } else {
      values = contents.values.withBytes { span in
        var bytes: [UInt8] = []
        bytes.reserveCapacity(span.byteCount)
        for (index, isKept) in keeps.enumerated() where isKept {
          for byte in 0..<unit {
            bytes.append(span.loadLittleEndian(UInt8.self, at: index * unit + byte))
          }
        }
        return Storage(bytes)
      }
    }
    return WeightContents(mask: Storage(mask), values: values, codebook: contents.codebook)
  }

  /// For each stored element, whether it stays.
  private func kept(_ contents: WeightContents) throws(TensorError) -> [Bool] {
    switch rule {
    case .zeroBits:
      guard base.values == .plain, let width = base.elementType.byteWidth else {
        return [Bool](repeating: true, count: base.shape.count)
      }
      return contents.values.withBytes { span in
        (0..<(span.byteCount / width)).map { index in
          (0..<width).contains { span.loadLittleEndian(UInt8.self, at: index * width + $0) != 0 }
        }
      }
    case .magnitude(let key, let ties):
      let list = try MagnitudeList(base, contents)
      var keeps = [Bool](repeating: true, count: list.count)
      // Elements that are not stored are 0 and come first among those that tie with 0.
      var left = ties
      list.forEach { index, magnitude in
        if magnitude == 0 || magnitude < key {
          keeps[index] = false
        } else if magnitude == key, left > 0 {
          keeps[index] = false
          left -= 1
        }
      }
      return keeps
    }
  }

  /// The old mask without the bits of the stored elements that go.
  private func narrowed(_ mask: Storage?, _ keeps: [Bool]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: (base.shape.count + 7) / 8)
    guard let mask else {
      for (position, isKept) in keeps.enumerated() where isKept {
        result[position >> 3] |= 1 << UInt8(position & 7)
      }
      return result
    }
    var next = 0
    mask.withBytes { span in
      span.forEachSetBit { position in
        if keeps[next] { result[position >> 3] |= 1 << UInt8(position & 7) }
        next += 1
      }
    }
    return result
  }
}

extension SparsifiedWeight {
  /// The weight under a rule, with a support if that is the smaller way to write it under `coding`.
  static func smaller(_ base: Weight, _ rule: Rule, coding: Coding) throws -> Weight {
    let sparse = weight(base, rule, isSparse: true, coding)
    if base.values != .plain || base.support != .dense { return sparse }
    let dense = weight(base, rule, isSparse: false, coding)
    let sparseSize = try StoredWeight(sparse, sparse.contents()).byteCount
    let denseSize = try StoredWeight(dense, dense.contents()).byteCount
    return sparseSize < denseSize ? sparse : dense
  }

  private static func weight(
    _ base: Weight, _ rule: Rule, isSparse: Bool, _ coding: Coding
  ) -> Weight {
    Weight(
      id: base.id, name: base.name, elementType: base.elementType, shape: base.shape,
      support: isSparse ? .unstructured : .dense, values: isSparse ? base.values : .plain,
      coding: coding, origins: base.origins,
      source: SparsifiedWeight(base: base, rule: rule, isSparse: isSparse))
  }
}
