import PressKernels
import PressTensor
import PressTestSupport
import Testing

private func map(
  _ function: UnaryKernel, _ input: [Float], kernels: KernelTable, threads: Int = 1
) -> [Float] {
  var workspace = Workspace(threads: threads, kernels: kernels)
  var places = Places()
  let output = places.add(floats: input.count)
  workspace.arena.reserve(places.byteCount)
  workspace.map(
    function, count: input.count, input: .constant(FloatBuffer(input)), output: output)
  return workspace.floats(output)
}

private let known: [UnaryKernel: [(Float, Float)]] = [
  .abs: [(-2, 2), (3, 3)], .ceil: [(1.2, 2), (-1.2, -1)], .cos: [(0, 1), (1, 0.54030231)],
  .erf: [(0.5, 0.52049988), (-0.5, -0.52049988)], .exp: [(1, 2.7182818), (-1, 0.36787944)],
  .floor: [(1.2, 1), (-1.2, -2)], .log: [(2, 0.69314718)], .neg: [(2, -2)],
  .reciprocal: [(4, 0.25)], .relu: [(-1, 0), (2, 2)],
  .round: [(0.5, 0), (1.5, 2), (2.5, 2), (-1.4, -1)], .sigmoid: [(0, 0.5), (1, 0.73105858)],
  .sign: [(-3, -1), (0, 0), (5, 1)], .sin: [(1, 0.84147098)],
  .softplus: [(0, 0.69314718), (100, 100), (-100, 0)], .softsign: [(1, 0.5), (-3, -0.75)],
  .sqrt: [(9, 3)], .tan: [(1, 1.5574077)], .tanh: [(1, 0.76159416)],
]

@Test("Each function of one element gives its known values in every lane")
func unaryFunctions() {
  for function in UnaryKernel.allCases {
    let pairs = known[function, default: []]
    #expect(!pairs.isEmpty)
    for kernels in KernelTable.available {
      for (x, y) in pairs {
        let output = map(function, [Float](repeating: x, count: 33), kernels: kernels)
        let isClose = output.allSatisfy { ($0 - y).magnitude <= 2e-7 * max(1, y.magnitude) }
        #expect(isClose, "\(function)(\(x)) \(kernels.instructionSet)")
      }
    }
  }
}

@Test("relu keeps what is not a number, and many elements are shared between threads")
func reluOfMany() {
  let input = (0..<50_000).map { Float($0 - 25_000) }
  #expect(map(.relu, input, kernels: .best, threads: 3) == input.map { max($0, 0) })
  #expect(map(.relu, [.nan], kernels: .best)[0].isNaN)
}

@Test(
  "Two operands are broadcast as numpy does",
  arguments: [
    ([2, 3], [2, 3]), ([2, 3], [1, 3]), ([2, 1], [1, 3]), ([1, 1], [2, 3]),
    ([2, 3, 4, 5], [1, 3, 1, 1]), ([1, 3, 1, 5], [2, 1, 4, 1]), ([0, 3], [1, 3]), ([], []),
  ])
func broadcasting(left: [Int], right: [Int]) throws {
  let layout = try #require(BroadcastLayout(left: left, right: right))
  let output = zip(left, right).map { $0 == 1 ? $1 : $0 }
  func index(_ position: Int, _ dimensions: [Int]) -> Int {
    var (rest, result, step) = (position, 0, 1)
    for (size, own) in zip(output, dimensions).reversed() {
      if own != 1 { result += rest % size * step }
      rest /= size
      step *= own
    }
    return result
  }
  let l = (0..<left.reduce(1, *)).map { Float($0 + 1) }
  let r = (0..<right.reduce(1, *)).map { Float(10 * $0 + 3) }
  let functions: [(BinaryKernel, (Float, Float) -> Float)] = [
    (.add, { $0 + $1 }), (.sub, { $0 - $1 }), (.mul, { $0 * $1 }), (.div, { $0 / $1 }),
  ]
  for (function, reference) in functions {
    var workspace = Workspace(threads: 2)
    var places = Places()
    let count = output.reduce(1, *)
    let target = places.add(floats: count)
    workspace.arena.reserve(places.byteCount)
    workspace.combine(
      function, layout: layout, left: .constant(FloatBuffer(l)),
      right: .constant(FloatBuffer(r)), output: target)
    let expected = (0..<count).map { reference(l[index($0, left)], r[index($0, right)]) }
    #expect(workspace.floats(target) == expected)
  }
}

@Test("pow raises the left operand to the right")
func power() throws {
  var workspace = Workspace()
  var places = Places()
  let target = places.add(floats: 3)
  workspace.arena.reserve(places.byteCount)
  let layout = try #require(BroadcastLayout(left: [3], right: [1]))
  workspace.combine(
    .pow, layout: layout, left: .constant(FloatBuffer([1, 2, 3])),
    right: .constant(FloatBuffer([2])), output: target)
  #expect(workspace.floats(target) == [1, 4, 9])
}

@Test("Shapes that do not go together have no layout")
func noBroadcast() {
  #expect(BroadcastLayout(left: [2, 3], right: [2, 4]) == nil)
  #expect(BroadcastLayout(left: [2, 3], right: [3]) == nil)
}

@Test("Softmax rows sum to 1 and large inputs do not overflow")
func softmax() {
  var workspace = Workspace(threads: 2)
  var places = Places()
  let target = places.add(floats: 6)
  workspace.arena.reserve(places.byteCount)
  workspace.softmax(
    rows: 2, count: 3, input: .constant(FloatBuffer([1000, 1000, 1000, 0, 0.69314718, -1000])),
    output: target)
  let third: Float = 1 / 3
  let expected: [Float] = [third, third, third, third, 2 * third, 0]
  #expect(zip(workspace.floats(target), expected).allSatisfy { ($0 - $1).magnitude < 1e-6 })
}

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
