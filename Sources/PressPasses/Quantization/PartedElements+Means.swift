import PressKernels
import PressTensor

extension PartedElements {
  /// Ternary values in closed form: an element is 0 up to 0.7 times the mean magnitude of its part,
  /// and beyond that the mean magnitude of those that are left (TWN, 1605.04711).
  ///
  /// With two scales the means of both sides differ, as in TTQ (1612.01064).
  func ternary(twoScales: Bool, threads: Int) throws -> ValueRule {
    let thresholds = try means(threads: threads).map { Float(0.7 * $0) }
    let tails = try reduced(NumberKernels.Tails(), threads: threads) { kernels, part, span in
      kernels.tails(of: span, beyond: thresholds[part])
    } join: {
      $0.add($1)
    }
    let scales = tails.flatMap { tails in
      let both = Self.mean(tails.sumAbove + tails.sumBelow, tails.above + tails.below)
      return twoScales
        ? [Self.mean(tails.sumBelow, tails.below), Self.mean(tails.sumAbove, tails.above)]
        : [both, both]
    }
    return .ternary(thresholds: thresholds, scales: scales)
  }

  /// Binary values in closed form: the sign of an element times the mean magnitude of its part (BWN,
  /// 1603.05279).
  func binary(threads: Int) throws -> ValueRule {
    .binary(scales: try means(threads: threads).map { Float($0) })
  }

  /// The mean magnitude of each part.
  private func means(threads: Int) throws -> [Double] {
    let tails = try reduced(NumberKernels.Tails(), threads: threads) { kernels, _, span in
      kernels.tails(of: span, beyond: 0)
    } join: {
      $0.add($1)
    }
    return tails.indices.map { part in
      let count = starts[part + 1] - starts[part]
      return count == 0 ? 0 : (tails[part].sumAbove + tails[part].sumBelow) / Double(count)
    }
  }

  private static func mean(_ sum: Double, _ count: Int) -> Float {
    count == 0 ? 0 : Float(sum / Double(count))
  }
}
