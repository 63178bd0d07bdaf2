import PressKernels
import PressTensor
import Testing

@Test("Every 16-bit float is widened exactly")
func widening() throws {
  let bytes = (0...UInt16.max).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
  let halves = bytes.withSpan { FloatBuffer(converting: $0, from: .float16, count: 65536) }
  let brains = bytes.withSpan { FloatBuffer(converting: $0, from: .bfloat16, count: 65536) }
  let float16 = try #require(halves).array()
  let bfloat16 = try #require(brains).array()
  var wrong: [UInt16] = []
  for bits in 0...UInt16.max {
    let half = Float(Float16(bitPattern: bits))
    let isSame =
      half.isNaN ? float16[Int(bits)].isNaN : float16[Int(bits)].bitPattern == half.bitPattern
    if !isSame || bfloat16[Int(bits)].bitPattern != UInt32(bits) << 16 { wrong.append(bits) }
  }
  #expect(wrong == [])
}

@Test("Doubles are rounded, and other types or wrong lengths are refused")
func converting() {
  var bytes: [UInt8] = []
  bytes.appendLittleEndian(0.1.bitPattern)
  let double = bytes.withSpan { FloatBuffer(converting: $0, from: .float64, count: 1) }
  #expect(double?.array() == [0.1])
  for (type, count) in [(ElementType.int32, 2), (.float32, 1), (.float32, 3), (.int4, 16)] {
    let buffer = bytes.withSpan { FloatBuffer(converting: $0, from: type, count: count) }
    #expect(buffer == nil, "\(type)")
  }
}

private func cast<From: BitwiseCopyable, To: BitwiseCopyable>(
  _ input: [From], _ from: ElementType, _ to: ElementType, as type: To.Type,
  kernels: KernelTable = .best
) -> [To] {
  output(input.count, kernels: kernels) { workspace, output in
    workspace.cast(
      from: from, to: to, count: input.count, input: .elements(input), output: output)
  }
}

/// The 16 bits of the nearest bfloat16, ties to even.
private func bfloat16(_ x: Double) -> UInt16 {
  if x.isNaN { return 0x7FC0 }
  let sign: UInt16 = x.sign == .minus ? 0x8000 : 0
  let magnitude = x.magnitude
  var (low, high): (UInt16, UInt16) = (0, 0x7F80)
  func value(_ bits: UInt16) -> Double {
    bits == 0x7F80 ? 0x1p128 : Double(Float(bitPattern: UInt32(bits) << 16))
  }
  if magnitude >= 0x1p128 { return sign | 0x7F80 }
  while high - low > 1 {
    let middle = (low + high) / 2
    if value(middle) <= magnitude { low = middle } else { high = middle }
  }
  let (below, above) = (magnitude - value(low), value(high) - magnitude)
  return sign | (below < above || (below == above && low % 2 == 0) ? low : high)
}

/// Doubles that are halves, lie between two halves, or very near there.
private let halfway: [Double] = (0..<UInt16(0x7C00)).filter { $0 % 61 == 0 }.flatMap { bits in
  let low = Double(Float16(bitPattern: bits))
  let high = bits == 0x7BFF ? 65536 : Double(Float16(bitPattern: bits + 1))
  let middle = (low + high) / 2
  return [low, middle, middle.nextUp, middle.nextDown, -middle, -middle.nextUp]
}

