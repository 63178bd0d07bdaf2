import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

/// Removal of filters: the network that is left computes what the whole one does with the removed
/// channels at 0.
@Suite("Filter pruning") struct FilterPruningTests {
  /// The outputs for two random examples.
  static func outputs(_ model: Model) throws -> [String: [Float]] {
    var generator = SeededGenerator(seed: 9)
    var inputs: [String: Tensor] = [:]
    let filled = Set(model.graph?.constants.map(\.name) ?? [])
    for input in model.graph?.inputs ?? [] where !filled.contains(input.name) {
      guard case .tensor(_, let dimensions?) = input.type else { continue }
      let sizes = dimensions.map { if case .known(let size) = $0 { size } else { 2 } }
      let shape = try Shape(sizes)
      inputs[input.name] = try Tensor(
        (0..<shape.count).map { _ in Float.random(in: -1...1, using: &generator) }, shape: shape)
    }
    var decoded = model
    for index in model.weights.indices where model.weights[index].elementType == .float32 {
      decoded.weights[index] = try CodedPruningTests.dense(model.weights[index])
    }
    var engine = Engine(try Plan(decoded))
    return try engine.run(inputs).mapValues { try $0.floats() }
  }

  /// The model with every element that belongs to a removed channel 0.
  static func zeroed(_ model: Model, _ pass: Prune) throws -> Model {
    let targets = try Targets(
      model, layers: pass.layers, skip: pass.skip, overrides: pass.overrides, default: .weights)
    let pruning = try FilterPruning(pass, model, targets)
    let (tracer, removed) = (pruning.tracer, try pruning.removed())
    var result = model
    for index in model.weights.indices {
      let weight = model.weights[index]
      guard let cuts = tracer.cuts[weight.id], !cuts.isEmpty else { continue }
      var floats = try weight.floats()
      let axes = StridedAxis.rowMajor(weight.shape)
      for place in floats.indices {
        for (axis, channels) in cuts {
          let channel = channels[place / axes[axis].stride % axes[axis].size]
          if removed.contains(tracer.classes.root(channel)) { floats[place] = 0 }
        }
      }
      result.weights[index] = try Weight(
        id: weight.id, name: weight.name, elementType: .float32, shape: weight.shape,
        dense: ElementType.float32.elements(of: floats))
    }
    return result
  }

