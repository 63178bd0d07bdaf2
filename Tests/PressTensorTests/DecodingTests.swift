import PressTensor
import Testing

@Suite("Decoding weights") struct DecodingTests {
  static let mask = Storage([0b0101_0010, 0b1])

  func weight(
    _ support: Support, _ values: Values, _ contents: WeightContents
  ) throws -> Weight {
    Weight(
      id: WeightID(1), name: "w", elementType: .uint16, shape: try Shape([3, 3]),
      support: support, values: values, source: LoadedWeight(contents))
  }

  func elements(_ weight: Weight) throws -> [UInt16] {
    try weight.decoded().withBytes { span in
      (0..<9).map { span.loadLittleEndian(UInt16.self, at: 2 * $0) }
    }
  }

  /// Expects a weight of these streams to be these elements.
  func expect(
    _ support: Support, _ values: Values, _ contents: WeightContents, is expected: [UInt16]
  ) throws {
    let weight = try weight(support, values, contents)
    #expect(try elements(weight) == expected, "\(support), \(values)")
    #expect(try weight.countNonzeros(in: contents) == expected.filter { $0 != 0 }.count)
  }

  @Test("Every pair of support and values gives the dense tensor and its non-zeros")
  func pairs() throws {
    let counted: [UInt8] = [1, 0, 2, 0, 3, 0, 4, 0]
    try expect(
      .dense, .plain, WeightContents(values: Storage(counted + [0, 0] + counted)),
      is: [1, 2, 3, 4, 0, 1, 2, 3, 4])
    try expect(
      .unstructured, .plain, WeightContents(mask: Self.mask, values: Storage(counted)),
      is: [0, 1, 0, 0, 2, 0, 3, 0, 4])
    let one = Storage([7, 1])
    try expect(
      .dense, .codebook(bits: 0), WeightContents(values: .empty, codebook: one),
      is: [UInt16](repeating: 263, count: 9))
    try expect(
      .unstructured, .codebook(bits: 0),
      WeightContents(mask: Self.mask, values: .empty, codebook: one),
      is: [0, 263, 0, 0, 263, 0, 263, 0, 263])
    let entries = Storage([0, 0, 5, 0, 6, 0])
    try expect(
      .dense, .codebook(bits: 2),
      WeightContents(values: Storage([0, 1, 2, 0, 1, 2, 0, 1, 2]), codebook: entries),
      is: [0, 5, 6, 0, 5, 6, 0, 5, 6])
    try expect(
      .unstructured, .codebook(bits: 2),
      WeightContents(mask: Self.mask, values: Storage([1, 0, 1, 1]), codebook: entries),
      is: [0, 5, 0, 0, 0, 0, 5, 0, 5])
  }

  @Test("Elements smaller than a byte repeat without gaps")
  func nibbles() throws {
    let weight = try Weight(
      id: WeightID(1), name: "w", elementType: .int4, shape: Shape([5]), repeating: [0x0B])
    #expect(try weight.decoded().copied() == [0xBB, 0xBB, 0x0B])
    let triples = try Weight(
      id: WeightID(1), name: "w", elementType: .float6E2M3, shape: Shape([4]), repeating: [0x21])
    #expect(try triples.decoded().copied() == [0x61, 0x18, 0x86])
  }

  @Test("Which bits make an element other than 0 depends on its type")
  func zeros() {
    func count(_ type: ElementType, _ bytes: [UInt8]) -> Int {
      type.countNonzeros(in: bytes.rawSpan, count: bytes.count * 8 / (type.bitWidth ?? 8))
    }
    #expect(count(.float32, [0, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0]) == 1)
    #expect(count(.int32, [0, 0, 0, 0x80, 0, 0, 0, 0]) == 1)
    #expect(count(.float8E4M3FN, [0x80, 0, 1]) == 1)
    #expect(count(.float8E4M3FNUZ, [0x80, 0, 1]) == 2)
    #expect(count(.float8E8M0, [0, 1]) == 2)
    #expect(count(.float4E2M1, [0x80, 0x01]) == 1)
    #expect(count(.complex64, [0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]) == 1)
  }

  @Test("A mask that does not fit its values is an error, not a trap")
  func mismatch() throws {
    let contents = WeightContents(mask: Self.mask, values: Storage([1, 0]))
    #expect(throws: TensorError.byteCount(expected: 8, found: 2)) {
      try weight(.unstructured, .plain, contents).decoded()
    }
    #expect(throws: TensorError.byteCount(expected: 18, found: 1)) {
      try Weight(
        id: WeightID(1), name: "w", elementType: .uint16, shape: Shape([3, 3]),
        dense: Storage([0]))
    }
  }

  @Test("Shapes whose size does not fit in a word are refused")
  func shapes() throws {
    #expect(throws: TensorError.negativeDimension(-1)) { try Shape([2, -1]) }
    #expect(throws: TensorError.sizeOverflow([1 << 40, 1 << 40])) { try Shape([1 << 40, 1 << 40]) }
    #expect(try Shape([0, 1 << 40]).count == 0)
    #expect(try Shape([]).count == 1)
    #expect(throws: TensorError.self) { try ElementType.float64.byteCount(1 << 60) }
  }
}
