import Foundation
import PressKernels
import PressTensor
import Testing

/// Functions in double precision, by their definitions in ONNX.
private func exact(_ function: UnaryKernel, _ x: Double, _ alpha: Double, _ beta: Double) -> Double
{
  func unitClip(_ x: Double) -> Double { x.isNaN ? x : min(max(x, 0), 1) }
  switch function {
  case .acos: return acos(x)
  case .acosh: return acosh(x)
  case .affine: return alpha * x + beta
  case .asin: return asin(x)
  case .asinh: return asinh(x)
  case .atan: return atan(x)
  case .atanh: return atanh(x)
  case .ceil: return x.rounded(.up)
  case .celu: return x < 0 ? alpha * expm1(x / alpha) : x
  case .clip: return x.isNaN ? x : min(max(x, alpha), beta)
  case .cos: return cos(x)
  case .cosh: return cosh(x)
  case .elu: return x < 0 ? alpha * expm1(x) : x
  case .erf: return erf(x)
  case .exp: return exp(x)
  case .floor: return x.rounded(.down)
  case .gelu: return 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
  case .geluTanh:
    return 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  case .hardSigmoid: return unitClip(alpha * x + beta)
  case .hardSwish: return x * unitClip(x / 6 + 0.5)
  case .leakyRelu: return x < 0 ? alpha * x : x
  case .log: return log(x)
  case .mish: return x * tanh(log1p(exp(x)))
  case .reciprocal: return 1 / x
  case .round: return x.rounded(.toNearestOrEven)
  case .scaledHardSwish: return alpha * x * unitClip(x / 6 + 0.5) + beta
  case .selu: return beta * (x > 0 ? x : alpha * expm1(x))
  case .shrink: return x < -alpha ? x + beta : x > alpha ? x - beta : 0
  case .sigmoid: return 1 / (1 + exp(-x))
  case .sin: return sin(x)
  case .sinh: return sinh(x)
  case .softplus: return max(x, 0) + log1p(exp(-x.magnitude))
  case .softsign: return x / (1 + x.magnitude)
  case .sqrt: return x.squareRoot()
  case .swish: return x / (1 + exp(-alpha * x))
  case .tan: return tan(x)
  case .tanh: return tanh(x)
  case .thresholdedRelu: return x <= alpha ? 0 : x
  case .abs: return x.magnitude
  case .neg: return -x
  case .relu: return x < 0 ? 0 : x
  case .sign: return x > 0 ? 1 : x < 0 ? -1 : x
  case .bitNot: return .nan
  }
}

/// Parameters that a function is usual with, exact in float32.
private func parameters(_ function: UnaryKernel) -> (alpha: Double, beta: Double) {
  switch function {
  case .affine, .scaledHardSwish: (1.25, -0.5)
  case .celu: (1.5, 0)
  case .clip: (-1, 2)
  case .hardSigmoid: (Double(Float(0.2)), 0.5)
  case .leakyRelu: (Double(Float(0.01)), 0)
  case .selu: (Double(Float(1.6732632)), Double(Float(1.050701)))
  case .shrink: (0.5, 0.25)
  default: (1, 0)
  }
}

/// Floats of every exponent and sign, zeros, infinities and what is no number among them.
private func samples(step: UInt32) -> [Float] {
  let dense = stride(from: 0, through: UInt32.max - step, by: Int(step)).map {
    Float(bitPattern: $0)
  }
  let special: [Float] = [
    0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0.5, -0.5, 1.5,
    2.5, 88.72, 88.73, -103.9, -104, -150, 0x1p20, 0x1.000002p20, 0x1p23, 8388609,
  ]
  return dense + special
}

private func isRight(_ y: Float, _ expected: Double, within bound: Double) -> Bool {
  if y.isNaN || expected.isNaN { return y.isNaN && expected.isNaN }
  let rounded = Float(expected)
  if y == rounded { return true }
  // The largest number and infinity are neighbours.
  let found = y.isInfinite ? Double(y.sign == .minus ? -0x1p128 : 0x1p128) : Double(y)
  guard expected.isFinite else { return false }
  return (found - expected).magnitude <= bound
}

@Test("Functions of float32 keep their error bounds over all floats, on every instruction set")
func functionErrors() {
  let input = samples(step: 65_521)
  for function in UnaryKernel.allCases where function.supports(.float32) {
    let (alpha, beta) = parameters(function)
    let expected = input.map { exact(function, Double($0), alpha, beta) }
    for kernels in KernelTable.available {
      let found: [Float] = output(input.count, kernels: kernels) { workspace, output in
        workspace.map(
          function, count: input.count, alpha: alpha, beta: beta,
          input: .constant(FloatBuffer(input)), output: output)
      }
      var wrong: [Float] = []
      for index in input.indices {
        let bound = function.error(
          at: Double(input[index]), result: expected[index], alpha: alpha)
        if !isRight(found[index], expected[index], within: bound) { wrong.append(input[index]) }
      }
      #expect(wrong == [], "\(function) \(kernels.instructionSet)")
    }
  }
}

