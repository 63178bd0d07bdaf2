import PressKernels
import PressTensor
import PressTestSupport
import Testing

/// A tensor (outer, middle, inner) and how it is scaled.
private struct ScalingCase {
  var outer: Int
  var middle: Int
  var inner: Int
  /// Elements that share a scale along the middle axis; 0 for one scale for each index of it, `nil`
  /// for one in all.
  var block: Int?

  var count: Int { outer * middle * inner }

  var layout: ScalingLayout {
    switch block {
    case nil: ScalingLayout(single: count)
    case 0: ScalingLayout(outer: outer, axis: middle, inner: inner)
    case let block?: ScalingLayout(outer: outer, axis: middle, inner: inner, block: block)
    }
  }

  /// Which scale an element has.
  func scale(_ index: Int) -> Int {
    let (o, m, i) = (index / inner / middle, index / inner % middle, index % inner)
    switch block {
    case nil: return 0
    case 0: return m
    case let block?:
      let blocks = (middle + block - 1) / block
      return (o * blocks + m / block) * inner + i
    }
  }

  static var all: [ScalingCase] {
    var cases: [ScalingCase] = []
    for (outer, middle, inner) in [
      (1, 1, 1), (2, 5, 7), (3, 17, 1), (1, 4, 300), (4, 1, 3), (1, 40_000, 1), (0, 3, 2),
    ] {
      for block in [nil, 0, 1, 3, 4] {
        cases.append(ScalingCase(outer: outer, middle: middle, inner: inner, block: block))
      }
    }
    return cases
  }
}

private func elements(_ generator: inout SeededGenerator, _ count: Int) -> [Float] {
  (0..<count).map { _ in
    // Halves are frequent, so that rounding to even shows.
    Float(Int.random(in: -2000...2000, using: &generator)) / 8
  }
}

@Test(
  "Quantizing divides, rounds to even and forces into the range, whichever elements share a scale",
  arguments: [ElementType.int8, .uint8, .int16, .uint16])
func quantizing(type: ElementType) {
  var generator = SeededGenerator(seed: 31)
  let lowest = type == .int8 ? -128 : type == .int16 ? -32768 : 0
  let highest = lowest + (type.byteWidth == 1 ? 255 : 65535)
  for item in ScalingCase.all {
    let layout = item.layout
    let steps: [Float] = [0.25, 0.5, 1, 3]
    let scales = (0..<layout.scaleCount).map { _ in steps[Int.random(in: 0..<4, using: &generator)]
    }
    let zeros = scales.map { _ in Int32.random(in: (lowest < 0 ? -9 : 0)...9, using: &generator) }
    let x = elements(&generator, item.count)
    let expected = x.indices.map { index in
      let place = item.scale(index)
      let quotient = (x[index] / scales[place]).rounded(.toNearestOrEven)
      return min(max(Int(quotient) + Int(zeros[place]), lowest), highest)
    }
    for kernels in KernelTable.available {
      var workspace = Workspace(threads: 2, kernels: kernels)
      var places = Places()
      let output = places.add(bytes: item.count * (type.byteWidth ?? 1))
      workspace.arena.reserve(places.byteCount)
      workspace.quantize(
        layout, scales: FloatBuffer(scales), zeros: AlignedBuffer(zeros), from: .float32, to: type,
        input: .constant(FloatBuffer(x)), output: output)
      let bytes = workspace.arena.copy(of: output)
      let found = bytes.withSpan { integers(type, in: $0) }
      #expect(found == expected, "\(kernels.instructionSet) \(item)")
    }
  }
}

@Test("Dequantizing subtracts the zero point and multiplies, whichever elements share a scale")
func dequantizing() {
  var generator = SeededGenerator(seed: 32)
  for item in ScalingCase.all {
    let layout = item.layout
    let scales = randomFloats(layout.scaleCount, &generator)
    let zeros = scales.map { _ in Int32.random(in: -128...127, using: &generator) }
    let x = (0..<item.count).map { _ in Int8.random(in: -128...127, using: &generator) }
    let expected = x.indices.map { index in
      Float(Int32(x[index]) - zeros[item.scale(index)]) * scales[item.scale(index)]
    }
    for kernels in KernelTable.available {
      var workspace = Workspace(threads: 2, kernels: kernels)
      var places = Places()
      let output = places.add(floats: item.count)
      workspace.arena.reserve(places.byteCount)
      workspace.dequantize(
        layout, scales: FloatBuffer(scales), zeros: AlignedBuffer(zeros), from: .int8,
        to: .float32, input: .bytes(AlignedBuffer(x.map { UInt8(bitPattern: $0) })),
        output: output)
      #expect(workspace.floats(output) == expected, "\(kernels.instructionSet) \(item)")
    }
  }
}

@Test("What is not a number becomes the lowest integer, and is no extreme")
func notANumber() {
  for kernels in KernelTable.available {
    var workspace = Workspace(kernels: kernels)
    var places = Places()
    let output = places.add(bytes: 20)
    workspace.arena.reserve(places.byteCount)
    var elements = [Float](repeating: 1, count: 20)
    (elements[0], elements[17], elements[19]) = (.nan, .infinity, -2)
    let input = Operand.constant(FloatBuffer(elements))
    workspace.quantize(
      ScalingLayout(single: 20), scales: FloatBuffer([1]), zeros: AlignedBuffer([3]),
      from: .float32, to: .uint8, input: input, output: output)
    let bytes = workspace.arena.copy(of: output)
    #expect(bytes[0] == 0 && bytes[1] == 4 && bytes[17] == 255 && bytes[19] == 1)
    elements[17] = 5
    let extremes = workspace.extremes(of: .constant(FloatBuffer(elements)))
    #expect(extremes.smallest == -2 && extremes.largest == 5)
  }
}

private func integers(_ type: ElementType, in span: RawSpan) -> [Int] {
  let width = type.byteWidth ?? 1
  return (0..<(span.byteCount / width)).map { index in
    switch type {
    case .int8: Int(span.loadLittleEndian(Int8.self, at: index))
    case .int16: Int(span.loadLittleEndian(Int16.self, at: 2 * index))
    case .uint16: Int(span.loadLittleEndian(UInt16.self, at: 2 * index))
    default: Int(span.loadLittleEndian(UInt8.self, at: index))
    }
  }
}
