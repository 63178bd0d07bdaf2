import PressKernels
import PressTensor
import PressTestSupport
import Testing

/// Integers near the ends of a type and near zero.
private func edges<Number: FixedWidthInteger>(_ type: Number.Type) -> [Number] {
  let low = (0..<9).map { Number.min &+ Number($0) }
  let high = (0..<9).map { Number.max &- Number($0) }
  let middle = (0..<18).map { (Number(truncatingIfNeeded: $0) &- 9) }
  return low + high + middle
}

private func power<Number: FixedWidthInteger>(_ base: Number, _ exponent: Number) -> Number {
  if exponent < 0 {
    if base == 1 { return 1 }
    guard Number.isSigned, base == 0 &- 1 else { return 0 }
    return exponent % 2 == 0 ? 1 : base
  }
  var (result, factor, rest): (Number, Number, Number) = (1, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result = result &* factor }
    factor = factor &* factor
    rest >>= 1
  }
  return result
}

private func exact<Number: FixedWidthInteger>(
  _ function: BinaryKernel, _ l: Number, _ r: Number
) -> Number {
  let isOverflow = Number.isSigned && l == .min && r == 0 &- 1
  switch function {
  case .add: return l &+ r
  case .sub: return l &- r
  case .mul: return l &* r
  case .div: return r == 0 ? 0 : isOverflow ? l : l / r
  case .pow: return power(l, r)
  case .fmod: return r == 0 || isOverflow ? 0 : l % r
  case .mod:
    let rest = r == 0 || isOverflow ? 0 : l % r
    return rest != 0 && (rest < 0) != (r < 0) ? rest + r : rest
  case .max: return max(l, r)
  case .min: return min(l, r)
  case .prelu: return l < 0 ? l &* r : l
  case .shiftLeft: return r < 0 ? 0 : l << r
  // What comes from the left is a copy of the sign, but all of it only below the number of bits.
  case .shiftRight: return r < 0 || r >= Number.bitWidth ? 0 : l >> r
  case .bitAnd: return l & r
  case .bitOr: return l | r
  case .bitXor: return l ^ r
  }
}

private func checkIntegers<Number: FixedWidthInteger & BitwiseCopyable>(
  _ type: Number.Type, _ element: ElementType
) throws {
  let numbers = edges(type)
  let left = numbers.flatMap { l in numbers.map { _ in l } }
  let right = numbers.flatMap { _ in numbers }
  let layout = try #require(BroadcastLayout(left: [numbers.count, 1], right: [1, numbers.count]))
  for function in BinaryKernel.allCases {
    #expect(function.supports(element))
    let found: [Number] = output(left.count) { workspace, output in
      workspace.combine(
        function, type: element, layout: layout, left: .elements(numbers),
        right: .elements(numbers), output: output)
    }
    let wrong = left.indices.filter { found[$0] != exact(function, left[$0], right[$0]) }
    #expect(wrong.map { "\(left[$0]) \(right[$0])" } == [], "\(function) \(element.name)")
  }
  let unary: [(UnaryKernel, (Number) -> Number)] = [
    (.abs, { $0 < 0 ? 0 &- $0 : $0 }), (.neg, { 0 &- $0 }), (.relu, { max($0, 0) }),
    (.sign, { $0.signum() }), (.bitNot, { ~$0 }),
  ]
  for (function, reference) in unary {
    let found: [Number] = output(numbers.count) { workspace, output in
      workspace.map(
        function, type: element, count: numbers.count, input: .elements(numbers), output: output)
    }
    #expect(found == numbers.map(reference), "\(function) \(element.name)")
  }
  try checkComparisons(numbers, element)
}

