import PressKernels
import PressTensor

/// What a code or an element comes to in each part of a weight, worked out from its elements.
enum ValueRule: Sendable, Hashable {
  /// Integers with a scale and a zero for each part.
  case affine(bits: Int, [NumberKernels.Integers], isSymmetric: Bool)
  /// Integers times a power of two.
  case fixed(bits: Int, radix: Int)
  /// Thresholds, and the scales of the negative and the positive elements, for each part.
  case ternary(thresholds: [Float], scales: [Float])
  /// A scale for each part.
  case binary(scales: [Float])
  /// Elements of a narrower type.
  case narrow(ElementType)

  /// The form of the values.
  var values: Values {
    switch self {
    case .affine(let bits, _, _): .affine(bits: bits)
    case .fixed(let bits, let radix): .fixed(bits: bits, radix: radix)
    case .ternary: .ternary
    case .binary: .binary
    case .narrow(let type): .narrow(type)
    }
  }

  /// One float for each part, two for ternary values.
  var scales: [Float]? {
    switch self {
    case .affine(_, let parts, _): parts.map(\.scale)
    case .ternary(_, let scales), .binary(let scales): scales
    case .fixed, .narrow: nil
    }
  }

  /// The code that stands for 0 in each part; `nil` where that is the middle one.
  var zeroPoints: [UInt8]? {
    guard case .affine(_, let parts, isSymmetric: false) = self else { return nil }
    return parts.map { UInt8($0.zero) }
  }

  /// The bytes of scales and zero points.
  var parameterBytes: Int { 4 * (scales?.count ?? 0) + (zeroPoints?.count ?? 0) }

  /// The bytes of a code or an element in memory.
  var width: Int {
    switch self {
    case .fixed(let bits, _): bits > 8 ? 2 : 1
    case .narrow: 2
    case .affine, .ternary, .binary: 1
    }
  }

  /// The streams that the elements come to.
  func contents(_ elements: PartedElements, threads: Int) throws -> WeightContents {
    let values = elements.coded(width: width, threads: threads) { kernels, part, span, target, at in
      switch self {
      case .affine(_, let parts, _):
        kernels.code(span, as: parts[part], width: 1, into: &target, at: at)
      case .fixed(let bits, let radix):
        kernels.code(
          span, as: .fixed(bits: bits, radix: radix), width: width, into: &target, at: at)
      case .ternary(let thresholds, _):
        kernels.codeThirds(span, beyond: thresholds[part], into: &target, at: at)
      case .binary: kernels.codeSigns(span, into: &target, at: at)
      case .narrow(let type): kernels.narrow(span, to: type, into: &target, at: at)
      }
    }
    return WeightContents(
      mask: elements.mask, values: values,
      scales: try scales.map { try ElementType.float32.elements(of: $0) },
      zeroPoints: zeroPoints.map { Storage($0) })
  }
}

extension NumberKernels.Integers {
  /// The integers of fixed-point numbers, whose zero is the middle one.
  static func fixed(bits: Int, radix: Int) -> Self {
    Self(
      scale: Float(sign: .plus, exponent: -radix, significand: 1), zero: 1 << (bits - 1),
      range: 0...(1 << bits - 1))
  }
}
