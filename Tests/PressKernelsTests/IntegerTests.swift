import PressKernels
import PressTestSupport
import Testing

/// A product or convolution of integers with everything that goes into it.
private struct IntegerCase {
  var images: Int
  var groups = 1
  var channels: Int
  var columns: Int
  var axes: [WindowAxis] = []
  var xIsSigned: Bool
  var wIsSigned: Bool
  /// Elements as numbers: x (images, places, channels), w (columns, channels, window) by group.
  var x: [Int] = []
  var w: [Int] = []
  var xZeros: [Int] = [0]
  var wZeros: [Int] = []
  var bias: [Int]?

  var taps: Int { axes.reduce(1) { $0 * $1.kernel } }
  var depth: Int { taps * channels }
  /// The elements of a line of the window, where they lie side by side; else all.
  var run: Int {
    groups == 1 && axes.last?.dilation ?? 1 == 1 ? (axes.last?.kernel ?? 1) * channels : depth
  }

  mutating func fill(_ generator: inout SeededGenerator, extreme: Bool = false) {
    func numbers(_ count: Int, _ isSigned: Bool) -> [Int] {
      let range = isSigned ? -128...127 : 0...255
      return (0..<count).map { _ in
        // The ends of the range are what saturating instructions get wrong.
        extreme
          ? (Bool.random(using: &generator) ? range.lowerBound : range.upperBound)
          : Int.random(in: range, using: &generator)
      }
    }
    x = numbers(images * axes.reduce(groups * channels) { $0 * $1.input }, xIsSigned)
    w = numbers(groups * columns * depth, wIsSigned)
    xZeros = numbers(axes.isEmpty && Bool.random(using: &generator) ? images : 1, xIsSigned)
    wZeros = numbers(groups * columns, wIsSigned)
    // Without zero points of the weight, sums of rows are not needed.
    if Bool.random(using: &generator) {
      wZeros = wZeros.map { _ in wIsSigned ? 0 : 128 }
    }
    bias =
      Bool.random(using: &generator)
      ? (0..<(groups * columns)).map { _ in Int.random(in: -5000...5000, using: &generator) } : nil
  }

  /// The sums as loops over everything, (images, places, groups * columns).
  func reference() -> [Int] {
    var sums: [Int] = []
    let places = axes.reduce(1) { $0 * $1.output }
    for image in 0..<images {
      for place in 0..<places {
        for row in 0..<(groups * columns) {
          var sum = bias?[row] ?? 0
          for tap in 0..<taps {
            guard let pixel = pixel(place, tap) else { continue }
            for channel in 0..<channels {
              let inputs = axes.reduce(1) { $0 * $1.input }
              let index =
                ((image * inputs + pixel) * groups + row / columns) * channels + channel
              let zero = xZeros[xZeros.count == 1 ? 0 : image]
              sum += (x[index] - zero) * (w[(row * channels + channel) * taps + tap] - wZeros[row])
            }
          }
          sums.append(sum)
        }
      }
    }
    return sums
  }

  /// The place in x of a window's element; `nil` outside.
  private func pixel(_ place: Int, _ tap: Int) -> Int? {
    var (place, tap, stride, pixel) = (place, tap, 1, 0)
    for axis in axes.reversed() {
      let index =
        place % axis.output * axis.stride + tap % axis.kernel * axis.dilation - axis.padBegin
      guard index >= 0, index < axis.input else { return nil }
      pixel += index * stride
      stride *= axis.input
      place /= axis.output
      tap /= axis.kernel
    }
    return pixel
  }

  /// What the kernel makes of it: bytes with a result's scale, else 32-bit integers.
  func run(
    kernels: KernelTable = .best, threads: Int = 1,
    result: (scales: [Float], zero: Int32, isSigned: Bool)? = nil
  ) throws -> [Int] {
    let layout = try #require(
      IntegerLayout(
        images: images, groups: groups, channels: channels, columns: columns, axes: axes))
    let bytes = AlignedBuffer(w.map { UInt8(truncatingIfNeeded: $0) })
    let packed = PackedIntegers(
      bytes.span, isSigned: wIsSigned, groups: groups, columns: columns, depth: depth,
      order: .window(taps: taps, run: run))
    var terms = IntegerTerms(
      inputZeros: xZeros.map { Int32($0) }, weightZeros: wZeros.map { Int32($0) })
    terms.bias = bias?.map { Int32($0) }
    terms.result = result.map {
      IntegerResult(scales: $0.scales, zero: $0.zero, isSigned: $0.isSigned)
    }
    let count = axes.reduce(images * groups * columns) { $0 * $1.output }
    var workspace = Workspace(threads: threads, kernels: kernels)
    var places = Places()
    let output = places.add(bytes: count * (result == nil ? 4 : 1))
    let scratch = places.add(bytes: layout.scratchBytes)
    workspace.arena.reserve(places.byteCount)
    workspace.convolveIntegers(
      packed, layout: layout, terms: terms, inputIsSigned: xIsSigned,
      input: .bytes(AlignedBuffer(x.map { UInt8(truncatingIfNeeded: $0) })), output: output,
      scratch: scratch)
    guard let result else {
      return workspace.read(.slice(output), as: Int32.self) { span in
        (0..<count).map { Int(span[$0]) }
      }
    }
    return workspace.read(.slice(output), as: UInt8.self) { span in
      (0..<count).map { result.isSigned ? Int(Int8(bitPattern: span[$0])) : Int(span[$0]) }
    }
  }
}

