import PressGraph
import PressTensor
import Testing

@testable import PressCoding
@testable import PressContainer

@Suite("Every form of a weight in a container") struct FormTests {
  @Test("Support x values x granularity x coding comes back as it was", arguments: FormSample.all)
  func roundTrip(sample: FormSample) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let weight = try sample.weight(seed: seed)
      let bytes = try Samples.bytes(Model(graph: nil, weights: [weight]))
      let container = try Samples.open(bytes)
      try container.verify()
      let read = container.model.weights[0]
      let (was, now) = (try weight.contents(), try read.contents())
      #expect(read.support == weight.support)
      #expect(now.mask?.copied() == was.mask?.copied())
      if read.values == weight.values {
        #expect(now.values.copied() == was.values.copied())
        #expect(now.codebook?.copied() == was.codebook?.copied())
        #expect(now.scales?.copied() == was.scales?.copied())
        #expect(now.zeroPoints?.copied() == was.zeroPoints?.copied())
      }
      #expect(try read.decoded().copied() == weight.decoded().copied())
      #expect(try read.knownNonzeros == weight.countNonzeros(in: was))
      #expect(try Samples.bytes(container.model) == bytes, "written again")
    }
  }

  @Test("What version 1 can hold is of version 1, all else of version 2")
  func versions() throws {
    func version(_ sample: FormSample) throws -> UInt8 {
      try Samples.bytes(Model(graph: nil, weights: [sample.weight()]))[8]
    }
    for support in [Support.dense, .unstructured] {
      for coding in [Coding.raw, .huffman] {
        #expect(
          try version(FormSample(support: support, values: .plain, coding: coding)) == 1)
        #expect(
          try version(FormSample(support: support, values: .codebook(bits: 2), coding: coding))
            == 1)
        #expect(
          try version(
            FormSample(
              support: support, values: .codebook(bits: 2), coding: coding, hasHalves: true)) == 2)
        #expect(
          try version(
            FormSample(support: support, values: .plain, coding: coding, isTransposed: true)) == 2)
        #expect(try version(FormSample(support: support, values: .ternary, coding: coding)) == 2)
      }
    }
    #expect(
      try version(FormSample(support: .groups(kept: 2, of: 4), values: .plain, coding: .raw)) == 2)
    #expect(
      try version(
        FormSample(
          support: .dense, values: .codebook(bits: 2), granularity: .channel, coding: .raw)) == 2)
  }

  @Test("Raw codes are packed at their width, ternary ones at 1.6 bits")
  func sizes() throws {
    func bits(_ values: Values) throws -> [Int] {
      let sample = FormSample(support: .dense, values: values, coding: .raw, rows: 40)
      let weight = try sample.weight()
      return try StoredWeight(weight, weight.contents()).streams.filter { $0.role.holdsValues }
        .map { $0.bytes.byteCount * 8 }
    }
    let count = 40 * 22
    #expect(try bits(.ternary) == [count / 5 * 8])
    #expect(try bits(.binary) == [count])
    #expect(try bits(.affine(bits: 3)) == [count * 3])
    #expect(try bits(.fixed(bits: 12, radix: 4)) == [count * 8, count * 4])
    #expect(try bits(.narrow(.bfloat16)) == [count * 16])
  }

  @Test("A mask that does not fit its groups or blocks is written as any mask")
  func loose() throws {
    for support in [Support.groups(kept: 2, of: 4), .blocks(rows: 4, columns: 8)] {
      let sample = FormSample(support: .unstructured, values: .affine(bits: 4), coding: .raw)
      let weight = try sample.weight()
      let claimed = weight.reformed(
        support: support, values: weight.values, view: weight.view,
        source: LoadedWeight(try weight.contents()))
      let read = try Samples.open(Samples.bytes(Model(graph: nil, weights: [claimed])))
      #expect(read.model.weights[0].support == .unstructured)
      #expect(try read.model.weights[0].decoded().copied() == weight.decoded().copied())
    }
  }

  @Test("Streams that do not fit their description are not written")
  func refused() throws {
    func write(_ values: Values, _ change: (inout WeightContents) -> Void) throws {
      let weight = try FormSample(support: .dense, values: values, coding: .raw).weight()
      var contents = try weight.contents()
      change(&contents)
      let changed = weight.reformed(
        support: .dense, values: values, view: weight.view, source: LoadedWeight(contents))
      _ = try StoredWeight(changed, changed.contents())
    }
    for values in [Values.ternary, .binary, .affine(bits: 4), .codebook(bits: 3)] {
      try write(values) { _ in }
      #expect(throws: TensorError.self) { try write(values) { $0.values = Storage([1]) } }
      #expect(throws: TensorError.self) {
        try write(values) {
          $0.values = Storage([UInt8](repeating: 16, count: $0.values.byteCount))
        }
      }
      #expect(throws: TensorError.self) {
        try write(values) { ($0.scales, $0.codebook) = (Storage([0]), Storage([0])) }
      }
    }
    #expect(throws: TensorError.self) {
      try write(.affine(bits: 4)) { $0.zeroPoints = Storage([16]) }
    }
    #expect(throws: TensorError.self) {
      try write(.affine(bits: 4)) { $0.zeroPoints = Storage([1, 1]) }
    }
  }

  @Test("A weight without elements has no form")
  func empty() throws {
    let weight = Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: try Shape([0, 4]),
      values: .ternary, granularity: .channel, view: MatrixView(try Shape([0, 4])),
      source: LoadedWeight(WeightContents(values: .empty, scales: .empty)))
    let container = try Samples.open(Samples.bytes(Model(graph: nil, weights: [weight])))
    try container.verify()
    #expect(container.model.weights[0].values == .plain)
  }
}