  /// Prunes, and checks that the result computes what it should.
  @discardableResult
  static func pruned(_ model: Model, _ pass: Prune) throws -> PassResult {
    let result = try pass.apply(to: model, PassContext())
    _ = try result.model.inferShapes()
    let (found, expected) = (try outputs(result.model), try outputs(zeroed(model, pass)))
    #expect(Set(found.keys) == Set(expected.keys))
    for (name, numbers) in expected {
      let others = found[name] ?? []
      #expect(others.count == numbers.count)
      for (a, b) in zip(others, numbers) { #expect(abs(a - b) <= 1e-4 * max(1, abs(b)), "\(name)") }
    }
    return result
  }

  static func reasons(_ result: PassResult) -> [String: String] {
    Dictionary(result.layers.map { ($0.tensor, $0.reason) }) { first, _ in first }
  }

  @Test("A chain of convolutions into linear layers: filters, biases, inputs behind a Flatten")
  func chain() throws {
    var builder = NetworkBuilder()
    builder.input("x", [-1, 2, 6, 6])
    try builder.convolution("x", "c1", 2, 8)
    try builder.normalization("c1", "n1", 8)
    builder.node("Relu", ["n1"], "r1")
    builder.node(
      "MaxPool", ["r1"], "p1",
      [Attribute("kernel_shape", .ints([2, 2])), Attribute("strides", .ints([2, 2]))])
    try builder.convolution("p1", "c2", 8, 10, hasBias: false)
    builder.node("Flatten", ["c2"], "f")
    try builder.linear("f", "fc1", 90, 7)
    builder.node("Relu", ["fc1"], "r2")
    try builder.linear("r2", "fc2", 7, 3)
    builder.output("fc2")
    let result = try Self.pruned(builder.model, Prune(ratio: 0.5, pattern: .filter))
    let model = result.model
    #expect(try model.sizes("c1.w") == [4, 2, 3, 3] && model.sizes("c1.b") == [4])
    for name in ["scale", "bias", "mean", "var"] { #expect(try model.sizes("n1.\(name)") == [4]) }
    #expect(try model.sizes("c2.w") == [5, 4, 3, 3])
    #expect(try model.sizes("fc1.w") == [4, 45] && model.sizes("fc1.b") == [4])
    #expect(try model.sizes("fc2.w") == [3, 4] && model.sizes("fc2.b") == [3])
    #expect(Self.reasons(result)["c2.w"] == "5 of 10 filters and 4 of 8 inputs removed")
    #expect(
      Self.reasons(result)["fc2.w"]?.hasPrefix("3 of 7 inputs removed, filters stay:") == true)
  }

  /// The rows of a convolution's weight that stay when `count` with the smallest sums go.
  static func kept(
    _ weight: Weight, removing count: Int, power: Int = 1, columns: Set<Int>? = nil
  ) throws -> [Int] {
    let sizes = weight.shape.dimensions
    let (rows, row) = (sizes[0], sizes.dropFirst().reduce(1, *))
    let plane = sizes.dropFirst(2).reduce(1, *)
    let floats = try weight.floats()
    let sums = (0..<rows).map { filter in
      (0..<row).reduce(0.0) { sum, place in
        if let columns, !columns.contains(place / plane) { return sum }
        let magnitude = Double(floats[filter * row + place].magnitude)
        return sum + (power == 1 ? magnitude : magnitude * magnitude)
      }
    }
    return (0..<rows).sorted { (sums[$0], $0) < (sums[$1], $1) }.dropFirst(count).sorted()
  }

  static func chainOfTwo() throws -> Model {
    var builder = NetworkBuilder()
    builder.input("x", [1, 3, 5, 5])
    try builder.convolution("x", "c1", 3, 9)
    try builder.normalization("c1", "n1", 9)
    try builder.convolution("n1", "c2", 9, 11)
    builder.node("Relu", ["c2"], "r")
    try builder.convolution("r", "c3", 11, 2)
    builder.output("c3")
    return builder.model
  }

  @Test("Filters go by the sum of magnitudes, of squares, or the scale of their normalization")
  func criteria() throws {
    let model = try Self.chainOfTwo()
    func rows(_ model: Model, _ name: String) throws -> [Float] { try model.named(name).floats() }
    let before = try rows(model, "c1.b")
    for (criterion, power) in [(Prune.Criterion.l1Filter, 1), (.l2Filter, 2)] {
      let result = try Self.pruned(model, Prune(ratio: 0.45, criterion: criterion)).model
      let kept = try Self.kept(model.named("c1.w"), removing: 4, power: power)
      #expect(try rows(result, "c1.b") == kept.map { before[$0] })
      let second = try Self.kept(model.named("c2.w"), removing: 4, power: power)
      let biases = try rows(model, "c2.b")
      #expect(try rows(result, "c2.b") == second.map { biases[$0] })
    }
    let scaled = try Self.pruned(model, Prune(ratio: 0.45, criterion: .batchNormalizationScale))
    let scales = try rows(model, "n1.scale")
    let order = (0..<9).sorted { scales[$0].magnitude < scales[$1].magnitude }
    #expect(
      try rows(scaled.model, "n1.scale") == order.dropFirst(4).sorted().map { scales[$0] })
    #expect(Self.reasons(scaled)["c2.w"]?.contains("no batch normalization") == true)
  }

  @Test("Greedy leaves inputs out of the sums that are already gone")
  func greedy() throws {
    let model = try Self.chainOfTwo()
    let first = Set(try Self.kept(model.named("c1.w"), removing: 4))
    let second = try Self.kept(model.named("c2.w"), removing: 4, columns: first)
    let result = try Self.pruned(model, Prune(ratio: 0.45, pattern: .filter, greedy: true)).model
    let biases = try model.named("c2.b").floats()
    #expect(try result.named("c2.b").floats() == second.map { biases[$0] })
  }