@Test("Products of integers are exact at every edge of a tile, for all signs")
func integerProducts() throws {
  var generator = SeededGenerator(seed: 21)
  let sizes = [0, 1, 3, 4, 5, 15, 16, 17, 33]
  for columns in sizes {
    for depth in sizes {
      for rows in [0, 1, 5, 17] {
        let signs = (Bool.random(using: &generator), Bool.random(using: &generator))
        var item = IntegerCase(
          images: rows, channels: depth, columns: columns, xIsSigned: signs.0, wIsSigned: signs.1)
        item.fill(&generator)
        let expected = item.reference()
        for kernels in KernelTable.available {
          let found = try item.run(kernels: kernels)
          #expect(
            found == expected, "\(kernels.instructionSet) \(rows)x\(depth)x\(columns) \(signs)")
        }
      }
    }
  }
}

@Test("Sums of the largest products do not saturate")
func integerExtremes() throws {
  var generator = SeededGenerator(seed: 22)
  for signs in [(false, false), (false, true), (true, false), (true, true)] {
    var item = IntegerCase(
      images: 50, channels: 301, columns: 70, xIsSigned: signs.0, wIsSigned: signs.1)
    item.fill(&generator, extreme: true)
    let expected = item.reference()
    for kernels in KernelTable.available {
      #expect(try item.run(kernels: kernels) == expected, "\(kernels.instructionSet) \(signs)")
    }
    #expect(try item.run(threads: 2) == expected)
  }
}

@Test(
  "Convolutions of integers equal loops: groups, strides, dilations, padding, one to three axes")
func integerConvolutions() throws {
  var generator = SeededGenerator(seed: 23)
  for number in 0..<120 {
    let rank = number % 3 + 1
    let axes = (0..<rank).compactMap { _ in randomAxis(&generator) }
    let isDepthwise = number % 4 == 0
    var item = IntegerCase(
      images: Int.random(in: 1...2, using: &generator),
      groups: isDepthwise
        ? Int.random(in: 2...300, using: &generator) : Int.random(in: 1...3, using: &generator),
      channels: isDepthwise ? 1 : Int.random(in: 1...9, using: &generator),
      columns: isDepthwise ? 1 : Int.random(in: 1...18, using: &generator), axes: axes,
      xIsSigned: Bool.random(using: &generator), wIsSigned: Bool.random(using: &generator))
    item.fill(&generator)
    let expected = item.reference()
    for kernels in KernelTable.available {
      #expect(
        try item.run(kernels: kernels) == expected,
        "\(kernels.instructionSet) case \(number) of seed 23: \(axes)")
    }
    #expect(try item.run(threads: 2) == expected)
  }
}

private func randomAxis(_ generator: inout SeededGenerator) -> WindowAxis? {
  let kernel = Int.random(in: 1...3, using: &generator)
  let dilation = Int.random(in: 1...2, using: &generator)
  let stride = Int.random(in: 1...3, using: &generator)
  let pads = [0, 1].map { _ in Int.random(in: 0...2, using: &generator) }
  let extent = (kernel - 1) * dilation + 1
  let input = max(1, extent - pads[0] - pads[1]) + Int.random(in: 0...3, using: &generator)
  return WindowAxis(
    input: input, output: (input + pads[0] + pads[1] - extent) / stride + 1, kernel: kernel,
    stride: stride, dilation: dilation, padBegin: pads[0], padEnd: pads[1])
}

@Test("Scaled sums are rounded to even and forced into the range", arguments: [false, true])
func scaledSums(isSigned: Bool) throws {
  var generator = SeededGenerator(seed: 24)
  var item = IntegerCase(images: 20, channels: 7, columns: 37, xIsSigned: false, wIsSigned: true)
  item.fill(&generator)
  // Powers of two make every half exact.
  let scales = (0..<37).map { [Float(0.5), 0.25, 0.0078125][$0 % 3] }
  let zero: Int32 = isSigned ? -3 : 7
  let range = isSigned ? -128...127 : 0...255
  let expected = item.reference().enumerated().map { index, sum in
    let scaled = (Float(sum) * scales[index % 37]).rounded(.toNearestOrEven)
    return min(max(Int(scaled) + Int(zero), range.lowerBound), range.upperBound)
  }
  for kernels in KernelTable.available {
    let found = try item.run(kernels: kernels, result: (scales, zero, isSigned))
    #expect(found == expected, "\(kernels.instructionSet)")
  }
}
