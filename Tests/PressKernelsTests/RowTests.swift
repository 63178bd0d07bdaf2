import Foundation
import PressKernels
import PressTensor
import PressTestSupport
import Testing

/// A reduction of doubles by its definition.
private func exact(_ kind: ReductionKernel, _ x: [Double]) -> Double {
  let sum = x.reduce(0, +)
  switch kind {
  case .sum: return sum
  case .mean: return sum / Double(x.count)
  case .prod: return x.reduce(1, *)
  case .max: return x.contains { $0.isNaN } ? .nan : x.max() ?? -.infinity
  case .min: return x.contains { $0.isNaN } ? .nan : x.min() ?? .infinity
  case .l1: return x.reduce(0) { $0 + $1.magnitude }
  case .l2: return x.reduce(0) { $0 + $1 * $1 }.squareRoot()
  case .sumSquare: return x.reduce(0) { $0 + $1 * $1 }
  case .logSum: return log(sum)
  case .logSumExp:
    guard let largest = x.max() else { return -.infinity }
    return largest.isFinite ? largest + log(x.reduce(0) { $0 + exp($1 - largest) }) : largest
  }
}

/// Layouts with rows, columns and edges of blocks of lanes.
private let layouts: [AxisLayout] =
  [0, 1, 15, 16, 17, 33, 63, 64, 65, 130, 300].map { AxisLayout(outer: 3, axis: $0, inner: 1) }
  + [1, 15, 16, 17, 33, 300].map { AxisLayout(outer: 2, axis: 7, inner: $0) }
  + [AxisLayout(outer: 2, axis: 0, inner: 3), AxisLayout(outer: 0, axis: 3, inner: 2)]

extension AxisLayout {
  /// The elements along the axis for each element of the result.
  fileprivate func lines<Element>(_ elements: [Element]) -> [[Element]] {
    (0..<(outer * inner)).map { place in
      let start = place / inner * axis * inner + place % inner
      return (0..<axis).map { elements[start + $0 * inner] }
    }
  }
}

private func reduced<Element: BitwiseCopyable>(
  _ kind: ReductionKernel, _ type: ElementType, _ layout: AxisLayout, _ input: [Element],
  kernels: KernelTable = .best, threads: Int = 2
) -> [Element] {
  output(layout.outer * layout.inner, kernels: kernels, threads: threads) { workspace, output in
    workspace.reduce(
      kind, type: type, layout: layout, input: .elements(input), output: output)
  }
}

@Test("Reductions of floats equal their definitions along rows and columns")
func floatReductions() {
  var generator = SeededGenerator(seed: 31)
  for layout in layouts {
    let input = (0..<layout.count).map { _ in Float.random(in: 0.5...1.5, using: &generator) }
    let doubles = input.map { Double($0) }
    for kind in ReductionKernel.allCases {
      let expected = layout.lines(doubles).map { exact(kind, $0) }
      func isClose(_ found: Double, _ exact: Double, _ precision: Double) -> Bool {
        found == exact || found.isNaN && exact.isNaN
          || (found - exact).magnitude <= Double(layout.axis + 8) * precision * exact.magnitude
      }
      for kernels in KernelTable.available {
        let found = reduced(kind, .float32, layout, input, kernels: kernels)
        let isRight = zip(found, expected).allSatisfy { isClose(Double($0), $1, 0x1p-23) }
        #expect(isRight, "\(kind) \(layout) \(kernels.instructionSet)")
      }
      let wide = reduced(kind, .float64, layout, doubles)
      let isRight = zip(wide, expected).allSatisfy { isClose($0, $1, 0x1p-52) }
      #expect(isRight, "\(kind) \(layout) float64")
    }
  }
}

@Test("Reductions of halves are exact but for one rounding")
func halfReductions() {
  let layout = AxisLayout(outer: 2, axis: 300, inner: 2)
  let input = (0..<layout.count).map { Float16($0 % 7) }
  for kind in [ReductionKernel.sum, .mean, .max, .sumSquare] {
    let expected = layout.lines(input.map { Double($0) }).map { Float16(exact(kind, $0)) }
    #expect(reduced(kind, .float16, layout, input) == expected, "\(kind)")
  }
}

private func checkIntegers<Number: FixedWidthInteger & BitwiseCopyable>(
  _ type: Number.Type, _ element: ElementType
) {
  var generator = SeededGenerator(seed: 32)
  for layout in layouts {
    let input = (0..<layout.count).map { _ in
      Number.random(in: (Number.min / 4)...(Number.max / 4), using: &generator)
    }
    let lines = layout.lines(input)
    let references: [(ReductionKernel, ([Number]) -> Number)] = [
      (.sum, { $0.reduce(0, &+) }), (.prod, { $0.reduce(1, &*) }),
      (.max, { $0.max() ?? .min }), (.min, { $0.min() ?? .max }),
      (.l1, { $0.reduce(0) { $0 &+ ($1 < 0 ? 0 &- $1 : $1) } }),
      (.sumSquare, { $0.reduce(0) { $0 &+ $1 &* $1 } }),
    ]
    for (kind, reference) in references {
      #expect(
        reduced(kind, element, layout, input) == lines.map(reference), "\(kind) \(element.name)")
    }
  }
}

