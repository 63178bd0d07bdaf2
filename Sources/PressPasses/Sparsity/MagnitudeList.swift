import PressKernels
import PressTensor

/// The keys of a weight's stored elements, whatever form they are held in.
struct MagnitudeList: Sendable {
  /// Elements that one thread counts at a time: a multiple of the bits of a byte.
  private static let chunk = 1 << 21

  /// What keys are bits of.
  let form: Magnitude.Form
  /// The number of stored elements.
  let count: Int
  private let type: ElementType
  private let elements: Storage
  /// Whether every stored element is the only one of `elements`.
  private let isUniform: Bool
  private let threads: Int

  /// Reads a weight whose type has magnitudes.
  init(
    _ weight: Weight, _ contents: WeightContents, _ form: Magnitude.Form, threads: Int = 1
  ) throws(TensorError) {
    self.form = form
    self.threads = threads
    type = weight.elementType
    count = weight.keptCount(contents.mask)
    isUniform = weight.values == .codebook(bits: 0) && weight.parts.count == 1
    elements =
      isUniform ? contents.codebook ?? .empty : try weight.storedElements(contents)
    let expected = try type.byteCount(isUniform ? 1 : count) ?? 0
    guard elements.byteCount == expected else {
      throw .byteCount(expected: expected, found: elements.byteCount)
    }
  }

  /// Calls `body` with the place among the stored elements and the key of each.
  @inline(__always)
  func forEach(_ body: (Int, UInt64) -> Void) {
    elements.withBytes { span in
      guard isUniform else {
        return Magnitude.forEach(type, form, in: span, 0..<count, body)
      }
      Magnitude.forEach(type, form, in: span, 0..<1) { _, key in
        for index in 0..<count { body(index, key) }
      }
    }
  }

  /// Adds to a histogram of the 16 bits above `shift`, of the keys whose bits above those are
  /// `prefix`'s.
  func count(prefix: UInt64, shift: Int, into histogram: inout [Int]) throws {
    let settled: UInt64 = shift + 16 >= form.bits ? 0 : .max << UInt64(shift + 16)
    if isUniform {
      let key = uniformKey
      if key & settled == prefix { histogram[Int(key >> UInt64(shift) & 0xFFFF)] += count }
      return
    }
    let parts = try chunks { span, range -> [UInt32] in
      if isSimple {
        let numbers = span.extracting((4 * range.lowerBound)..<(4 * range.upperBound))
        return shift == 0
          ? Selecting.lowerCounts(numbers, upper: UInt32(truncatingIfNeeded: prefix >> 16))
          : Selecting.upperCounts(numbers)
      }
      var counts = [UInt32](repeating: 0, count: 1 << 16)
      Magnitude.forEach(type, form, in: span, range) { _, key in
        if key & settled == prefix { counts[Int(key >> UInt64(shift) & 0xFFFF)] += 1 }
      }
      return counts
    }
    for counts in parts {
      for (bucket, count) in counts.enumerated() where count > 0 { histogram[bucket] += Int(count) }
    }
  }

  /// How many keys are 0, below `key`, and equal to it.
  func ranks(_ key: UInt64) throws -> (zeros: Int, below: Int, equal: Int) {
    if isUniform {
      let found = uniformKey
      return (found == 0 ? count : 0, found < key ? count : 0, found == key ? count : 0)
    }
    let parts = try chunks { span, range -> (zeros: Int, below: Int, equal: Int) in
      if isSimple {
        return Selecting.ranks(
          span.extracting((4 * range.lowerBound)..<(4 * range.upperBound)),
          key: UInt32(truncatingIfNeeded: key))
      }
      var ranks = (zeros: 0, below: 0, equal: 0)
      Magnitude.forEach(type, form, in: span, range) { _, found in
        if found == 0 { ranks.zeros += 1 }
        if found < key { ranks.below += 1 }
        if found == key { ranks.equal += 1 }
      }
      return ranks
    }
    return parts.reduce((0, 0, 0)) { ($0.0 + $1.zeros, $0.1 + $1.below, $0.2 + $1.equal) }
  }

  /// A bit for each stored element: whether it is not 0, its key is at least `key`, and it is not
  /// one of the first `ties` with that key.
  func mask(from key: UInt64, ties: Int) throws -> [UInt8] {
    if isSimple, ties == 0 {
      let parts = try chunks { span, range in
        Selecting.mask(
          span.extracting((4 * range.lowerBound)..<(4 * range.upperBound)),
          key: UInt32(truncatingIfNeeded: key), ties: 0)
      }
      return parts.count == 1 ? parts[0] : Array(parts.joined())
    }
    if isSimple {
      return elements.withBytes { span in
        Selecting.mask(span, key: UInt32(truncatingIfNeeded: key), ties: ties)
      }
    }
    var bits = [UInt8](repeating: 0, count: (count + 7) / 8)
    var left = ties
    forEach { index, found in
      guard found != 0, found >= key else { return }
      if found == key, left > 0 {
        left -= 1
      } else {
        bits[index >> 3] |= 1 << UInt8(index & 7)
      }
    }
    return bits
  }

  /// Whether the kernels for float32 do.
  private var isSimple: Bool { type == .float32 && form == .single && !isUniform }

  private var uniformKey: UInt64 {
    var result: UInt64 = 0
    elements.withBytes { span in
      Magnitude.forEach(type, form, in: span, 0..<1) { result = $1 }
    }
    return result
  }

  /// What `body` makes of each chunk, in their order.
  private func chunks<Output: Sendable>(
    _ body: @Sendable (RawSpan, Range<Int>) -> Output
  ) throws -> [Output] {
    let chunk = Self.chunk
    return try Parallel.map((count + chunk - 1) / chunk, threads: threads) { index in
      elements.withBytes { span in
        body(span, (index * chunk)..<min((index + 1) * chunk, count))
      }
    }
  }
}
