import PressKernels
import PressTensor
import PressTestSupport
import Testing

/// A window by its numbers, whose positions may hang over the end.
private func randomAxis(_ generator: inout SeededGenerator) -> WindowAxis? {
  let kernel = Int.random(in: 1...3, using: &generator)
  let dilation = Int.random(in: 1...2, using: &generator)
  let extent = (kernel - 1) * dilation + 1
  let (begin, end) = (
    Int.random(in: 0..<kernel, using: &generator), Int.random(in: 0..<kernel, using: &generator)
  )
  let input = Int.random(in: extent...(extent + 4), using: &generator)
  let stride = Int.random(in: 1...2, using: &generator)
  return WindowAxis(
    input: input, output: (input + begin + end - extent) / stride + 1, kernel: kernel,
    stride: stride, dilation: dilation, padBegin: begin, padEnd: end)
}

/// The places in a block of a window's elements inside the input, in order; and how many lie in it
/// or in its padding.
private func window(_ axes: [WindowAxis], at position: [Int]) -> (places: [[Int]], padded: Int) {
  var (places, padded) = ([[Int]()], 1)
  for (axis, at) in zip(axes, position) {
    let own = (0..<axis.kernel).map { at * axis.stride + $0 * axis.dilation - axis.padBegin }
    padded *= own.count { $0 < axis.input + axis.padEnd }
    let inside = own.filter { $0 >= 0 && $0 < axis.input }
    places = places.flatMap { place in inside.map { place + [$0] } }
  }
  return (places, padded)
}

/// All positions of axes with as many places, the last axis innermost.
private func positions(_ sizes: [Int]) -> [[Int]] {
  sizes.reduce([[]]) { result, size in result.flatMap { place in (0..<size).map { place + [$0] } } }
}

private func index(_ place: [Int], _ sizes: [Int]) -> Int {
  zip(place, sizes).reduce(0) { $0 * $1.1 + $1.0 }
}

@Test("Windows of one to three axes are pooled channels-last as in planes")
func channelsLast() throws {
  var generator = SeededGenerator(seed: 51)
  for number in 0..<40 {
    let axes = try (0..<(number % 3 + 1)).map { _ in try #require(randomAxis(&generator)) }
    let sizes = axes.map(\.input)
    let (images, channels) = (2, [1, 15, 16, 17, 64, 83][number % 6])
    let block = sizes.reduce(1, *)
    let input = randomFloats(images * block * channels, &generator)
    for kind in [Workspace.Window.maximum, .average, .averageWithPadding, .sum] {
      var expected: [Double] = []
      for image in 0..<images {
        for position in positions(axes.map(\.output)) {
          let (places, padded) = window(axes, at: position)
          for channel in 0..<channels {
            let elements = places.map {
              Double(input[(image * block + index($0, sizes)) * channels + channel])
            }
            let sum = elements.reduce(0, +)
            switch kind {
            case .maximum: expected.append(elements.max() ?? -.infinity)
            case .average: expected.append(sum / Double(elements.count))
            case .averageWithPadding: expected.append(sum / Double(padded))
            case .sum: expected.append(sum)
            }
          }
        }
      }
      for kernels in KernelTable.available {
        let found: [Float] = output(expected.count, kernels: kernels) { workspace, output in
          workspace.poolChannelsLast(
            kind, images: images, axes: axes, channels: channels, input: .elements(input),
            output: output)
        }
        let isRight = zip(found, expected).allSatisfy { found, exact in
          Double(found) == exact || (found.isNaN && exact.isNaN)
            || (Double(found) - exact).magnitude <= productTolerance(depth: 27, magnitude: 1)
        }
        #expect(isRight, "\(kernels.instructionSet) \(kind) case \(number) of seed 51")
      }
    }
  }
}

private func checkBlocks<Number: BinaryInteger & BitwiseCopyable>(
  _ type: ElementType, _ convert: (Int) -> Number
) throws {
  var generator = SeededGenerator(seed: 52)
  for number in 0..<30 {
    let axes = try (0..<(number % 4 + 1)).map { _ in try #require(randomAxis(&generator)) }
    let sizes = axes.map(\.input)
    let block = sizes.reduce(1, *)
    let input = (0..<(2 * block)).map { _ in convert(Int.random(in: 0...9, using: &generator)) }
    for columnMajor in [false, true] {
      var expected: [(largest: Number, place: Int64)] = []
      for plane in 0..<2 {
        for position in positions(axes.map(\.output)) {
          var best: (Number, Int64)?
          for place in window(axes, at: position).places {
            let value = input[plane * block + index(place, sizes)]
            let own = columnMajor ? index(place.reversed(), sizes.reversed()) : index(place, sizes)
            if best.map({ value > $0.0 }) ?? true { best = (value, Int64(plane * block + own)) }
          }
          expected.append(try #require(best))
        }
      }
      var workspace = Workspace(threads: 2)
      var places = Places()
      let output = places.add(bytes: expected.count * MemoryLayout<Number>.size)
      let indices = places.add(bytes: expected.count * 8)
      workspace.arena.reserve(places.byteCount)
      workspace.poolBlocks(
        .maximum, type: type, planes: 2, axes: axes, input: .elements(input), output: output,
        indices: indices, columnMajor: columnMajor)
      #expect(workspace.elements(output) == expected.map(\.largest), "\(type.name) \(number)")
      #expect(workspace.elements(indices) == expected.map(\.place), "\(type.name) \(number)")
    }
  }
}

@Test("Largest elements of blocks of any rank come with their places")
func blocksWithIndices() throws {
  try checkBlocks(.int8) { Int8($0 - 5) }
  try checkBlocks(.uint8) { UInt8($0 * 25) }
}

@Test("Blocks of floats have maxima, means and sums")
func floatBlocks() throws {
  let axis = try #require(
    WindowAxis(input: 5, output: 3, kernel: 2, stride: 2, dilation: 1, padBegin: 0, padEnd: 1))
  let cases: [(Workspace.Window, [Float])] = [
    (.maximum, [2, 4, 5]), (.average, [1.5, 3.5, 5]), (.averageWithPadding, [1.5, 3.5, 2.5]),
    (.sum, [3, 7, 5]),
  ]
  for (kind, expected) in cases {
    let found: [Float] = output(3) { workspace, output in
      workspace.poolBlocks(
        kind, planes: 1, axes: [axis], input: .elements([1, 2, 3, 4, 5] as [Float]),
        output: output)
    }
    #expect(found == expected, "\(kind)")
  }
  let doubles: [Double] = output(3) { workspace, output in
    workspace.poolBlocks(
      .maximum, type: .float64, planes: 1, axes: [axis],
      input: .elements([1, .nan, 3, 4, 5] as [Double]), output: output)
  }
  #expect(doubles[0].isNaN && doubles[1...] == [4, 5])
}
