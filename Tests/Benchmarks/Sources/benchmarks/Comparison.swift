import Press
import PressKernels

/// A kernel beside a loop that does nothing but what limits it.
///
/// They take turns, so that both meet the same clock and the same other load.
struct Comparison {
  let name: String
  let unit: String
  let kernels: KernelTable
  let threads: Int

  private static let runs = 15

  init(name: String, unit: String, _ kernels: KernelTable, _ threads: Int) {
    self.name = name
    self.unit = unit
    self.kernels = kernels
    self.threads = threads
  }

  /// Prints what both reach in a second of wall time, and the median of the ratios of the turns.
  ///
  /// Both return how much they have done. The ratio of each one's best turn says most where the
  /// machine does something else too.
  func run(kernel: () -> Double, limit: () -> Double) {
    _ = (kernel(), limit())
    var kernelRates: [Double] = []
    var limits: [Double] = []
    for _ in 0..<Comparison.runs {
      kernelRates.append(rate(kernel))
      limits.append(rate(limit))
    }
    let ratios = zip(kernelRates, limits).map { $0 / $1 }
    print(
      "\(name), \(kernels.instructionSet), threads \(threads): \(tenths(median(kernelRates))) of",
      "\(tenths(median(limits))) \(unit), ratio \(hundredths(median(ratios)))",
      "(\(hundredths(ratios.min() ?? 0)) to \(hundredths(ratios.max() ?? 0)),",
      "of the best turns \(hundredths((kernelRates.max() ?? 0) / (limits.max() ?? 1))))")
  }

  /// Billions in a second.
  private func rate(_ body: () -> Double) -> Double {
    let start = Clock.seconds()
    let amount = body()
    return amount / (Clock.seconds() - start) / 1e9
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
