import PressKernels
import PressTestSupport
import Testing

/// What a copy by its strides puts where; nil where it writes nothing.
private func reference<Element>(
  _ input: [Element], sizes: [Int], inputStrides: [Int], inputOffset: Int, outputStrides: [Int],
  outputOffset: Int, count: Int
) -> [Element?] {
  var result = [Element?](repeating: nil, count: count)
  for element in 0..<sizes.reduce(1, *) {
    var (rest, from, to) = (element, inputOffset, outputOffset)
    for axis in sizes.indices.reversed() {
      from += rest % sizes[axis] * inputStrides[axis]
      to += rest % sizes[axis] * outputStrides[axis]
      rest /= sizes[axis]
    }
    result[to] = input[from]
  }
  return result
}

private func copied<Element: BitwiseCopyable>(
  _ layout: CopyLayout, _ input: [Element], count: Int, kernels: KernelTable = .best,
  threads: Int = 2
) -> [Element] {
  output(count, kernels: kernels, threads: threads) { workspace, output in
    workspace.copy(
      width: MemoryLayout<Element>.size, layout: layout, input: .elements(input), output: output)
  }
}

private func checkRandomCopies<Element: FixedWidthInteger & BitwiseCopyable>(
  _ type: Element.Type, seed: UInt64
) throws {
  var generator = SeededGenerator(seed: seed)
  for number in 0..<60 {
    let rank = Int.random(in: 0...5, using: &generator)
    let largest = rank <= 2 ? 70 : 7
    let sizes = (0..<rank).map { _ in Int.random(in: 1...largest, using: &generator) }
    var inputStrides = [Int](repeating: 0, count: rank)
    var (step, offset) = (1, 3)
    for axis in Array(0..<rank).shuffled(using: &generator) {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: continue
      case 1:
        inputStrides[axis] = -step
        offset += step * (sizes[axis] - 1)
      default: inputStrides[axis] = step
      }
      step *= sizes[axis]
    }
    var outputStrides = [Int](repeating: 0, count: rank)
    var place = 1
    for axis in (0..<rank).reversed() {
      outputStrides[axis] = place
      place = place * sizes[axis] + Int.random(in: 0...1, using: &generator)
    }
    let input = (0..<(step + 3)).map { _ in Element.random(in: 1...Element.max, using: &generator) }
    let layout = try #require(
      CopyLayout(
        sizes: sizes, inputStrides: inputStrides, inputOffset: offset,
        outputStrides: outputStrides, outputOffset: 2))
    let expected = reference(
      input, sizes: sizes, inputStrides: inputStrides, inputOffset: offset,
      outputStrides: outputStrides, outputOffset: 2, count: place + 2)
    for kernels in KernelTable.available {
      let found = copied(layout, input, count: place + 2, kernels: kernels)
      #expect(found == expected.map { $0 ?? 0 }, "\(kernels.instructionSet) \(number) \(sizes)")
    }
  }
}

@Test("A copy follows its strides for elements of any width, on every instruction set")
func copies() throws {
  try checkRandomCopies(UInt8.self, seed: 21)
  try checkRandomCopies(UInt16.self, seed: 22)
  try checkRandomCopies(UInt32.self, seed: 23)
  try checkRandomCopies(UInt64.self, seed: 24)
}

@Test("Large planes are turned on their side, whatever the threads")
func largeTransposition() throws {
  let input = (0..<(259 * 517)).map { UInt32($0) }
  let layout = try #require(CopyLayout(transposing: [259, 517], by: [1, 0]))
  let expected = (0..<517).flatMap { column in (0..<259).map { input[$0 * 517 + column] } }
  for threads in 1...3 {
    #expect(copied(layout, input, count: input.count, threads: threads) == expected)
  }
}

@Test("Strides that overflow or leave the tensor make no layout")
func impossibleCopies() {
  #expect(CopyLayout(sizes: [2], inputStrides: [-1], outputStrides: [1]) == nil)
  #expect(CopyLayout(sizes: [2], inputStrides: [1], outputStrides: [0]) == nil)
  #expect(CopyLayout(sizes: [3], inputStrides: [.max], outputStrides: [1]) == nil)
  #expect(CopyLayout(sizes: [.max, 3], inputStrides: [1, 1], outputStrides: [1, 1]) == nil)
  let many = [Int](repeating: 2, count: BroadcastLayout.maximumRank + 1)
  let gaps = many.indices.map { 3 << (2 * $0) }
  #expect(CopyLayout(sizes: many, inputStrides: gaps, outputStrides: gaps) == nil)
  #expect(CopyLayout(transposing: [2, 3], by: [0, 0]) == nil)
  // Without elements, strides may overflow.
  #expect(CopyLayout(transposing: [0, 1 << 40, 1 << 40], by: [2, 1, 0]) == nil)
  #expect(CopyLayout(transposing: [0, 2, 3], by: [2, 1, 0])?.count == 0)
}

@Test("Gather takes rows by index, from behind where negative, and says when one is out of range")
func gathering() {
  let input = (0..<24).map { Int16($0) }
  func gathered(_ indices: [Int64]) -> ([Int16], isInside: Bool) {
    var isInside = false
    let rows: [Int16] = output(2 * indices.count * 3) { workspace, output in
      isInside = workspace.gather(
        outer: 2, size: 4, inner: 6, count: indices.count, indices: .elements(indices),
        input: .elements(input), output: output)
    }
    return (rows, isInside)
  }
  let (rows, isInside) = gathered([3, -4])
  #expect(rows == [9, 10, 11, 0, 1, 2, 21, 22, 23, 12, 13, 14] && isInside)
  for outside in [4, -5, Int64.max, Int64.min] {
    let (rows, isInside) = gathered([outside])
    #expect(rows == [0, 0, 0, 0, 0, 0] && !isInside)
  }
  #expect(gathered([]).isInside)
}