@Test("Integers are reduced in their own type")
func integerReductions() {
  checkIntegers(Int8.self, .int8)
  checkIntegers(UInt8.self, .uint8)
  checkIntegers(Int32.self, .int32)
  checkIntegers(Int64.self, .int64)
  checkIntegers(UInt64.self, .uint64)
  let row = AxisLayout(outer: 1, axis: 4, inner: 1)
  #expect(reduced(.mean, .int32, row, [1, 2, 3, -13] as [Int32]) == [-1])
  #expect(reduced(.l2, .int32, row, [1, 2, 3, 4] as [Int32]) == [5])
  #expect(reduced(.max, .bool, row, [0, 0, 1, 0] as [UInt8]) == [1])
  #expect(reduced(.min, .bool, row, [1, 1, 1, 1] as [UInt8]) == [1])
  #expect(!ReductionKernel.sum.supports(.bool))
}

@Test("What is not a number, and infinities, come through reductions")
func specialReductions() {
  for count in [1, 17, 70] {
    let row = AxisLayout(outer: 1, axis: count, inner: 1)
    var input = [Float](repeating: 1, count: count)
    input[count / 2] = .nan
    for kernels in KernelTable.available {
      for kind in [ReductionKernel.max, .min, .sum, .logSumExp] {
        #expect(reduced(kind, .float32, row, input, kernels: kernels)[0].isNaN, "\(kind)")
      }
      let low = [Float](repeating: -.infinity, count: count)
      #expect(reduced(.logSumExp, .float32, row, low, kernels: kernels) == [-.infinity])
    }
  }
}

@Test("Indices are those of the first or last extreme, what is not a number before all")
func indices() {
  var generator = SeededGenerator(seed: 33)
  for layout in layouts {
    let input = (0..<layout.count).map { _ -> Float in
      let number = Int.random(in: -3...40, using: &generator)
      return number == 40 ? .nan : Float(number / 2)
    }
    for largest in [true, false] {
      for last in [true, false] {
        let expected = layout.lines(input).map { line -> Int64 in
          var best = 0
          for (index, x) in line.enumerated().dropFirst() {
            let isBetter = (largest ? x > line[best] : x < line[best]) || x.isNaN
            let isEqual = x == line[best] || x.isNaN && line[best].isNaN
            if line[best].isNaN ? (x.isNaN && last) : isBetter || (last && isEqual) { best = index }
          }
          return Int64(best)
        }
        func found(_ type: ElementType, _ operand: Operand, _ kernels: KernelTable) -> [Int64] {
          output(expected.count, kernels: kernels) { workspace, output in
            workspace.reduceToIndex(
              ofLargest: largest, last: last, type: type, layout: layout, input: operand,
              output: output)
          }
        }
        for kernels in KernelTable.available {
          #expect(found(.float32, .elements(input), kernels) == expected, "\(layout)")
        }
        #expect(found(.float64, .elements(input.map { Double($0) }), .best) == expected)
      }
    }
  }
}

@Test("Softmax and its logarithm are right along any axis, also in place")
func softmaxOfAxes() {
  var generator = SeededGenerator(seed: 34)
  for layout in layouts {
    let input = (0..<layout.count).map { _ in Float.random(in: -20...20, using: &generator) }
    for logarithm in [false, true] {
      let lines = layout.lines(input.map { Double($0) })
      for kernels in KernelTable.available {
        let found: [Float] = output(layout.count, kernels: kernels) { workspace, output in
          workspace.softmax(
            logarithm: logarithm, layout: layout, input: .elements(input), output: output)
        }
        let isRight = zip(layout.lines(found), lines).allSatisfy { found, line in
          let total = exact(.logSumExp, line)
          return zip(found, line).allSatisfy { y, x in
            let expected = logarithm ? x - total : exp(x - total)
            let bound = logarithm ? 4e-6 : 6e-6 * expected
            return (Double(y) - expected).magnitude <= bound
          }
        }
        #expect(isRight, "\(layout) \(logarithm) \(kernels.instructionSet)")
      }
    }
  }
}

@Test("Axes side by side have a layout, ignoring those of one element")
func axisLayouts() {
  #expect(AxisLayout(shape: [2, 3, 4], axes: [1]) == AxisLayout(outer: 2, axis: 3, inner: 4))
  #expect(AxisLayout(shape: [2, 3, 4], axes: [1, 2]) == AxisLayout(outer: 2, axis: 12, inner: 1))
  #expect(AxisLayout(shape: [2, 1, 4], axes: [0, 2]) == AxisLayout(outer: 1, axis: 8, inner: 1))
  #expect(AxisLayout(shape: [2, 3, 4], axes: [0, 2]) == nil)
  #expect(AxisLayout(shape: [2, 3], axes: []) == AxisLayout(outer: 6, axis: 1, inner: 1))
  #expect(AxisLayout(shape: [1 << 40, 0, 1 << 40, 2], axes: [1])?.count == 0)
}
