import PressKernels
import PressTensor
import PressTestSupport
import Testing

private func map(
  _ function: UnaryKernel, _ input: [Float], kernels: KernelTable, threads: Int = 1
) -> [Float] {
  output(input.count, kernels: kernels, threads: threads) { workspace, output in
    workspace.map(
      function, count: input.count, input: .constant(FloatBuffer(input)), output: output)
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
    layout: AxisLayout(outer: 2, axis: 3, inner: 1),
    input: .constant(FloatBuffer([1000, 1000, 1000, 0, 0.69314718, -1000])), output: target)
  let third: Float = 1 / 3
  let expected: [Float] = [third, third, third, third, 2 * third, 0]
  #expect(zip(workspace.floats(target), expected).allSatisfy { ($0 - $1).magnitude < 1e-6 })
}