  /// A block with a projection on its shortcut, then one without.
  static func residual() throws -> Model {
    var builder = NetworkBuilder()
    builder.input("x", [1, 2, 4, 4])
    try builder.convolution("x", "stem", 2, 6)
    builder.node("Relu", ["stem"], "r")
    try builder.convolution("r", "a1", 6, 5)
    builder.node("Relu", ["a1"], "ra")
    try builder.convolution("ra", "a2", 5, 8)
    try builder.convolution("r", "short", 6, 8, kernel: 1)
    builder.node("Add", ["a2", "short"], "s1")
    builder.node("Relu", ["s1"], "rs")
    try builder.convolution("rs", "b1", 8, 4)
    try builder.convolution("b1", "b2", 4, 8)
    builder.node("Sum", ["b2", "rs"], "s2")
    builder.node("GlobalAveragePool", ["s2"], "g")
    builder.node("Flatten", ["g"], "f")
    try builder.linear("f", "fc", 8, 3)
    builder.output("fc")
    return builder.model
  }

  @Test("In residual networks the shortcut's filters decide for all that is added to it")
  func shortcut() throws {
    let model = try Self.residual()
    let result = try Self.pruned(model, Prune(ratio: 0.5, pattern: .filter)).model
    let kept = try Self.kept(model.named("short.w"), removing: 4)
    for name in ["short.b", "a2.b", "b2.b"] {
      let biases = try model.named(name).floats()
      #expect(try result.named(name).floats() == kept.map { biases[$0] }, "\(name)")
    }
    #expect(try result.sizes("b1.w") == [2, 4, 3, 3] && result.sizes("fc.w") == [3, 4])
    #expect(try result.sizes("a1.w") == [3, 3, 3, 3])
  }

  @Test("A coupled layer that is skipped, or not named, keeps its whole group")
  func skipped() throws {
    let model = try Self.residual()
    let pass = Prune(ratio: 0.5, pattern: .filter, skip: ["b2.w"])
    let result = try Self.pruned(model, pass)
    #expect(try result.model.sizes("short.w") == [8, 3, 1, 1])
    #expect(Self.reasons(result)["short.w"]?.contains("'/b2', which is not selected") == true)
    let named = try Self.pruned(model, Prune(ratio: 0.5, pattern: .filter, layers: ["/b1", "/a2"]))
    #expect(try named.model.sizes("b1.w") == [2, 8, 3, 3] && named.model.sizes("a2.w")[0] == 8)
    let own = Prune(
      ratio: 0.5, pattern: .filter, overrides: [Override(layers: ["a2.w"], ratio: 0.25)])
    #expect(try Self.pruned(model, own).model.sizes("short.w") == [6, 3, 1, 1])
  }

