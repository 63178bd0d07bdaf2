import PressGraph
import PressTensor
import Testing

@testable import PressPasses

@Suite("Taking layers back") struct RestoringTests {
  /// Convolution, normalization, Relu, and two linear layers.
  static func network() throws -> Model {
    var network = NetworkBuilder()
    network.input("x", [-1, 3, 6, 6])
    try network.convolution("x", "c", 3, 8)
    try network.normalization("c", "n", 8)
    network.node("Relu", ["n"], "r")
    network.node("Flatten", ["r"], "f")
    try network.linear("f", "h", 288, 24)
    network.node("Relu", ["h"], "hr")
    try network.linear("hr", "y", 24, 10)
    network.output("y")
    return network.model
  }

  static func context() -> PassContext { PassContext() }

  @Test("Weights of layers that kept their nodes come back, patterns choose which")
  func weights() throws {
    let model = try Self.network()
    let pruned = try Prune(ratio: 0.6, scope: .layer).apply(to: model, Self.context()).model
    let restored = try pruned.restoring(["/h"], from: model)
    for (weight, original) in zip(restored.weights, model.weights) {
      let isSame = try weight.decoded().copied() == original.decoded().copied()
      #expect(isSame == !["c.w", "y.w"].contains(weight.name), "\(weight.name)")
    }
    #expect(try pruned.restoring(["*"], from: model).distance(from: model) == 0)
    #expect(throws: GraphError.self) { try pruned.restoring(["/z"], from: model) }
  }

  @Test("A layer that became two comes back as one, the other stays two")
  func factorized() throws {
    let model = try Self.network()
    let small = try Factorize(ratio: 0.5).apply(to: model, Self.context()).model
    #expect(small.types.count == model.types.count + 3)
    let restored = try small.restoring(["/h"], from: model)
    #expect(restored.types.count == small.types.count - 1)
    #expect(try restored.floats("h.w") == model.floats("h.w"))
    #expect(Set(restored.weights.map(\.id)).count == restored.weights.count)
    let before = try small.distance(from: model)
    #expect(try restored.distance(from: model) != before)
    let whole = try small.restoring(["/c", "/h", "/y"], from: model)
    #expect(whole.types == model.types)
    #expect(try whole.distance(from: model) == 0)
    #expect(whole.weights.map(\.name).sorted() == model.weights.map(\.name).sorted())
  }

  @Test("A normalization that was folded in comes back with its layer")
  func folded() throws {
    let model = try Self.network()
    let folded = try Fold().apply(to: model, Self.context()).model
    #expect(!folded.types.contains("BatchNormalization"))
    let pruned = try Prune(ratio: 0.5).apply(to: folded, Self.context()).model
    let restored = try pruned.restoring(["/c"], from: model)
    #expect(restored.types == model.types)
    #expect(try restored.floats("c.w") == model.floats("c.w"))
    #expect(try restored.floats("h.w") == pruned.floats("h.w"))
    #expect(try restored.restoring(["/h", "/y"], from: model).distance(from: model) == 0)
  }

  @Test("A layer whose neighbours were cut with it is refused")
  func filters() throws {
    let model = try Self.network()
    let cut = try Prune(ratio: 0.5, pattern: .filter, layers: ["/c"])
      .apply(to: model, Self.context()).model
    for layer in ["/c", "/h"] {
      do {
        _ = try cut.restoring([layer], from: model)
        Issue.record("expected an error for \(layer)")
      } catch let error as PassError {
        #expect("\(error)".contains("neighbours were cut"), "\(error)")
      }
    }
    // What was not cut can still come back.
    _ = try cut.restoring(["y.w"], from: model)
  }

  @Test("Models that have nothing to do with each other are refused")
  func strangers() throws {
    let model = try Self.network()
    var other = NetworkBuilder()
    other.input("x", [-1, 4])
    try other.linear("x", "q", 4, 4)
    other.output("q")
    #expect(throws: (any Error).self) { try model.restoring(["/q"], from: other.model) }
  }
}