@Test("Narrowing rounds once, to nearest even, from every type")
func narrowing() {
  let special: [Double] = [.nan, .infinity, -.infinity, 65519.999, 65520, 1e300, -1e-300, 0, -0.0]
  let doubles = halfway + special
  let floats = doubles.map { Float($0) }
  for kernels in KernelTable.available {
    let wide = cast(doubles, .float64, .float16, as: Float16.self, kernels: kernels)
    let narrow = cast(floats, .float32, .float16, as: Float16.self, kernels: kernels)
    let brains = cast(doubles, .float64, .bfloat16, as: UInt16.self, kernels: kernels)
    let short = cast(floats, .float32, .bfloat16, as: UInt16.self, kernels: kernels)
    var wrong: [Double] = []
    for (index, x) in doubles.enumerated() {
      func isHalf(_ found: Float16, _ expected: Float16) -> Bool {
        found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN)
      }
      func isBrain(_ found: UInt16, _ x: Double) -> Bool {
        x.isNaN ? found & 0x7FFF > 0x7F80 : found == bfloat16(x)
      }
      if !isHalf(wide[index], Float16(x)) || !isHalf(narrow[index], Float16(floats[index]))
        || !isBrain(brains[index], x) || !isBrain(short[index], Double(floats[index]))
      {
        wrong.append(x)
      }
    }
    #expect(wrong == [], "\(kernels.instructionSet)")
  }
  let integers: [Int64] = [0, 1, 2049, 2051, -65519, 65520, .max, .min, (1 << 60) + (1 << 52) + 1]
  #expect(cast(integers, .int64, .float16, as: Float16.self) == integers.map { Float16($0) })
  // One above a tie of bfloat16, which float64 can't hold.
  let above = (Int64(1) << 60) + (1 << 52) + 1
  #expect(cast([above], .int64, .bfloat16, as: UInt16.self) == [0x5D81])
}

private func checkCasts<Number: FixedWidthInteger & BitwiseCopyable>(
  _ type: Number.Type, _ element: ElementType
) {
  let integers: [Int64] = [0, 1, -1, 127, 128, 255, 256, -129, 40000, .max, .min, 1 << 40]
  let doubles: [Double] = [
    0, -0.9, 0.9, 1.5, -1.5, 127.9, 128, 255.5, 256, -129, 1e5, -1e5, 2147483647.5, 4294967295.5,
    9.3e18, 1.9e19, -1e30, .infinity, -.infinity, .nan, 0x1p-1074,
  ]
  #expect(
    cast(integers, .int64, element, as: type) == integers.map { Number(truncatingIfNeeded: $0) })
  func saturated(_ x: Double) -> Number {
    if x.isNaN { return 0 }
    return Number(exactly: x.rounded(.towardZero)) ?? (x < 0 ? .min : .max)
  }
  #expect(cast(doubles, .float64, element, as: type) == doubles.map(saturated))
  let floats = doubles.map { Float($0) }
  #expect(
    cast(floats, .float32, element, as: type) == floats.map { saturated(Double($0)) })
  let halves = doubles.map { Float16($0) }
  #expect(
    cast(halves, .float16, element, as: type) == halves.map { saturated(Double($0)) })
  let numbers = integers.map { Number(truncatingIfNeeded: $0) }
  #expect(cast(numbers, element, .float64, as: Double.self) == numbers.map { Double($0) })
  #expect(cast(numbers, element, .float32, as: Float.self) == numbers.map { Float($0) })
  #expect(
    cast(numbers, element, .int64, as: Int64.self)
      == numbers.map { Int64(truncatingIfNeeded: $0) })
  #expect(cast(numbers, element, .bool, as: UInt8.self) == numbers.map { $0 == 0 ? 0 : 1 })
  #expect(cast([0, 1] as [UInt8], .bool, element, as: type) == [0, 1])
}

@Test("Casts truncate, saturate floats and drop the high bits of integers")
func casts() {
  checkCasts(Int8.self, .int8)
  checkCasts(Int16.self, .int16)
  checkCasts(Int32.self, .int32)
  checkCasts(Int64.self, .int64)
  checkCasts(UInt8.self, .uint8)
  checkCasts(UInt16.self, .uint16)
  checkCasts(UInt32.self, .uint32)
  checkCasts(UInt64.self, .uint64)
  let floats: [Float] = [0, -0.0, 0.1, .nan, -.infinity]
  #expect(cast(floats, .float32, .bool, as: UInt8.self) == [0, 0, 1, 1, 1])
  let same = cast(floats, .float32, .float32, as: Float.self)
  #expect(same.map(\.bitPattern) == floats.map(\.bitPattern))
  #expect(cast([0.1, 1e300], .float64, .float32, as: Float.self) == [0.1, .infinity])
}
