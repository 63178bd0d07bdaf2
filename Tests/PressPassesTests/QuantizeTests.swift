import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Quantize: weights") struct QuantizeTests {
  /// Numbers of both signs, reproducible, some of them 0.
  static func numbers(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      index % 17 == 3 ? 0 : Float.random(in: -1...1, using: &generator) * scale
    }
  }

  static func apply(
    _ pass: Quantize, _ matrix: [Float], columns: Int, threads: Int = 1
  ) throws -> PassResult {
    try pass.apply(
      to: PruneTests.model([matrix], columns: columns), PassContext(threads: threads))
  }

  /// The matrix with its elements in parts: the tensor, rows, or groups of columns.
  static func parts(_ matrix: [Float], columns: Int, _ granularity: Granularity) -> [[Float]] {
    let size: Int
    switch granularity {
    case .tensor: return [matrix]
    case .channel: size = columns
    case .group(let group): size = group
    }
    return stride(from: 0, to: matrix.count, by: columns).flatMap { row in
      stride(from: 0, to: columns, by: size).map { column in
        Array(matrix[(row + column)..<(row + min(column + size, columns))])
      }
    }
  }

  @Test("Symmetric integers are round(w / scale), the scale being the largest magnitude's share")
  func symmetric() throws {
    let matrix = Self.numbers(30 * 70, seed: 1)
    for granularity in [Granularity.tensor, .channel, .group(32)] {
      for bits in 2...8 {
        let pass = Quantize(bits: bits, granularity: granularity)
        let weight = try Self.apply(pass, matrix, columns: 70).model.weights[0]
        #expect(weight.values == .affine(bits: bits) && weight.granularity == granularity)
        let steps = Float(1 << (bits - 1) - 1)
        let expected = Self.parts(matrix, columns: 70, granularity).flatMap { part in
          let scale = (part.map(\.magnitude).max() ?? 0) / steps
          return part.map { ($0 / scale).rounded(.toNearestOrEven) * scale }
        }
        #expect(try weight.floats() == expected, "\(granularity.name), \(bits) bits")
        #expect(try weight.contents().zeroPoints == nil)
      }
    }
  }

  @Test("Asymmetric integers reach from the smallest to the largest, and 0 stays exact")
  func asymmetric() throws {
    let matrix = Self.numbers(20 * 60, seed: 2).map { $0 == 0 ? 0 : $0 * 0.4 + 0.3 }
    for bits in [2, 4, 8] {
      let pass = Quantize(bits: bits, asymmetric: true)
      let weight = try Self.apply(pass, matrix, columns: 60).model.weights[0]
      let highest = Float(1 << bits - 1)
      let expected = Self.parts(matrix, columns: 60, .channel).flatMap { part in
        let (low, high) = (min(part.min() ?? 0, 0), max(part.max() ?? 0, 0))
        let scale = (high - low) / highest
        let zero = min(max((-low / scale).rounded(.toNearestOrEven), 0), highest)
        return part.map { number -> Float in
          let code = (number / scale).rounded(.toNearestOrEven) + zero
          return scale * (min(max(code, 0), highest) - zero)
        }
      }
      let found = try weight.floats()
      #expect(found == expected, "\(bits) bits")
      for (number, value) in zip(matrix, found) where number == 0 { #expect(value == 0) }
      #expect(try weight.contents().zeroPoints?.byteCount == 20)
    }
  }

  @Test("Least squared error: never worse than the whole range, and better where few are far out")
  func leastError() throws {
    var matrix = Self.numbers(8 * 400, seed: 3)
    for row in 0..<8 { matrix[row * 400] = 4 }
    for (bits, asymmetric) in [(4, false), (4, true), (8, false), (3, false)] {
      func error(_ method: Quantize.Method) throws -> Double {
        let pass = Quantize(bits: bits, asymmetric: asymmetric, method: method)
        let found = try Self.apply(pass, matrix, columns: 400).model.weights[0].floats()
        return zip(matrix, found).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      }
      let (whole, least) = (try error(.minmax), try error(.mse))
      #expect(least <= whole)
      if bits == 3 { #expect(least < 0.9 * whole) }
    }
  }

  @Test("Ternary values are those of the closed form, with one scale or two")
  func ternary() throws {
    let matrix = Self.numbers(12 * 50, seed: 4).map { $0 > 0 ? $0 * 2 : $0 }
    for granularity in [Granularity.tensor, .channel] {
      for twoScales in [false, true] {
        let pass = Quantize(to: .ternary, granularity: granularity, twoScales: twoScales)
        let weight = try Self.apply(pass, matrix, columns: 50).model.weights[0]
        #expect(weight.values == .ternary)
        let expected = Self.parts(matrix, columns: 50, granularity).flatMap { part in
          let mean = part.reduce(0) { $0 + Double($1.magnitude) } / Double(part.count)
          let kept = part.map { Double($0.magnitude) > 0.7 * mean ? Double($0) : 0 }
          func scale(_ isIn: (Double) -> Bool) -> Double {
            let side = kept.filter { $0 != 0 && isIn($0) }
            return side.reduce(0) { $0 + $1.magnitude } / Double(max(side.count, 1))
          }
          let positive = scale { twoScales ? $0 > 0 : true }
          let negative = scale { twoScales ? $0 < 0 : true }
          return kept.map { $0 == 0 ? 0 : $0 > 0 ? positive : -negative }
        }
        for (found, exact) in zip(try weight.floats(), expected) {
          #expect((Double(found) - exact).magnitude <= 1e-6 * exact.magnitude)
        }
      }
    }
  }

  @Test("Binary values are signs times the mean magnitude of a row")
  func binary() throws {
    let matrix = Self.numbers(9 * 40, seed: 5)
    let weight = try Self.apply(Quantize(to: .binary), matrix, columns: 40).model.weights[0]
    #expect(weight.values == .binary && weight.granularity == .channel)
    let expected = Self.parts(matrix, columns: 40, .channel).flatMap { part in
      let mean = part.reduce(0) { $0 + Double($1.magnitude) } / 40
      return part.map { $0 < 0 ? -mean : mean }
    }
    for (found, exact) in zip(try weight.floats(), expected) {
      #expect((Double(found) - exact).magnitude <= 1e-6 * exact.magnitude)
    }
  }

  @Test("Fixed point: the largest radix with which the largest element fits")
  func fixed() throws {
    for bits in [4, 8, 9, 12, 16] {
      for scale in [Float(1e-3), 0.9, 1, 300] {
        let matrix = Self.numbers(300, seed: 6, scale: scale)
        let pass = Quantize(to: .fixed, bits: bits)
        let weight = try Self.apply(pass, matrix, columns: 30).model.weights[0]
        guard case .fixed(bits, let radix) = weight.values else {
          Issue.record("\(weight.values)")
          continue
        }
        let limit = Double(1 << (bits - 1))
        func fits(_ radix: Int) -> Bool {
          let step = Double(sign: .plus, exponent: -radix, significand: 1)
          return matrix.allSatisfy {
            (-limit...(limit - 1)).contains((Double($0) / step).rounded(.toNearestOrEven))
          }
        }
        #expect(fits(radix) && !fits(radix + 1), "\(bits) bits, up to \(scale)")
        let step = Float(sign: .plus, exponent: -radix, significand: 1)
        #expect(try weight.floats() == matrix.map { ($0 / step).rounded(.toNearestOrEven) * step })
      }
    }
  }

  @Test("Half precision is the nearest float of 16 bits")
  func halves() throws {
    let matrix = Self.numbers(200, seed: 7)
    let half = try Self.apply(Quantize(to: .fp16), matrix, columns: 20).model.weights[0]
    #expect(half.values == .narrow(.float16))
    #expect(try half.floats() == matrix.map { Float(float16Bits: $0.float16Bits) })
    let brain = try Self.apply(Quantize(to: .bf16), matrix, columns: 20).model.weights[0]
    #expect(try brain.floats() == matrix.map { Float(bfloat16Bits: $0.bfloat16Bits) })
    var large = matrix
    large[7] = 65519
    #expect(try Self.apply(Quantize(to: .fp16), large, columns: 20).layers[0].isChanged)
    large[7] = -65520
    let declined = try Self.apply(Quantize(to: .fp16), large, columns: 20).layers[0]
    #expect(!declined.isChanged && declined.reason.contains("beyond the range of float16"))
  }

  @Test("A support stays, and so do the zeros under it")
  func sparse() throws {
    let matrix = Self.numbers(40 * 50, seed: 8)
    let model = try Prune(ratio: 0.8).apply(
      to: PruneTests.model([matrix], columns: 50), PassContext()
    ).model
    let pruned = try model.weights[0].floats()
    for form in Quantize.Form.allCases {
      let result = try Quantize(to: form).apply(to: model, PassContext())
      let weight = result.model.weights[0]
      #expect(result.layers[0].isChanged && weight.support == .unstructured)
      let found = try weight.floats()
      for (number, value) in zip(pruned, found) where number == 0 { #expect(value == 0) }
      guard form == .int else { continue }
      let expected = Self.parts(pruned, columns: 50, .channel).flatMap { row -> [Float] in
        let scale = (row.map(\.magnitude).max() ?? 0) / 127
        return row.map { scale == 0 ? 0 : ($0 / scale).rounded(.toNearestOrEven) * scale }
      }
      #expect(found == expected)
    }
  }

  @Test("Codes are quantized from what they stand for; a second time changes nothing")
  func repeated() throws {
    let matrix = Self.numbers(30 * 40, seed: 9)
    let first = try Self.apply(Quantize(), matrix, columns: 40).model
    let second = try Quantize().apply(to: first, PassContext())
    #expect(!second.layers[0].isChanged && second.layers[0].reason.contains("not less than"))
    let fewer = try Quantize(bits: 4).apply(to: first, PassContext()).model.weights[0]
    #expect(fewer.values == .affine(bits: 4))
    let decoded = try first.weights[0].floats()
    let direct = try Self.apply(Quantize(bits: 4), decoded, columns: 40).model.weights[0]
    #expect(try fewer.floats() == direct.floats())
  }
}
