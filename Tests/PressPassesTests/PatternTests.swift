import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Pruning in patterns") struct PatternTests {
  /// A convolution (4, 3, 3, 3), a MatMul weight (10, 6), whose rows are its second axis, and a Gemm
  /// weight (6, 7).
  static func network(_ generator: inout SeededGenerator) throws -> Model {
    var builder = NetworkBuilder()
    builder.input("x", [1, 3, 5, 5])
    try builder.convolution("x", "conv", 3, 4)
    builder.input("a", [1, 10])
    // Few different magnitudes, so that there are ties.
    let values: [Float] = [0, 0.5, -0.5, 1, -1, 2, -3, 4]
    let matrix = (0..<60).map { _ in values.randomElement(using: &generator) ?? 0 }
    try builder.constant("mul.w", [10, 6], matrix)
    builder.node("MatMul", ["a", "mul.w"], "mul")
    builder.input("b", [1, 7])
    try builder.linear("b", "gemm", 7, 6)
    for name in ["conv", "mul", "gemm"] { builder.output(name) }
    return builder.model
  }

  /// The weights as rows: of the convolution and Gemm as they are, of MatMul transposed.
  static func rows(_ model: Model) throws -> [[[Float]]] {
    func rows(_ name: String, _ columns: Int) throws -> [[Float]] {
      let floats = try model.named(name).floats()
      return stride(from: 0, to: floats.count, by: columns).map {
        Array(floats[$0..<($0 + columns)])
      }
    }
    let mul = try rows("mul.w", 6)
    return [
      try rows("conv.w", 27), (0..<6).map { row in mul.map { $0[row] } }, try rows("gemm.w", 7),
    ]
  }

  /// The definition of N:M: of each group the elements that are among the largest `kept`.
  static func grouped(_ row: [Float], _ kept: Int, _ size: Int) -> [Float] {
    var result = row
    for start in stride(from: 0, to: row.count, by: size) {
      let columns = Array(start..<min(start + size, row.count))
      let stays = (kept * columns.count + size - 1) / size
      let order = columns.sorted { (row[$0].magnitude, $0) < (row[$1].magnitude, $1) }
      for column in order.dropLast(stays) { result[column] = 0 }
    }
    return result
  }

  @Test(
    "N:M and balanced keep the largest of each group of columns, the last short one included",
    arguments: [("2:4", 2, 4), ("1:3", 1, 3), ("balanced:3/8", 3, 8), ("balanced:2/64", 2, 64)])
  func groups(_ pattern: String, _ kept: Int, _ size: Int) throws {
    var generator = SeededGenerator(seed: 3)
    let model = try Self.network(&generator)
    let pass = Prune(pattern: try Prune.Pattern(pattern))
    let result = try pass.apply(to: model, PassContext())
    let expected = try Self.rows(model).map { $0.map { Self.grouped($0, kept, size) } }
    #expect(try Self.rows(result.model) == expected)
    for name in ["conv.w", "mul.w", "gemm.w"] {
      let weight = try result.model.named(name)
      let view = try #require(weight.view)
      #expect(weight.support == .groups(kept: kept, of: size))
      let full = view.columns / size * kept
      let rest = (kept * (view.columns % size) + size - 1) / size
      #expect(try weight.keptCount(weight.contents().mask) == view.rows * (full + rest), "\(name)")
      #expect(weight.knownNonzeros == (try weight.countNonzeros(in: weight.contents())))
    }
    #expect(try result.model.named("conv.b").support == .dense)
    let again = try pass.apply(to: result.model, PassContext())
    #expect(again.layers.allSatisfy { !$0.isChanged })
    #expect(try Self.rows(again.model) == expected)
  }

  /// The definition of blocks: sort by (sum of magnitudes, tensor, block) and remove the first.
  static func blocked(
    _ tensors: [[[Float]]], _ height: Int, _ width: Int, removing ratio: Double
  ) -> [[[Float]]] {
    var blocks: [(sum: Float, tensor: Int, rows: Range<Int>, columns: Range<Int>)] = []
    for (tensor, rows) in tensors.enumerated() {
      for top in stride(from: 0, to: rows.count, by: height) {
        for left in stride(from: 0, to: rows[0].count, by: width) {
          let down = top..<min(top + height, rows.count)
          let across = left..<min(left + width, rows[0].count)
          let sum = rows[down].map { $0[across].map(\.magnitude).reduce(0, +) }.reduce(0, +)
          blocks.append((sum, tensor, down, across))
        }
      }
    }
    let order = blocks.indices.sorted { (blocks[$0].sum, $0) < (blocks[$1].sum, $1) }
    var result = tensors
    for index in order.prefix(Int((ratio * Double(blocks.count)).rounded(.down))) {
      let block = blocks[index]
      for row in block.rows {
        for column in block.columns { result[block.tensor][row][column] = 0 }
      }
    }
    return result
  }

  @Test("Blocks go by the sum of their magnitudes, exactly floor(ratio * blocks) of them")
  func blocks() throws {
    var generator = SeededGenerator(seed: 8)
    // Multiples of a power of two, so that sums are exact in any order.
    var model = try Self.network(&generator)
    for index in model.weights.indices {
      let weight = model.weights[index]
      let floats = (0..<weight.shape.count).map { _ in
        Float(Int.random(in: -8...8, using: &generator)) / 8
      }
      model.weights[index] = try Weight(
        id: weight.id, name: weight.name, elementType: .float32, shape: weight.shape,
        dense: ElementType.float32.elements(of: floats))
    }
    for (height, width) in [(2, 2), (1, 4), (3, 5), (64, 64)] {
      for ratio in [0, 0.3, 0.5, 0.9, 1] {
        let pattern = try Prune.Pattern("block:\(height)x\(width)")
        let global = try Prune(ratio: ratio, pattern: pattern).apply(to: model, PassContext()).model
        let tensors = try Self.rows(model)
        #expect(
          try Self.rows(global) == Self.blocked(tensors, height, width, removing: ratio),
          "global, \(pattern), \(ratio)")
        let layers = try Prune(ratio: ratio, scope: .layer, pattern: pattern)
          .apply(to: model, PassContext()).model
        #expect(
          try Self.rows(layers)
            == tensors.flatMap { Self.blocked([$0], height, width, removing: ratio) },
          "by layer, \(pattern), \(ratio)")
      }
    }
  }

  @Test("A layer's own ratio counts for it alone, and the last override that matches holds")
  func overrides() throws {
    var generator = SeededGenerator(seed: 4)
    let model = try Self.network(&generator)
    let pass = Prune(
      ratio: 0.5,
      overrides: [
        Override(layers: ["*"], ratio: 0.9), Override(layers: ["/mul"], ratio: 0.25),
        Override(layers: ["gemm.w"], ratio: 0),
      ])
    let pruned = try pass.apply(to: model, PassContext()).model
    #expect(
      try pruned.named("mul.w").floats()
        == PruneTests.expected(
          [model.named("mul.w").floats()], ratio: 0.25)[0])
    #expect(try pruned.named("gemm.w").floats() == model.named("gemm.w").floats())
    #expect(
      try pruned.named("conv.w").floats()
        == PruneTests.expected(
          [model.named("conv.w").floats()], ratio: 0.9)[0])
  }

  @Test("One pattern after another: unstructured narrows groups, groups fill up with stored zeros")
  func sequences() throws {
    var generator = SeededGenerator(seed: 6)
    let model = try Self.network(&generator)
    let groups = try Prune(pattern: .groups(kept: 2, of: 4)).apply(to: model, PassContext()).model
    let narrowed = try Prune(ratio: 0.8, scope: .layer).apply(to: groups, PassContext()).model
    for (before, after) in zip(try Self.rows(groups), try Self.rows(narrowed)) {
      // Transposed rows tie in another order than flat indices; only their number is compared.
      let zeros = after.joined().count { $0 == 0 }
      #expect(zeros == Int((0.8 * Double(after.joined().count)).rounded(.down)))
      #expect(zip(before.joined(), after.joined()).allSatisfy { $1 == 0 || $0 == $1 })
    }
    #expect(try narrowed.named("mul.w").support == .unstructured)
    let flat = try narrowed.named("mul.w").floats()
    #expect(
      try flat == PruneTests.expected([groups.named("mul.w").floats()], ratio: 0.8)[0])

    let sparse = try Prune(ratio: 0.8, scope: .layer).apply(to: model, PassContext()).model
    let filled = try Prune(pattern: .groups(kept: 2, of: 4)).apply(to: sparse, PassContext()).model
    #expect(
      try Self.rows(filled)
        == Self.rows(sparse).map { $0.map { Self.grouped($0, 2, 4) } })
    let weight = try filled.named("gemm.w")
    #expect(weight.support == .groups(kept: 2, of: 4))
    #expect(try weight.keptCount(weight.contents().mask) == 6 * 4)
    let blocks = try Prune(ratio: 0.5, pattern: .blocks(rows: 2, columns: 2))
      .apply(to: filled, PassContext()).model
    #expect(try blocks.named("conv.w").support == .blocks(rows: 2, columns: 2))
  }

  @Test("Weights that are not numbers stay to the last, infinite ones to the last but them")
  func notNumbers() throws {
    let model = try PruneTests.model([[.nan, 1, -.infinity, 0.5, 2, -.nan, 0, 3]], columns: 8)
    let pruned = try Prune(ratio: 0.75).apply(to: model, PassContext()).model
    let floats = try PruneTests.floats(pruned.weights[0])
    #expect(floats[0].isNaN && floats[5].isNaN && floats.count { $0 == 0 } == 6)
    let groups = try Prune(pattern: .groups(kept: 2, of: 4)).apply(to: model, PassContext()).model
    let kept = try PruneTests.floats(groups.weights[0])
    #expect(kept[0].isNaN && kept[1] == 0 && kept[2] == -.infinity && kept[5].isNaN && kept[7] == 3)
    let blocks = try Prune(ratio: 0.5, pattern: .blocks(rows: 1, columns: 2))
      .apply(to: model, PassContext()).model
    #expect(
      try PruneTests.floats(blocks.weights[0]).map { $0 != 0 } == [
        true, true, false, false, true, true, false, false,
      ])
  }

  @Test("All zeros, one distinct value, one element and none are pruned like any others")
  func extremes() throws {
    let matrices: [[Float]] = [[0, 0, 0, 0], [3, 3, 3, 3], [7]]
    for matrix in matrices {
      let model = try PruneTests.model([matrix], columns: matrix.count)
      for ratio in [0, 0.5, 1] {
        let pruned = try Prune(ratio: ratio).apply(to: model, PassContext()).model
        #expect(
          try PruneTests.floats(pruned.weights[0]) == PruneTests.expected([matrix], ratio: ratio)[0]
        )
      }
      let groups = try Prune(pattern: .groups(kept: 1, of: 2)).apply(to: model, PassContext()).model
      #expect(try PruneTests.floats(groups.weights[0]) == Self.grouped(matrix, 1, 2))
    }
    var empty = try PruneTests.model([[1]], columns: 1)
    empty.weights[0] = try Weight(
      id: WeightID(1), name: "w0", elementType: .float32, shape: Shape([0, 4]), dense: .empty)
    for pass in [
      Prune(ratio: 0.5), Prune(pattern: .groups(kept: 1, of: 2)),
      Prune(ratio: 0.5, pattern: .blocks(rows: 2, columns: 2)),
    ] {
      #expect(try pass.apply(to: empty, PassContext()).model.weights[0].shape.count == 0)
    }
  }
}
