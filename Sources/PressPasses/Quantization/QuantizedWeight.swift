import PressKernels
import PressTensor

/// A weight held by codes that a rule gives its elements; the codes are found anew each time it is
/// asked for.
struct QuantizedWeight: WeightSource {
  /// The weight as it was.
  let base: Weight
  /// What codes stand for.
  let rule: ValueRule
  /// Which elements share scales.
  let granularity: Granularity
  /// The view that the result has.
  let view: MatrixView?
  let threads: Int

  /// The weight in its new form.
  var weight: Weight {
    base.reformed(
      support: base.support, values: rule.values, granularity: granularity, view: view,
      source: self)
  }

  func load() throws -> WeightContents {
    guard let kernels = NumberKernels(base.elementType) else {
      throw TensorError.elementType(expected: "a floating-point type", found: base.elementType)
    }
    return try rule.contents(
      PartedElements(base, like: weight, kernels), threads: threads)
  }
}