private func checkComparisons<Number: Comparable & BitwiseCopyable>(
  _ numbers: [Number], _ element: ElementType
) throws {
  let comparisons: [(ComparisonKernel, (Number, Number) -> Bool)] = [
    (.equal, { $0 == $1 }), (.less, { $0 < $1 }), (.lessOrEqual, { $0 <= $1 }),
    (.greater, { $0 > $1 }), (.greaterOrEqual, { $0 >= $1 }),
  ]
  let count = numbers.count
  let layout = try #require(BroadcastLayout(left: [count, 1], right: [1, count]))
  for (comparison, reference) in comparisons {
    let found: [UInt8] = output(count * count) { workspace, output in
      workspace.compare(
        comparison, type: element, layout: layout, left: .elements(numbers),
        right: .elements(numbers), output: output)
    }
    let expected = numbers.flatMap { l in numbers.map { r in reference(l, r) ? UInt8(1) : 0 } }
    #expect(found == expected, "\(comparison) \(element.name)")
  }
}

@Test("Integers wrap around, and no division traps")
func integers() throws {
  try checkIntegers(Int8.self, .int8)
  try checkIntegers(Int16.self, .int16)
  try checkIntegers(Int32.self, .int32)
  try checkIntegers(Int64.self, .int64)
  try checkIntegers(UInt8.self, .uint8)
  try checkIntegers(UInt16.self, .uint16)
  try checkIntegers(UInt32.self, .uint32)
  try checkIntegers(UInt64.self, .uint64)
}

@Test("Floats of every width are compared, and nothing equals what is not a number")
func floatComparisons() throws {
  let numbers: [Double] = [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0.5, 1024]
  try checkComparisons(numbers, .float64)
  try checkComparisons(numbers.map { Float($0) }, .float32)
  try checkComparisons(numbers.map { Float16($0) }, .float16)
}

@Test("Floats: mod has the sign of the right operand, max and min keep what is not a number")
func floatPairs() throws {
  let numbers: [Float] = [-7, 7, 5.5, -0.25, 3, -3, 0, .infinity, .nan]
  let layout = try #require(BroadcastLayout(left: [9, 1], right: [1, 9]))
  let functions: [(BinaryKernel, (Float, Float) -> Float)] = [
    (.fmod, { $0.truncatingRemainder(dividingBy: $1) }),
    (
      .mod,
      { l, r in
        let rest = l.truncatingRemainder(dividingBy: r)
        return rest != 0 && (rest < 0) != (r < 0) ? rest + r : rest
      }
    ),
    (.max, { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }),
    (.min, { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }), (.prelu, { $0 < 0 ? $0 * $1 : $0 }),
    (.add, { $0 + $1 }), (.div, { $0 / $1 }),
  ]
  for (function, reference) in functions {
    let expected = numbers.flatMap { l in numbers.map { reference(l, $0) } }
    for kernels in KernelTable.available {
      let found: [Float] = output(81, kernels: kernels) { workspace, output in
        workspace.combine(
          function, layout: layout, left: .elements(numbers), right: .elements(numbers),
          output: output)
      }
      let isSame = zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
      #expect(isSame, "\(function) \(kernels.instructionSet)")
    }
    let doubles: [Double] = output(81) { workspace, output in
      workspace.combine(
        function, type: .float64, layout: layout, left: .elements(numbers.map { Double($0) }),
        right: .elements(numbers.map { Double($0) }), output: output)
    }
    let isClose = zip(doubles, expected).allSatisfy {
      Float($0) == $1 || ($0.isNaN && $1.isNaN)
    }
    #expect(isClose, "\(function) float64")
  }
}

@Test("Halves are combined in float32 and rounded once, in rows of any length")
func halfPairs() throws {
  var generator = SeededGenerator(seed: 11)
  for count in [1, 15, 255, 256, 257, 600] {
    let left = randomFloats(count, &generator).map { Float16($0) }
    let right = randomFloats(3, &generator).map { Float16($0) }
    let layout = try #require(BroadcastLayout(left: [1, count], right: [3, 1]))
    let found: [Float16] = output(3 * count) { workspace, output in
      workspace.combine(
        .mul, type: .float16, layout: layout, left: .elements(left), right: .elements(right),
        output: output)
    }
    let expected = right.flatMap { r in left.map { l in Float16(Float(l) * Float(r)) } }
    #expect(found == expected, "\(count)")
  }
}

