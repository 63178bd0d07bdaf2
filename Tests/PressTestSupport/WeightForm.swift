package import PressTensor

/// A form that a weight can have: support x values x granularity.
package struct WeightForm: Sendable, CustomStringConvertible {
  package var support: Support
  package var values: Values
  package var granularity: Granularity
  /// Whether affine values have zero points of their own.
  package var hasZeroPoints = false

  /// A form from its parts.
  package init(
    _ support: Support, _ values: Values, _ granularity: Granularity, hasZeroPoints: Bool = false
  ) {
    (self.support, self.values, self.granularity) = (support, values, granularity)
    self.hasZeroPoints = hasZeroPoints
  }

  package var description: String {
    "\(support.name) \(values) \(granularity.name)\(hasZeroPoints ? " with zero points" : "")"
  }

  /// Every support with every kind of values, at every granularity that means something.
  package static let all: [WeightForm] = supports.flatMap { support in
    allValues.flatMap { values -> [WeightForm] in
      let forms = granularities(of: values).map { WeightForm(support, values, $0) }
      guard case .affine = values else { return forms }
      return forms
        + forms.map { WeightForm($0.support, $0.values, $0.granularity, hasZeroPoints: true) }
    }
  }

  private static let supports: [Support] = [
    .dense, .unstructured, .groups(kept: 2, of: 4), .groups(kept: 5, of: 32),
    .blocks(rows: 4, columns: 3),
  ]

  private static let allValues: [Values] = [
    .plain, .narrow(.float16), .narrow(.bfloat16), .codebook(bits: 0), .codebook(bits: 1),
    .codebook(bits: 2), .codebook(bits: 3), .codebook(bits: 4), .codebook(bits: 8),
    .fixed(bits: 4, radix: 2), .fixed(bits: 8, radix: 6), .fixed(bits: 12, radix: 10),
    .affine(bits: 2), .affine(bits: 4), .affine(bits: 5), .affine(bits: 8), .ternary, .binary,
  ]

  private static func granularities(of values: Values) -> [Granularity] {
    switch values {
    case .plain, .narrow, .fixed: [.tensor]
    case .codebook, .affine, .ternary, .binary: [.tensor, .channel, .group(7)]
    }
  }
}

extension WeightForm {
  /// A weight of this form with random codes and parameters.
  package func weight(
    _ number: UInt32, name: String, shape: Shape, view: MatrixView,
    _ generator: inout SeededGenerator
  ) throws -> Weight {
    let mask = mask(view, &generator)
    let kept = mask.map { $0.filter(\.self).count } ?? shape.count
    let parts = WeightParts(granularity, count: shape.count, view: view).count
    var contents = WeightContents(values: .empty)
    contents.mask = mask.map(Self.packed)
    try fill(&contents, kept: kept, parts: parts, &generator)
    return Weight(
      id: WeightID(number), name: name, elementType: .float32, shape: shape, support: support,
      values: values, granularity: granularity, view: view, source: LoadedWeight(contents))
  }

  private func fill(
    _ contents: inout WeightContents, kept: Int, parts: Int, _ generator: inout SeededGenerator
  ) throws {
    func numbers(_ count: Int, _ range: ClosedRange<Float> = -1...1) -> [Float] {
      (0..<count).map { _ in Float.random(in: range, using: &generator) }
    }
    func codes(_ count: Int) -> Storage {
      Storage((0..<kept).map { _ in UInt8.random(in: 0...UInt8(count - 1), using: &generator) })
    }
    switch values {
    case .plain: contents.values = try ElementType.float32.elements(of: numbers(kept))
    case .narrow(let type): contents.values = try type.elements(of: numbers(kept))
    case .codebook(let bits):
      // One entry fewer than there could be.
      let entries = bits < 2 ? 1 << bits : 1 << bits - 1
      contents.codebook = try ElementType.float32.elements(of: numbers(parts * entries))
      if bits > 0 { contents.values = codes(entries) }
    case .fixed(let bits, _) where bits > 8:
      var bytes: [UInt8] = []
      for _ in 0..<kept {
        bytes.appendLittleEndian(UInt16.random(in: 0..<(1 << bits), using: &generator))
      }
      contents.values = Storage(bytes)
    case .fixed(let bits, _): contents.values = codes(1 << bits)
    case .affine(let bits):
      contents.values = codes(1 << bits)
      contents.scales = try ElementType.float32.elements(
        of: numbers(parts).map { $0 / Float(1 << bits) })
      if hasZeroPoints {
        contents.zeroPoints = Storage(
          (0..<parts).map { _ in UInt8.random(in: 0...UInt8(1 << bits - 1), using: &generator) })
      }
    case .ternary:
      contents.values = codes(3)
      contents.scales = try ElementType.float32.elements(of: numbers(2 * parts, 0...1))
    case .binary:
      contents.values = codes(2)
      contents.scales = try ElementType.float32.elements(of: numbers(parts, 0...1))
    }
  }

  /// Which elements are stored, row after row of the view; `nil` where all are.
  private func mask(_ view: MatrixView, _ generator: inout SeededGenerator) -> [Bool]? {
    var mask = [Bool](repeating: false, count: view.rows * view.columns)
    switch support {
    case .dense: return nil
    case .unstructured:
      for place in mask.indices { mask[place] = Int.random(in: 0..<10, using: &generator) == 0 }
    case .groups(let kept, let size):
      for row in 0..<view.rows {
        for first in stride(from: 0, to: view.columns, by: size) {
          let count = min(size, view.columns - first)
          let chosen = (0..<count).shuffled(using: &generator)
            .prefix((kept * count + size - 1) / size)
          for column in chosen { mask[row * view.columns + first + column] = true }
        }
      }
    case .blocks(let rows, let columns):
      var isKept: [Int: Bool] = [:]
      for place in mask.indices {
        let (row, column) = place.quotientAndRemainder(dividingBy: view.columns)
        let block = row / rows * view.columns + column / columns
        let kept = isKept[block] ?? (Int.random(in: 0..<4, using: &generator) == 0)
        isKept[block] = kept
        mask[place] = kept
      }
    }
    return mask
  }

  private static func packed(_ mask: [Bool]) -> Storage {
    var bytes = [UInt8](repeating: 0, count: (mask.count + 7) / 8)
    for (place, isSet) in mask.enumerated() where isSet {
      bytes[place / 8] |= 1 << UInt8(place % 8)
    }
    return Storage(bytes)
  }
}
