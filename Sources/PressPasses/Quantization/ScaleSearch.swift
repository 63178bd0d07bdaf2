import PressKernels
import PressTensor

extension NumberKernels.Integers {
  /// Integers whose ends stand for the ends of a range; 0 stands for itself.
  ///
  /// Symmetric ones run from -(2^(bits-1) - 1) to 2^(bits-1) - 1 around the middle code, the largest
  /// magnitude being the end; others use all codes. A range of nothing but 0 has a scale of 1, and no
  /// scale is below the least normal number.
  init(covering range: NumberKernels.Range, bits: Int, isSymmetric: Bool) {
    let highest = 1 << bits - 1
    let middle = 1 << (bits - 1)
    let steps = Float(isSymmetric ? middle - 1 : highest)
    // Halves can't overflow where their difference would.
    let width = isSymmetric ? range.magnitude / steps : Self.width(range, steps)
    let scale = width == 0 ? 1 : max(width, .leastNormalMagnitude)
    var zero = middle
    if !isSymmetric {
      let place = (-range.smallest / scale).rounded(.toNearestOrEven)
      zero = Int(min(max(place, 0), Float(highest)))
    }
    self.init(scale: scale, zero: zero, range: (isSymmetric ? 1 : 0)...highest)
  }

  private static func width(_ range: NumberKernels.Range, _ steps: Float) -> Float {
    let difference = range.largest - range.smallest
    return difference.isFinite
      ? difference / steps : range.largest / steps - range.smallest / steps
  }
}

extension FixedPoint {
  /// The largest radix with which a range fits into so many bits.
  static func radix(covering range: NumberKernels.Range, bits: Int) -> Int {
    let limit = Float(1 << (bits - 1))
    func fits(_ radix: Int) -> Bool {
      let step = Float(sign: .plus, exponent: -radix, significand: 1)
      return (range.largest / step).rounded(.toNearestOrEven) <= limit - 1
        && (range.smallest / step).rounded(.toNearestOrEven) >= -limit
    }
    guard range.magnitude > 0 else { return bits - 1 }
    var radix = min(bits - 1 - Int(range.magnitude.exponent), 126)
    while !fits(radix) { radix -= 1 }
    return radix
  }
}

/// The search for scales with the least squared error.
struct ScaleSearch {
  let elements: PartedElements
  let ranges: [NumberKernels.Range]
  let threads: Int

  /// Shares of the range that are tried, the whole of it first.
  private static let shares = (0...64).map { 1 - Float($0) / 80 }

  /// For each part the integers with the least error, of those that cover the range and those that
  /// cut it off; the wider one of two as good.
  func best(
    _ whole: [NumberKernels.Integers], bits: Int
  ) throws -> [NumberKernels.Integers] {
    let isSymmetric = whole.first?.range.lowerBound == 1
    let choices = ranges.map { range in
      Self.shares.map { share in
        var cut = range
        cut.smallest *= share
        cut.largest *= share
        return NumberKernels.Integers(covering: cut, bits: bits, isSymmetric: isSymmetric)
      }
    }
    return zip(choices, try leastErrors(choices)).map { $0[$1] }
  }

  /// The radix with the least error, of the one that covers the range and the next four.
  func bestRadix(from radix: Int, bits: Int) throws -> Int {
    let choices = (radix...min(radix + 4, 126)).map {
      NumberKernels.Integers.fixed(bits: bits, radix: $0)
    }
    return radix + (try leastErrors([choices])[0])
  }

  /// The place of each part's best choice.
  private func leastErrors(_ choices: [[NumberKernels.Integers]]) throws -> [Int] {
    let none = [Double](repeating: 0, count: choices[0].count)
    let errors = try elements.reduced(none, threads: threads) { kernels, part, span in
      choices[part].map { kernels.error(of: $0, on: span) }
    } join: { sums, more in
      for place in sums.indices { sums[place] += more[place] }
    }
    return errors.map { errors in
      errors.indices.reduce(0) { errors[$1] < errors[$0] ? $1 : $0 }
    }
  }
}