  @Test("Concat keeps offsets, depthwise filters go with their channels, constants are cut")
  func joined() throws {
    var builder = NetworkBuilder()
    builder.input("x", [1, 4, 6, 6])
    try builder.convolution("x", "a", 4, 6)
    try builder.convolution("x", "b", 4, 5, kernel: 1)
    builder.node("Concat", ["a", "x", "b"], "ab", [Attribute("axis", .int(1))])
    try builder.convolution("ab", "deep", 15, 30, group: 15)
    try builder.constant("factor", [30, 1, 1])
    builder.node("Mul", ["deep", "factor"], "m")
    try builder.constant("slope", [1, 30, 1, 1])
    builder.node("PRelu", ["m", "slope"], "pr")
    builder.node("Transpose", ["pr"], "t", [Attribute("perm", .ints([0, 2, 3, 1]))])
    try builder.constant("mul.w", [30, 7])
    builder.node("MatMul", ["t", "mul.w"], "mm")
    try builder.constant("mul.b", [7])
    builder.node("Add", ["mm", "mul.b"], "plus")
    builder.node(
      "ReduceMean", ["plus"], "mean",
      [
        Attribute("axes", .ints([1, 2])), Attribute("keepdims", .int(0)),
      ])
    try builder.linear("mean", "fc", 7, 2)
    builder.output("fc")
    let model = try Self.pruned(builder.model, Prune(ratio: 0.5, pattern: .filter)).model
    // 3 of 6 and 2 of 5 go, the 4 channels of the input stay; every channel has two filters in `deep`.
    #expect(try model.sizes("deep.w") == [20, 1, 3, 3] && model.sizes("factor") == [20, 1, 1])
    #expect(try model.sizes("slope") == [1, 20, 1, 1] && model.sizes("mul.w") == [20, 4])
    #expect(try model.sizes("mul.b") == [4] && model.sizes("fc.w") == [2, 4])
    guard
      case .convolution(let deep) = model.graph?.nodes.first(where: { $0.outputs == ["deep"] })?
        .operation
    else { return #expect(Bool(false), "no convolution") }
    #expect(deep.group == 10)
  }

  @Test("Reshapes that state the number of channels state the new one; -1 and 0 find it")
  func reshaped() throws {
    for (target, expected) in [([1, 24], [1, 12]), ([0, -1], [0, -1]), ([-1, 24], [-1, 12])] {
      var builder = NetworkBuilder()
      builder.input("x", [1, 2, 2, 2])
      try builder.convolution("x", "c", 2, 6)
      try builder.integers("shape", target)
      builder.node("Reshape", ["c", "shape"], "flat")
      try builder.linear("flat", "fc", 24, 3)
      builder.output("fc")
      let model = try Self.pruned(builder.model, Prune(ratio: 0.5, pattern: .filter)).model
      #expect(try model.sizes("fc.w") == [3, 12])
      let name = model.graph?.nodes.first { $0.outputs == ["flat"] }?.inputs[1]
      #expect(try model.inferShapes().integers(of: name ?? "") == expected)
      #expect(model.weights.count { $0.elementType == .int64 } == 1)
    }
  }

  @Test("A weight that a Reshape brings into shape is cut, and the Reshape states its new sizes")
  func reshapedWeight() throws {
    var builder = NetworkBuilder()
    builder.input("x", [1, 2, 1, 1])
    try builder.convolution("x", "c", 2, 6, kernel: 1)
    try builder.integers("flat.shape", [1, 6])
    builder.node("Reshape", ["c", "flat.shape"], "flat")
    try builder.constant("raw.w", [4, 6, 1, 1])
    try builder.integers("w.shape", [4, 6])
    builder.node("Reshape", ["raw.w", "w.shape"], "w")
    builder.node("Gemm", ["flat", "w"], "fc", [Attribute("transB", .int(1))])
    try builder.linear("fc", "out", 4, 2)
    builder.output("out")
    let model = try Self.pruned(builder.model, Prune(ratio: 0.5, pattern: .filter)).model
    #expect(try model.sizes("raw.w") == [2, 3, 1, 1] && model.sizes("out.w") == [2, 2])
  }

  @Test("Channels that cannot be followed stay, and the layer says what needs them")
  func pinned() throws {
    var builder = NetworkBuilder()
    builder.input("x", [1, 4, 4, 4])
    try builder.convolution("x", "norm", 4, 6)
    builder.node("LRN", ["norm"], "l", [Attribute("size", .int(3))])
    try builder.convolution("l", "grouped", 6, 4, group: 2)
    try builder.convolution("grouped", "soft", 4, 5)
    builder.node("Softmax", ["soft"], "s", [Attribute("axis", .int(1))])
    try builder.convolution("s", "out", 5, 3)
    builder.output("out")
    let result = try Self.pruned(builder.model, Prune(ratio: 0.5, pattern: .filter))
    let reasons = Self.reasons(result)
    #expect(result.layers.allSatisfy { !$0.isChanged })
    #expect(reasons["norm.w"]?.contains("LRN") == true)
    #expect(reasons["grouped.w"]?.contains("2 groups") == true)
    #expect(reasons["soft.w"]?.contains("Softmax") == true)
    #expect(reasons["out.w"]?.contains("output 'out'") == true)
  }

  @Test("A weight that two nodes share is cut once, and couples what both make")
  func tied() throws {
    var builder = NetworkBuilder()
    builder.input("x", [1, 4])
    try builder.linear("x", "a", 4, 6)
    let id = try builder.constant("twice.w", [6, 6])
    builder.tie("again.w", to: id)
    builder.node("Gemm", ["a", "twice.w"], "b", [Attribute("transB", .int(1))])
    builder.node("Gemm", ["b", "again.w"], "c", [Attribute("transB", .int(1))])
    try builder.linear("c", "fc", 6, 2)
    builder.output("fc")
    let model = try Self.pruned(builder.model, Prune(ratio: 0.5, pattern: .filter)).model
    #expect(try model.sizes("twice.w") == [3, 3] && model.sizes("a.w") == [3, 4])
    #expect(try model.sizes("fc.w") == [2, 3])
    // A use of another kind: its channels are those of the output, so they stay.
    builder.node("Relu", ["again.w"], "table")
    builder.output("table")
    let kept = try Self.pruned(builder.model, Prune(ratio: 0.5, pattern: .filter))
    #expect(try kept.model.sizes("twice.w") == [6, 6])
  }
}