@Test("Zeros keep their sign where functions are odd")
func signedZeros() {
  let odd: [UnaryKernel] = [
    .sin, .tan, .tanh, .erf, .round, .floor, .ceil, .softsign, .sign, .sqrt, .elu, .asin, .atan,
  ]
  for function in odd {
    for kernels in KernelTable.available {
      let found: [Float] = output(2, kernels: kernels) { workspace, output in
        workspace.map(
          function, count: 2, alpha: 1, input: .constant(FloatBuffer([0, -0.0])), output: output)
      }
      #expect(found.map(\.sign) == [.plus, .minus], "\(function) \(kernels.instructionSet)")
    }
  }
}

@Test("An element's result does not depend on its place, the count or the threads")
func placeDoesNotMatter() {
  let input = samples(step: 40_000_003)
  for function in UnaryKernel.allCases where function.supports(.float32) {
    for kernels in KernelTable.available {
      let whole: [Float] = output(input.count, kernels: kernels) { workspace, output in
        workspace.map(
          function, count: input.count, alpha: 1, beta: 1, input: .constant(FloatBuffer(input)),
          output: output)
      }
      for count in [0, 1, 15, 16, 17, 33] {
        let part: [Float] = output(count, kernels: kernels) { workspace, output in
          workspace.map(
            function, count: count, alpha: 1, beta: 1,
            input: .constant(FloatBuffer(Array(input.suffix(count)))), output: output)
        }
        let isSame = zip(part, whole.suffix(count)).allSatisfy { $0.bitPattern == $1.bitPattern }
        #expect(isSame, "\(function) \(kernels.instructionSet) \(count)")
      }
    }
  }
}

@Test("Functions of float64, float16 and bfloat16 are those of float32 in their precision")
func otherFloats() {
  let input = samples(step: 50_000_017)
  for function in UnaryKernel.allCases where function.supports(.float32) {
    let (alpha, beta) = parameters(function)
    #expect(function.supports(.float64) && function.supports(.float16))
    let doubles: [Double] = output(input.count) { workspace, output in
      workspace.map(
        function, type: .float64, count: input.count, alpha: alpha, beta: beta,
        input: .elements(input.map { Double($0) }), output: output)
    }
    let halves = input.map { Float16($0) }
    let wide: [Float] = output(input.count) { workspace, output in
      workspace.map(
        function, count: input.count, alpha: alpha, beta: beta,
        input: .constant(FloatBuffer(halves.map { Float($0) })), output: output)
    }
    let narrow: [Float16] = output(input.count) { workspace, output in
      workspace.map(
        function, type: .float16, count: input.count, alpha: alpha, beta: beta,
        input: .elements(halves), output: output)
    }
    for (index, x) in input.enumerated() {
      let expected = exact(function, Double(x), alpha, beta)
      let close = 1e-14 * max(expected.magnitude, x.magnitude.isFinite ? Double(x.magnitude) : 1, 1)
      let isClose =
        doubles[index] == expected || (doubles[index].isNaN && expected.isNaN)
        || (doubles[index] - expected).magnitude <= close
      #expect(isClose, "\(function) float64 \(x)")
      let rounded = Float16(wide[index])
      let isSame = narrow[index] == rounded || (narrow[index].isNaN && rounded.isNaN)
      #expect(isSame, "\(function) float16 \(x)")
    }
  }
}

@Test("Powers are rounded from exact ones, whatever the signs, zeros and infinities")
func powers() throws {
  let bases: [Float] =
    [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, 2, -2, 0.5, -0.5, 3, -3, 0x1p-140, -0x1p-140,
      1e30,
    ]
    + (0..<50).map { Float($0) * 0.37 - 9 }
  let exponents: [Float] =
    [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 2, 3, -3, 0.5, -0.5, 0x1p24, 16_777_215, 1e30]
    + (0..<40).map { Float($0) * 0.71 - 14 }
  let layout = try #require(
    BroadcastLayout(left: [bases.count, 1], right: [1, exponents.count]))
  for kernels in KernelTable.available {
    let found: [Float] = output(layout.count, kernels: kernels) { workspace, output in
      workspace.combine(
        .pow, layout: layout, left: .elements(bases), right: .elements(exponents), output: output)
    }
    var wrong: [String] = []
    for (index, y) in found.enumerated() {
      let (x, power) = (bases[index / exponents.count], exponents[index % exponents.count])
      let expected = pow(Double(x), Double(power))
      let bound = 0.51 * Double(max(Float(expected).ulp, .leastNonzeroMagnitude))
      let hasSign = y.isNaN || y.sign == expected.sign
      if !isRight(y, expected, within: bound) || !hasSign { wrong.append("\(x)^\(power) = \(y)") }
    }
    #expect(wrong == [], "\(kernels.instructionSet)")
  }
}
