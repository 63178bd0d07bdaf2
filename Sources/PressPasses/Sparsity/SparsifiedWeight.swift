import PressCoding
import PressKernels
import PressTensor

/// A weight without some of its stored elements; worked out anew each time it is asked for.
///
/// Codes, codebooks, scales and parts stay what they are; only what is stored gets less.
struct SparsifiedWeight: WeightSource {
  /// Which stored elements stay.
  typealias Rule = SparsityRule

  let base: Weight
  let rule: Rule
  /// Whether the result has a support, or stays dense with zeros.
  let isSparse: Bool
  /// The order of the result's streams; `nil` for the base's own.
  var view: MatrixView?
  /// Whether places that the rule keeps but the base does not store hold stored zeros.
  var fillsZeros = false

  func load() throws -> WeightContents {
    let (base, contents) = try ordered()
    let places = try rule.places(base, contents, view: view)
    guard isSparse else { return try zeroed(base, contents, outside: places) }
    var result = contents
    let unit = base.unitBytes
    if let mask = contents.mask?.copied() {
      let kept = fillsZeros ? places : zip(places, mask).map { $0 & $1 }
      result.values = Storage(try gathered(base, contents, from: mask, under: kept))
      result.mask = Storage(kept)
    } else {
      if unit > 0 {
        result.values = Storage(
          contents.values.withBytes { span in
            Selecting.elements(span, width: unit, under: places.rawSpan)
          })
      }
      result.mask = Storage(places)
    }
    return result
  }

  /// The base and its streams in the result's order.
  private func ordered() throws -> (Weight, WeightContents) {
    let contents = try base.contents()
    let stored = base.keptCount(contents.mask) * base.unitBytes
    guard base.unitBytes == 0 || contents.values.byteCount == stored else {
      throw TensorError.byteCount(expected: stored, found: contents.values.byteCount)
    }
    guard let view else { return (base, contents) }
    let weight = base.reformed(
      support: base.support, values: base.values, granularity: base.granularity, view: view,
      source: base.source)
    return (weight, base.ordered(contents, by: view))
  }

  /// The stored units of a dense base, those outside some places being the one for 0.
  private func zeroed(
    _ base: Weight, _ contents: WeightContents, outside places: [UInt8]
  ) throws -> WeightContents {
    guard contents.mask == nil, let zeros = try base.zeroUnits(contents) else {
      preconditionFailure("what has a support keeps one, and needs a code for 0")
    }
    let (unit, parts) = (base.unitBytes, base.parts)
    var bytes = contents.values.copied()
    var (part, end) = (0, 0)
    for place in 0..<base.shape.count where places[place >> 3] >> UInt8(place & 7) & 1 == 0 {
      if place >= end { (part, end) = parts.part(at: place) }
      for byte in 0..<unit { bytes[place * unit + byte] = zeros[part][byte] }
    }
    var result = contents
    result.values = Storage(bytes)
    return result
  }

  /// The units at some places of a sparse base, those that it does not store being the one for 0.
  private func gathered(
    _ base: Weight, _ contents: WeightContents, from mask: [UInt8], under places: [UInt8]
  ) throws -> [UInt8] {
    let (unit, parts) = (base.unitBytes, base.parts)
    let zeros = fillsZeros ? try base.zeroUnits(contents) : nil
    var values: [UInt8] = []
    values.reserveCapacity(places.rawSpan.setBitCount * unit)
    var next = 0
    contents.values.withBytes { span in
      for index in places.indices {
        var bits = mask[index] | places[index]
        while bits != 0 {
          let bit = bits & (0 &- bits)
          bits ^= bit
          let isStored = mask[index] & bit != 0
          if places[index] & bit != 0 {
            if isStored {
              for byte in 0..<unit {
                values.append(span.loadLittleEndian(UInt8.self, at: next * unit + byte))
              }
            } else if let zeros {
              values += zeros[parts.part(at: index * 8 + bit.trailingZeroBitCount).part]
            }
          }
          if isStored { next += 1 }
        }
      }
    }
    return values
  }
}

extension SparsifiedWeight {
  /// The weight under an unstructured rule, with a support if that is the smaller way to write it
  /// under `coding`.
  ///
  /// - Parameter nonzeros: the elements that stay, if they have been counted.
  static func smaller(
    _ base: Weight, _ rule: Rule, coding: Coding, nonzeros: Int? = nil
  ) throws -> Weight {
    func weight(isSparse: Bool) -> Weight {
      var weight = base.reformed(
        support: isSparse ? .unstructured : .dense, values: base.values,
        granularity: base.granularity, view: base.view, knownNonzeros: nonzeros,
        source: SparsifiedWeight(base: base, rule: rule, isSparse: isSparse))
      weight.coding = coding
      return weight
    }
    let sparse = weight(isSparse: true)
    if base.support != .dense { return sparse }
    if coding == .raw, let nonzeros, isSurelySmaller(base, kept: nonzeros) { return sparse }
    guard base.unitBytes > 0, try base.zeroUnits(base.contents()) != nil else { return sparse }
    let dense = weight(isSparse: false)
    let sparseSize = try StoredWeight(sparse, sparse.contents()).byteCount
    let denseSize = try StoredWeight(dense, dense.contents()).byteCount
    return sparseSize < denseSize ? sparse : dense
  }

  /// Whether a bitmap and the elements under it take less than all elements, uncoded.
  private static func isSurelySmaller(_ base: Weight, kept: Int) -> Bool {
    let count = base.shape.count
    let bits = base.values.codeBits ?? 8 * base.unitBytes
    return (kept * bits + 7) / 8 + (count + 7) / 8 < count * bits / 8
  }

  /// The weight under a structured rule, its streams row after row of a view.
  ///
  /// Places that are kept and were not stored hold stored zeros; where the values have no code for 0
  /// the support is unstructured instead and marks the fewer elements that are stored.
  static func structured(
    _ base: Weight, _ rule: Rule, view: MatrixView
  ) throws -> Weight {
    let fillsZeros = base.support == .dense ? true : try base.zeroUnits(base.contents()) != nil
    return base.reformed(
      support: fillsZeros ? rule.support : .unstructured, values: base.values,
      granularity: base.granularity, view: view,
      source: SparsifiedWeight(
        base: base, rule: rule, isSparse: true, view: view, fillsZeros: fillsZeros))
  }
}
