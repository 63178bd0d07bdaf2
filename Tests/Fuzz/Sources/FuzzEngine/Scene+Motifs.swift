import PressGraph
import PressTensor

extension Scene {
  /// Sequences of nodes that planning joins into fewer, which chance alone hardly ever makes.
  ///
  /// Each line is an operator and its inputs: `.` is what the line before makes, `@n` what line n
  /// does, `x` the motif's input, `#` a number, `-1` the last axis, `rows` a vector for the output
  /// channels of the weight before; everything else is a role.
  private static let motifs = [
    "Conv x conv; BatchNormalization . rows rows rows rows; Relu .",
    "Conv x conv; Mul . planes; Add . planes; HardSwish .",
    "Conv x conv; Add . y; Clip . #0 #6", "Conv x conv; Add . same; Relu .",
    "MatMul x matrix; Add . rows; Sigmoid .", "MatMul x matrix; Add . same; Tanh .",
    "Gemm x gemm; Mul . #0.5; Relu .", "Sigmoid x; Mul x .",
    "Mul x #1; Sigmoid .; Mul x .", "Add x #3; Clip . #0 #6; Mul x .; Div . #6",
    "Div x #1.4142135; Erf .; Add . #1; Mul x .; Mul . #0.5",
    "Mul x #0.5; Div x #1.4142135; Erf .; Add . #1; Mul @0 .",
    "Mul x #2; Add . #1; Sub . #3; Div . #4",
    "ReduceMean x -1; Sub x .; Pow . #2; ReduceMean . -1; Add . #0.001; Sqrt .; Div @1 .; "
      + "Mul . l; Add . l",
    "DequantizeLinear q r z; Conv . conv; Relu .; QuantizeLinear . r z",
    "DequantizeLinear q r z; MatMul . matrix; QuantizeLinear . r z",
    "QuantizeLinear x r z; DequantizeLinear . r z",
  ]

  /// Adds the nodes of one of the motifs.
  mutating func addMotif() {
    let input = operand("x")
    var made: [String] = []
    var weight: [Int] = []
    let lines = choices.pick(Scene.motifs).split(separator: "; ")
    for (place, line) in lines.enumerated() {
      let words = line.split(separator: " ").map(String.init)
      var attributes: [Attribute] = []
      var inputs: [String] = []
      for word in words.dropFirst() {
        switch word {
        case ".": inputs.append(made.last ?? input)
        case "x": inputs.append(input)
        case "same": inputs.append(choices.rarely(2) ? input : operand("x"))
        case "-1" where opset < 18: attributes.append(Attribute("axes", .ints([-1])))
        case "-1": inputs.append(constant(.int64, [1], [UInt8](repeating: 255, count: 8)))
        case "rows": inputs.append(vector(weight.first ?? 1, axes: 1))
        case "planes": inputs.append(vector(weight.first ?? 1, axes: max(weight.count - 1, 1)))
        case _ where word.hasPrefix("#"):
          inputs.append(number(Float(word.dropFirst()) ?? 0))
        case _ where word.hasPrefix("@"):
          inputs.append(made[Int(word.dropFirst()) ?? 0])
        default:
          inputs.append(operand(word))
          if ["conv", "matrix", "gemm"].contains(word) {
            weight = dimensions(of: inputs[inputs.count - 1])
            if word != "conv" { weight = weight.suffix(1) }
          }
        }
      }
      let output = "v\(graph.nodes.count).0"
      // A value that anybody else takes would have to stay.
      let isLast = place == lines.count - 1
      append(words[0], inputs, [output], attributes, offers: isLast || choices.rarely(12))
      made.append(output)
    }
  }

  /// A constant for so many channels, or now and then for another number.
  private mutating func vector(_ count: Int, axes: Int) -> String {
    let count = min(choices.rarely(12) ? count + 1 : count, 1 << 10)
    let bytes = encoded(.positive, elementType, count: count)
    return constant(elementType, [count] + [Int](repeating: 1, count: axes - 1), bytes)
  }

  /// A constant number; now and then another one.
  private mutating func number(_ number: Float) -> String {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian((choices.rarely(20) ? number + 1 : number).bitPattern)
    return constant(.float32, choices.rarely(3) ? [1] : [], bytes)
  }

  private mutating func constant(
    _ type: ElementType, _ dimensions: [Int], _ bytes: [UInt8]
  ) -> String {
    guard let shape = try? Shape(dimensions) else { return "" }
    return constant(type, shape, bytes)
  }

  /// The dimensions of a constant or an input.
  private func dimensions(of name: String) -> [Int] {
    weights.first { $0.name == name }?.shape.dimensions ?? tensors[name]?.shape.dimensions ?? []
  }
}
