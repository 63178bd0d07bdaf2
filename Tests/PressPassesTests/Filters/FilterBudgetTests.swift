import PressGraph
import PressTensor
import Testing

@testable import PressPasses

@Suite("Budgets of filter pruning") struct FilterBudgetTests {
  static func macs(_ model: Model) throws -> Int {
    let fixed = model.withSingleExamples()
    return try fixed.costs(fixed.inferShapes()).reduce(0) { $0 + ($1.macs ?? 0) }
  }

  static func parameters(_ model: Model) -> Int { model.weights.reduce(0) { $0 + $1.shape.count } }

  @Test("A share of multiply-adds, parameters or bytes is reached by the smallest ratio that does")
  func shares() throws {
    let model = try FilterPruningTests.residual()
    let macs = try Self.macs(model)
    for share in [Prune.Share.macs, .parameters, .bytes] {
      for wanted in [0, 0.1, 0.3, 0.5] {
        let pass = Prune(ratio: wanted, pattern: .filter, ratioOf: share)
        let pruned = try FilterPruningTests.pruned(model, pass).model
        let saved =
          share == .macs
          ? 1 - Double(try Self.macs(pruned)) / Double(macs)
          : 1 - Double(Self.parameters(pruned)) / Double(Self.parameters(model))
        #expect(saved >= wanted, "\(share) \(wanted)")
        // Every smaller ratio of filters that changes something saves less.
        let filters = try pruned.sizes("short.w")[0]
        let ratio = (8 - Double(filters)) / 8
        if ratio > 0 {
          let less = try Prune(ratio: max(ratio - 0.13, 0), pattern: .filter)
            .apply(to: model, PassContext()).model
          let other =
            share == .macs
            ? 1 - Double(try Self.macs(less)) / Double(macs)
            : 1 - Double(Self.parameters(less)) / Double(Self.parameters(model))
          #expect(other < wanted, "\(share) \(wanted)")
        }
      }
    }
  }

  @Test("One filter of each layer always stays, and what is out of reach says so")
  func unreachable() throws {
    let model = try FilterPruningTests.residual()
    let pruned = try FilterPruningTests.pruned(model, Prune(ratio: 1, pattern: .filter)).model
    #expect(try pruned.sizes("short.w") == [1, 1, 1, 1] && pruned.sizes("b1.w") == [1, 1, 3, 3])
    for share in [Prune.Share.macs, .parameters, .bytes] {
      let pass = Prune(ratio: 0.9999, pattern: .filter, ratioOf: share)
      do {
        _ = try pass.apply(to: model, PassContext())
        Issue.record("0.9999 of the \(share) cannot be saved")
      } catch let error as PassError {
        guard case .unreachable = error else { throw error }
      }
    }
  }

  @Test("Sparse weights are cut and stay sparse; codes of parts are refused with what to do")
  func forms() throws {
    var builder = NetworkBuilder()
    builder.input("x", [1, 5])
    try builder.linear("x", "a", 5, 9)
    try builder.linear("a", "b", 9, 6)
    builder.output("b")
    let sparse = try Prune(ratio: 0.6).apply(to: builder.model, PassContext()).model
    #expect(try sparse.named("b.w").support == .unstructured)
    let pass = Prune(ratio: 0.5, pattern: .filter)
    let pruned = try FilterPruningTests.pruned(sparse, pass).model
    #expect(try pruned.named("b.w").support == .unstructured && pruned.sizes("b.w") == [6, 5])
    let groups = try Prune(pattern: .groups(kept: 1, of: 2)).apply(to: sparse, PassContext()).model
    #expect(try FilterPruningTests.pruned(groups, pass).model.sizes("b.w") == [6, 5])

    for (index, form) in CodedPruningTests.forms.enumerated() {
      var coded = builder.model
      let weight = try CodedPruningTests.weight(
        form.values, form.granularity, hasZero: form.hasZero, turned: false, seed: UInt64(index))
      let place = try #require(coded.weights.firstIndex { $0.name == "b.w" })
      // (9, 6) becomes the matrix of `b`, untransposed.
      coded.weights[place] = Weight(
        id: coded.weights[place].id, name: "b.w", elementType: .float32, shape: weight.shape,
        values: form.values, granularity: form.granularity, view: weight.view,
        source: weight.source)
      coded.graph?.nodes[1].operation = .gemm(Gemm(opset: 13))
      if form.granularity == .tensor {
        let pruned = try FilterPruningTests.pruned(coded, pass).model
        #expect(try pruned.sizes("b.w") == [5, 6])
        #expect(try pruned.named("b.w").values == form.values)
      } else {
        #expect(throws: PassError.self) { try pass.apply(to: coded, PassContext()) }
      }
    }
  }

  @Test("A model of weights alone has no filters to remove")
  func noGraph() throws {
    let model = try PruneTests.model([[1, 2, 3, 4]], columns: 2)
    #expect(throws: GraphError.missingGraph) {
      try Prune(ratio: 0.5, pattern: .filter).apply(to: model, PassContext())
    }
  }
}