@Test("Bools have logic, and tests answer with bools")
func bools() throws {
  let layout = try #require(BroadcastLayout(left: [4], right: [4]))
  let tables: [(BinaryKernel, [UInt8])] = [
    (.bitAnd, [0, 0, 0, 1]), (.bitOr, [0, 1, 1, 1]), (.bitXor, [0, 1, 1, 0]),
  ]
  for (function, expected) in tables {
    let found: [UInt8] = output(4) { workspace, output in
      workspace.combine(
        function, type: .bool, layout: layout, left: .elements([0, 0, 1, 1] as [UInt8]),
        right: .elements([0, 1, 0, 1] as [UInt8]), output: output)
    }
    #expect(found == expected)
  }
  #expect(!BinaryKernel.add.supports(.bool) && !UnaryKernel.exp.supports(.int32))
  #expect(!UnaryKernel.bitNot.supports(.float16) && !TestKernel.isNaN.supports(.int8))
  func test(_ test: TestKernel, _ type: ElementType, _ operand: Operand) -> [UInt8] {
    output(4) { workspace, output in
      workspace.test(test, type: type, count: 4, input: operand, output: output)
    }
  }
  let floats: [Float] = [.nan, .infinity, -.infinity, 0]
  for (type, operand) in [
    (ElementType.float32, Operand.elements(floats)),
    (.float64, .elements(floats.map { Double($0) })),
    (.float16, .elements(floats.map { Float16($0) })),
  ] {
    #expect(test(.isNaN, type, operand) == [1, 0, 0, 0])
    #expect(test(.isInfinite(positive: true, negative: true), type, operand) == [0, 1, 1, 0])
    #expect(test(.isInfinite(positive: false, negative: true), type, operand) == [0, 0, 1, 0])
    #expect(test(.isZero, type, operand) == [0, 0, 0, 1])
  }
  #expect(test(.isZero, .bool, .elements([0, 1, 1, 0] as [UInt8])) == [1, 0, 0, 1])
}

private func checkSelection<Number: BinaryInteger & BitwiseCopyable>(_ type: Number.Type) throws {
  let shapes = [[2, 1, 5], [1, 3, 5], [2, 3, 1], [1, 1, 1], [2, 3, 5]]
  for condition in shapes {
    for left in shapes {
      for right in shapes {
        let layout = try #require(BroadcastLayout(shapes: [condition, left, right]))
        let size = (0..<3).map { axis in [condition, left, right].map { $0[axis] }.max() ?? 1 }
        func index(_ place: Int, _ shape: [Int]) -> Int {
          let at = [place / size[2] / size[1], place / size[2] % size[1], place % size[2]]
          return zip(at, shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
        }
        let bools = (0..<condition.reduce(1, *)).map { UInt8($0 * 5 % 3 % 2) }
        let l = (0..<left.reduce(1, *)).map { Number($0) }
        let r = (0..<right.reduce(1, *)).map { Number(100 - $0) }
        let count = size.reduce(1, *)
        let found: [Number] = output(count) { workspace, output in
          workspace.select(
            width: MemoryLayout<Number>.size, layout: layout, condition: .elements(bools),
            left: .elements(l), right: .elements(r), output: output)
        }
        let expected = (0..<count).map {
          bools[index($0, condition)] != 0 ? l[index($0, left)] : r[index($0, right)]
        }
        #expect(found == expected, "\(condition) \(left) \(right)")
      }
    }
  }
}

@Test("Selection broadcasts all three operands, for elements of any width")
func selection() throws {
  try checkSelection(UInt8.self)
  try checkSelection(Int16.self)
  try checkSelection(UInt32.self)
  try checkSelection(Int64.self)
}
