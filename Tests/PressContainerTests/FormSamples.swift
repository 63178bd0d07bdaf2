import PressTensor
import PressTestSupport
import Testing

@testable import PressContainer

/// Weights of every form: what is kept, what it is held as, what shares parameters, in which order.
struct FormSample: Sendable, CustomTestStringConvertible {
  var support: Support
  var values: Values
  var granularity = Granularity.tensor
  var coding: Coding
  var isTransposed = false
  var type = ElementType.float32
  var hasZeroPoints = false
  /// Whether the parameters are numbers that float16 has too.
  var hasHalves = false
  var rows = 6
  var columns = 22

  var testDescription: String {
    "\(support.name), \(values.name(of: type)), \(granularity.name), \(coding)"
      + (isTransposed ? ", transposed" : "")
  }

  /// Supports with short groups and blocks at the edges.
  static let supports: [Support] = [
    .dense, .unstructured, .groups(kept: 2, of: 4), .groups(kept: 1, of: 16),
    .blocks(rows: 4, columns: 8),
  ]
  /// Values of every form, of few and many bits.
  static let values: [Values] = [
    .plain, .narrow(.float16), .narrow(.bfloat16), .codebook(bits: 0), .codebook(bits: 3),
    .fixed(bits: 5, radix: 3), .fixed(bits: 12, radix: -2), .affine(bits: 4), .affine(bits: 8),
    .ternary, .binary,
  ]

  /// The whole product.
  static let all: [FormSample] = supports.flatMap { support in
    values.flatMap { values in
      [Granularity.tensor, .channel, .group(5)].flatMap { granularity in
        Coding.allCases.map { coding in
          FormSample(
            support: support, values: values, granularity: granularity, coding: coding,
            isTransposed: coding == .huffman, hasZeroPoints: granularity == .channel,
            hasHalves: granularity != .group(5))
        }
      }
    }
  }

  /// The matrix that rows and columns are of.
  var view: MatrixView {
    MatrixView(
      rows: [StridedAxis(size: rows, stride: isTransposed ? 1 : columns)],
      columns: [StridedAxis(size: columns, stride: isTransposed ? rows : 1)])
  }

  /// The weight, filled at random.
  func weight(seed: UInt64 = 1, id: UInt32 = 1) throws -> Weight {
    var generator = SeededGenerator(seed: seed)
    let mask = mask(&generator)
    let kept = mask?.count { $0 } ?? rows * columns
    let parts = WeightParts(granularity, count: rows * columns, view: view).count
    var contents = WeightContents(values: .empty)
    contents.mask = mask.map(packed)
    switch values {
    case .plain: contents.values = try type.elements(of: numbers(kept, &generator))
    case .narrow(let narrow): contents.values = try narrow.elements(of: numbers(kept, &generator))
    case .codebook(let bits):
      contents.codebook = try type.elements(of: numbers(parts << bits, &generator))
      contents.values = bits == 0 ? .empty : codes(kept, below: 1 << bits, &generator)
    case .fixed(let bits, _) where bits > 8:
      var bytes: [UInt8] = []
      for _ in 0..<kept {
        bytes.appendLittleEndian(UInt16.random(in: 0..<(1 << UInt16(bits)), using: &generator))
      }
      contents.values = Storage(bytes)
    case .fixed(let bits, _): contents.values = codes(kept, below: 1 << bits, &generator)
    case .affine(let bits):
      contents.values = codes(kept, below: 1 << bits, &generator)
      contents.scales = Samples.floats(numbers(parts, &generator))
      contents.zeroPoints = hasZeroPoints ? codes(parts, below: 1 << bits, &generator) : nil
    case .ternary:
      contents.values = codes(kept, below: 3, &generator)
      contents.scales = Samples.floats(numbers(2 * parts, &generator))
    case .binary:
      contents.values = codes(kept, below: 2, &generator)
      contents.scales = Samples.floats(numbers(parts, &generator))
    }
    return Weight(
      id: WeightID(id), name: "w", elementType: type,
      shape: try Shape(isTransposed ? [columns, rows] : [rows, columns]), support: support,
      values: values, granularity: granularity, view: view, coding: coding,
      source: LoadedWeight(contents))
  }

  /// One flag for each place, in the order of the rows.
  private func mask(_ generator: inout SeededGenerator) -> [Bool]? {
    var mask = [Bool](repeating: false, count: rows * columns)
    switch support {
    case .dense: return nil
    case .unstructured:
      for place in mask.indices { mask[place] = Int.random(in: 0..<5, using: &generator) == 0 }
    case .groups(let keep, let size):
      for row in 0..<rows {
        for start in stride(from: 0, to: columns, by: size) {
          let places = Array(start..<min(start + size, columns))
          let count = (keep * places.count + size - 1) / size
          for column in places.shuffled(using: &generator).prefix(count) {
            mask[row * columns + column] = true
          }
        }
      }
    case .blocks(let height, let width):
      for row in stride(from: 0, to: rows, by: height) {
        for column in stride(from: 0, to: columns, by: width)
        where Bool.random(using: &generator) {
          for line in row..<min(row + height, rows) {
            for place in column..<min(column + width, columns) {
              mask[line * columns + place] = true
            }
          }
        }
      }
    }
    return mask
  }

  private func packed(_ mask: [Bool]) -> Storage {
    var bytes = [UInt8](repeating: 0, count: (mask.count + 7) / 8)
    for (place, isKept) in mask.enumerated() where isKept { bytes[place / 8] |= 1 << (place % 8) }
    return Storage(bytes)
  }

  /// Numbers of which some are 0.
  private func numbers(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in
      let number = Float(Int.random(in: -40...40, using: &generator)) / 16
      return number.magnitude < 0.5 ? 0 : hasHalves ? number : number * 1.000_1
    }
  }

  /// Codes of which low ones are more frequent.
  private func codes(
    _ count: Int, below limit: Int, _ generator: inout SeededGenerator
  ) -> Storage {
    Storage(
      (0..<count).map { _ in
        let bound = Int.random(in: 0..<limit, using: &generator)
        return UInt8(Int.random(in: 0...bound, using: &generator))
      })
  }
}
