import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

/// Pruning of weights whose values are codes, or narrower elements: what stays keeps its form.
@Suite("Pruning of coded weights") struct CodedPruningTests {
  /// Forms of values, with whether some code stands for 0.
  static let forms: [(values: Values, granularity: Granularity, hasZero: Bool)] = [
    (.plain, .tensor, true), (.narrow(.float16), .tensor, true),
    (.narrow(.bfloat16), .tensor, true),
    (.codebook(bits: 0), .tensor, false), (.codebook(bits: 3), .tensor, true),
    (.codebook(bits: 2), .channel, false), (.codebook(bits: 3), .group(4), true),
    (.fixed(bits: 4, radix: 2), .tensor, true), (.fixed(bits: 12, radix: 7), .tensor, true),
    (.affine(bits: 4), .channel, true), (.affine(bits: 8), .group(5), true),
    (.ternary, .tensor, true), (.ternary, .channel, true), (.binary, .channel, false),
  ]

  /// A weight of a form with random codes, seen as the transpose of its tensor (9, 6) if `turned`.
  static func weight(
    _ values: Values, _ granularity: Granularity, hasZero: Bool, turned: Bool, seed: UInt64
  ) throws -> Weight {
    var generator = SeededGenerator(seed: seed)
    let shape = try Shape([9, 6])
    let plain = MatrixView(shape)
    let view =
      turned ? MatrixView(rows: plain.columnAxes, columns: plain.rowAxes) : plain
    let parts = WeightParts(granularity, count: 54, view: view).count
    var contents = WeightContents(values: .empty)
    func floats(_ count: Int, _ range: ClosedRange<Float>) throws -> Storage {
      try ElementType.float32.elements(
        of: (0..<count).map { _ in Float.random(in: range, using: &generator) })
    }
    func codes(_ range: Range<Int>, width: Int = 1) -> Storage {
      var bytes: [UInt8] = []
      for _ in 0..<54 {
        let code = UInt16(Int.random(in: range, using: &generator))
        if width == 2 { bytes.appendLittleEndian(code) } else { bytes.append(UInt8(code)) }
      }
      return Storage(bytes)
    }
    switch values {
    case .plain: contents.values = try floats(54, -1...1)
    case .narrow(let type):
      contents.values = try type.elements(
        of: (0..<54).map { _ in Float.random(in: -1...1, using: &generator) })
    case .codebook(let bits):
      let entries = 1 << bits
      var book = try floats(entries * parts, 0.1...1).copied()
      if hasZero {
        for part in 0..<parts {
          for byte in 0..<4 { book[(part * entries + part % entries) * 4 + byte] = 0 }
        }
      }
      contents.codebook = Storage(book)
      if bits > 0 { contents.values = codes(0..<entries) }
    case .fixed(let bits, _): contents.values = codes(0..<(1 << bits), width: bits > 8 ? 2 : 1)
    case .affine(let bits):
      contents.values = codes(0..<(1 << bits))
      contents.scales = try floats(parts, 0.1...1)
      if case .group = granularity {
        contents.zeroPoints = Storage((0..<parts).map { UInt8($0 % (1 << bits)) })
      }
    case .ternary:
      contents.values = codes(0..<3)
      contents.scales = try floats(2 * parts, 0.1...1)
    case .binary:
      contents.values = codes(0..<2)
      contents.scales = try floats(parts, 0.1...1)
    }
    return Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: shape, values: values,
      granularity: granularity, view: granularity == .tensor && !turned ? nil : view,
      source: LoadedWeight(contents))
  }

  /// A model in which the weight's rows are the tensor's second axis if `turned`.
  static func model(_ weight: Weight, turned: Bool) -> Model {
    var builder = NetworkBuilder()
    builder.input("x", turned ? [1, 9] : [1, 6])
    builder.node("Gemm", ["x", "w"], "y", [Attribute("transB", .int(turned ? 0 : 1))])
    builder.output("y")
    var model = builder.model
    model.weights = [weight]
    model.graph?.constants = [ConstantBinding(name: "w", weight: weight.id)]
    return model
  }

  static func dense(_ weight: Weight) throws -> Weight {
    try Weight(
      id: weight.id, name: weight.name, elementType: .float32, shape: weight.shape,
      dense: weight.decoded())
  }

  @Test("Every form of values, pruned in every pattern, is its decoded weights pruned")
  func everyForm() throws {
    let passes = [
      Prune(ratio: 0.3), Prune(ratio: 0.85), Prune(pattern: .groups(kept: 2, of: 4)),
      Prune(ratio: 0.6, pattern: .blocks(rows: 2, columns: 3)),
    ]
    for (index, form) in Self.forms.enumerated() {
      for turned in [false, true] {
        let weight = try Self.weight(
          form.values, form.granularity, hasZero: form.hasZero, turned: turned, seed: UInt64(index))
        let coded = Self.model(weight, turned: turned)
        let plain = Self.model(try Self.dense(weight), turned: turned)
        for first in passes {
          let once = try first.apply(to: coded, PassContext()).model
          let expected = try first.apply(to: plain, PassContext()).model
          let note = "\(form.values) \(form.granularity) \(turned) \(first.pattern)"
          #expect(try once.weights[0].floats() == expected.weights[0].floats(), "\(note)")
          #expect(once.weights[0].values == form.values, "\(note)")
          #expect(once.weights[0].granularity == form.granularity, "\(note)")
          #expect(
            try once.weights[0].knownNonzeros
              == once.weights[0].floats().count { $0 != 0 }, "\(note)")
          for second in passes {
            let twice = try second.apply(to: once, PassContext()).model.weights[0]
            let both = try second.apply(to: expected, PassContext()).model.weights[0]
            #expect(try twice.floats() == both.floats(), "\(note), then \(second.pattern)")
            #expect(twice.values == form.values)
            try Self.check(twice, hasZero: form.hasZero)
          }
        }
      }
    }
  }

  /// Checks that a structured support marks as many elements as it says.
  private static func check(_ weight: Weight, hasZero: Bool) throws {
    guard case .groups(let kept, let size) = weight.support, let view = weight.view else { return }
    let rest = (kept * (view.columns % size) + size - 1) / size
    let count = try weight.keptCount(weight.contents().mask)
    #expect(count == view.rows * (view.columns / size * kept + rest))
  }
}
