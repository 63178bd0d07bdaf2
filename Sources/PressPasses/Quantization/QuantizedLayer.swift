import PressKernels
import PressTensor

/// The work of quantizing one weight.
struct QuantizedLayer: Sendable {
  let base: Weight
  /// The view that the result is to have.
  let view: MatrixView?
  let granularity: Granularity
  let bits: Int
  let pass: Quantize
  let threads: Int

  /// The weight in its new form, `nil` if it is declined; and why.
  func quantized() throws -> (weight: Weight?, reason: String) {
    guard let kernels = NumberKernels(base.elementType) else {
      return (nil, "elements of type \(base.elementType.name)")
    }
    guard base.shape.count > 0 else { return (nil, "no elements") }
    if base.values == .codebook(bits: 0), base.support == .dense, base.parts.count == 1 {
      return (nil, "already one element for all")
    }
    let elements = try PartedElements(base, like: form, kernels)
    guard elements.count > 0 else { return (nil, "no element is stored") }
    let ranges = try self.ranges(elements)
    if let reason = unfit(ranges) { return (nil, reason) }
    let rule = try self.rule(elements, ranges)
    let (before, after) = (bytes(elements), bytes(elements, rule))
    guard after < before else {
      let parts = elements.parts == 1 ? "" : " with \(elements.parts) scales"
      return (nil, "\(after) bytes\(parts), not less than \(before)")
    }
    let source = QuantizedWeight(
      base: base, rule: rule, granularity: rule.values.hasParameters ? granularity : .tensor,
      view: view, threads: threads)
    return (source.weight, reason(rule, elements))
  }

  /// The weight in a form of the same order and parts.
  private var form: Weight {
    base.reformed(
      support: base.support, values: .binary, granularity: granularity, view: view,
      source: base.source)
  }

  /// The range of each part; throws where an element is not finite.
  private func ranges(_ elements: PartedElements) throws -> [NumberKernels.Range] {
    let ranges = try elements.reduced(NumberKernels.Range(), threads: threads) { kernels, _, span in
      kernels.range(of: span)
    } join: {
      $0.formUnion($1)
    }
    guard ranges.allSatisfy(\.isFinite) else {
      throw PassError.elements(
        tensor: base.name, expected: "finite elements", found: "infinity or what is not a number")
    }
    return ranges
  }

  /// Why elements of these ranges can't have the form.
  private func unfit(_ ranges: [NumberKernels.Range]) -> String? {
    guard case .fp16 = pass.to, base.elementType != .float16 else { return nil }
    let largest = ranges.reduce(0) { max($0, $1.magnitude) }
    return largest < 65520 ? nil : "an element of \(largest) is beyond the range of float16"
  }

  private func rule(
    _ elements: PartedElements, _ ranges: [NumberKernels.Range]
  ) throws -> ValueRule {
    let search = ScaleSearch(elements: elements, ranges: ranges, threads: threads)
    switch pass.to {
    case .int:
      let integers = ranges.map {
        NumberKernels.Integers(covering: $0, bits: bits, isSymmetric: !pass.asymmetric)
      }
      let found = pass.method == .mse ? try search.best(integers, bits: bits) : integers
      return .affine(bits: bits, found, isSymmetric: !pass.asymmetric)
    case .fixed:
      let radix = FixedPoint.radix(covering: ranges[0], bits: bits)
      return .fixed(
        bits: bits,
        radix: pass.method == .mse ? try search.bestRadix(from: radix, bits: bits) : radix)
    case .ternary: return try elements.ternary(twoScales: pass.twoScales, threads: threads)
    case .binary: return try elements.binary(threads: threads)
    case .fp16: return .narrow(.float16)
    case .bf16: return .narrow(.bfloat16)
    }
  }

  /// The bytes of values and parameters as they are, packed.
  private func bytes(_ elements: PartedElements) -> Int {
    elements.parameterBytes + packed(elements.count, base.values)
  }

  private func bytes(_ elements: PartedElements, _ rule: ValueRule) -> Int {
    rule.parameterBytes + packed(elements.count, rule.values)
  }

  private func packed(_ count: Int, _ values: Values) -> Int {
    switch values {
    case .plain: count * (base.elementType.byteWidth ?? 1)
    case .narrow(let type): count * (type.byteWidth ?? 1)
    case .ternary: (count + 4) / 5
    default: (count * (values.codeBits ?? 8) + 7) / 8
    }
  }

  private func reason(_ rule: ValueRule, _ elements: PartedElements) -> String {
    let name = rule.values.name(of: base.elementType)
    guard let scales = rule.scales else { return name }
    let zeros = rule.zeroPoints == nil ? "" : " and zero points"
    return "\(name), \(scales.count == 1 ? "1 scale" : "\(scales.count) scales")\(zeros)"
  }
}
