import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

/// A transposed convolution over two axes.
private struct TransposedCase {
  var (groups, channels, columns) = (1, 2, 3)
  var input = [4, 3]
  var window = [3, 2]
  var strides = [2, 1]
  var dilations = [1, 2]
  var pads = [1, 0, 0, 1]
  var extra = [1, 0]

  var output: [Int] {
    (0..<2).map {
      (input[$0] - 1) * strides[$0] + extra[$0] + (window[$0] - 1) * dilations[$0] + 1
        - pads[$0] - pads[$0 + 2]
    }
  }

  static func random(_ generator: inout SeededGenerator) -> TransposedCase {
    func pair(_ range: ClosedRange<Int>) -> [Int] {
      [Int.random(in: range, using: &generator), Int.random(in: range, using: &generator)]
    }
    var item = TransposedCase()
    item.groups = Int.random(in: 1...3, using: &generator)
    item.channels = Int.random(in: 1...4, using: &generator)
    item.columns = Int.random(in: 1...18, using: &generator)
    item.input = pair(2...5)
    item.window = pair(1...4)
    item.strides = pair(1...3)
    item.dilations = pair(1...2)
    item.pads = pair(0...1) + [0, 0]
    item.extra = item.strides.map { $0 - 1 }
    return item
  }

  /// Every product is added where it falls.
  func reference(_ x: [Float], _ w: [Float], _ bias: [Float]) -> [Double] {
    let size = output
    let all = groups * columns
    var y = (0..<(all * size[0] * size[1])).map { Double(bias[$0 / (size[0] * size[1])]) }
    for channel in 0..<(groups * channels) {
      for place in 0..<(input[0] * input[1]) {
        let value = Double(x[channel * input[0] * input[1] + place])
        for column in 0..<columns {
          for tap in 0..<(window[0] * window[1]) {
            let row =
              place / input[1] * strides[0] + tap / window[1] * dilations[0] - pads[0]
            let line =
              place % input[1] * strides[1] + tap % window[1] * dilations[1] - pads[1]
            guard row >= 0, row < size[0], line >= 0, line < size[1] else { continue }
            let target = (channel / channels * columns + column) * size[0] + row
            let weight = w[(channel * columns + column) * window[0] * window[1] + tap]
            y[target * size[1] + line] += value * Double(weight)
          }
        }
      }
    }
    return y
  }

  func run(_ x: Tensor, _ w: [Float], _ bias: [Float], isConstant: Bool) throws -> [Float] {
    var builder = ModelBuilder()
    builder.input("x", nil)
    var given = ["x": x]
    let shape = [groups * channels, columns] + window
    if isConstant {
      try builder.constant("w", shape, w)
    } else {
      builder.input("w", shape.map { .known($0) })
      given["w"] = try tensor(w, shape)
    }
    try builder.constant("b", [groups * columns], bias)
    builder.node(
      "ConvTranspose", ["x", "w", "b"], ["y"],
      [
        Attribute("strides", .ints(strides)),
        Attribute("dilations", .ints(dilations)),
        Attribute("pads", .ints(pads)),
        Attribute("output_padding", .ints(extra)),
        Attribute("group", .int(groups)),
      ])
    builder.outputs("y")
    var engine = Engine(try Plan(builder.model), threads: 2)
    let y = try #require(try engine.run(given)["y"])
    #expect(y.shape.dimensions == [1, groups * columns] + output)
    return try y.floats()
  }
}

@Test("A transposed convolution adds every product where it falls, its weight constant or not")
func transposedConvolutions() throws {
  var generator = SeededGenerator(seed: 41)
  func elements(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }
  for number in 0..<40 {
    let item = number == 0 ? TransposedCase() : TransposedCase.random(&generator)
    let dimensions = [1, item.groups * item.channels] + item.input
    let x = elements(dimensions.reduce(1, *))
    let w = elements(item.groups * item.channels * item.columns * item.window.reduce(1, *))
    let bias = elements(item.groups * item.columns)
    let expected = item.reference(x, w, bias)
    let found = try item.run(tensor(x, dimensions), w, bias, isConstant: true)
    let worst = zip(found, expected).map { (Double($0) - $1).magnitude }.max() ?? 0
    // At most 64 products of numbers up to 1, and each sum rounds.
    #expect(worst < 1e-5, "case \(number) of seed 41: \(item)")
    #expect(try item.run(tensor(x, dimensions), w, bias, isConstant: false) == found)
  }
}

@Test("An output shape says the padding; more output than there is gets the bias alone")
func transposedOutputShape() throws {
  var builder = ModelBuilder()
  builder.input("x", nil)
  try builder.constant("w", [1, 1, 1], [2])
  try builder.constant("b", [1], [7])
  builder.node(
    "ConvTranspose", ["x", "w", "b"], ["y"], [Attribute("output_shape", .ints([5]))])
  builder.outputs("y")
  var engine = Engine(try Plan(builder.model))
  let y = try #require(try engine.run(["x": tensor([1, 2, 3], [1, 1, 3])])["y"])
  #expect(try y.floats() == [9, 11, 13, 7, 7])
}
