import PressEngine
import PressGraph
import PressTensor
import Testing

@Suite("Values that are no tensors") struct ValueTests {
  private static let sequence = ValueType.sequence(.tensor(.float32, [.unknown]))

  /// A sequence that passes through two nodes, beside a tensor that is worked on.
  private func network(_ second: String = "Identity", _ type: ValueType = sequence) -> ModelBuilder
  {
    var builder = ModelBuilder()
    builder.graph.inputs.append(ValueInfo(name: "s", type: type))
    builder.input("x", [.unknown])
    builder.node("Identity", ["s"], ["a"])
    builder.node(second, ["a"], ["t"])
    builder.node("Neg", ["x"], ["y"])
    builder.outputs("t", "y")
    return builder
  }

  private func run(
    _ values: [String: Value], _ type: ValueType = sequence
  ) throws -> [String: Value] {
    var engine = Engine(try Plan(network("Identity", type).model))
    return try engine.run(values: values)
  }

  private func floats(_ elements: Float...) throws -> Tensor {
    try tensor(elements, [elements.count])
  }

  @Test("reach outputs through Identity, beside tensors")
  func passed() throws {
    let values = try run([
      "s": .sequence([floats(1, 2), floats(3)]), "x": .tensor(floats(4)),
    ])
    guard case .sequence(let tensors)? = values["t"], case .tensor(let negated)? = values["y"]
    else {
      Issue.record("found \(values)")
      return
    }
    #expect(try tensors.map { try $0.floats() } == [[1, 2], [3]])
    #expect(try negated.floats() == [-4])
    let optional = try run(
      ["s": .optional(.sequence([])), "x": .tensor(floats(4))], .optional(Self.sequence))
    #expect(optional["t"]?.description == "optional of sequence of nothing")
    let none = try run(["s": .optional(nil), "x": .tensor(floats(4))], .optional(Self.sequence))
    #expect(none["t"]?.description == "optional of nothing")
  }

  @Test("are refused where a node takes them, by its name")
  func taken() {
    for type in ["SequenceLength", "Dropout", "Neg"] {
      #expect(performing { _ = try Plan(network(type).model) }.contains("\(type) in 't'"))
    }
  }

  @Test("are refused where they are not what the graph declares, and so are tensors alone")
  func wrong() throws {
    let x = Value.tensor(try floats(1))
    #expect(performing { _ = try run(["x": x]) } == "missing input, expected 's', found 'x'")
    #expect(
      performing { _ = try run(["x": x, "s": x]) }
        == "wrong kind of input 's', expected sequence of float32 ?, found float32 1")
    #expect(
      performing { _ = try run(["x": x, "s": .sequence([tensor([1], [1, 1])])]) }
        .hasSuffix("found sequence of float32 1x1"))
    #expect(
      performing { _ = try run(["x": .optional(x), "s": .sequence([])]) }
        == "wrong kind of input 'x', expected tensor, found optional of float32 1")
    #expect(
      performing {
        var engine = Engine(try Plan(network().model))
        _ = try engine.run(["x": floats(1)])
      } == "wrong kind of input 's', expected run(values:), found tensors alone")
  }
}

/// What a call complains about.
private func performing(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}
