import CPeaks
import PressKernels

/// How near dense products come to what the processor can do at most.
enum DenseBenchmark {
  static func run() {
    let best = KernelTable.best
    // The instruction set that most processors have, beside the best of this one.
    let others = KernelTable.available.filter {
      $0.instructionSet == "AVX2" && best.instructionSet != "AVX2"
    }
    for kernels in others + [best] {
      for threads in [1, 2] {
        matrix(side: 2048, kernels, threads)
        vector(rows: 4096, columns: 9216, kernels, threads)
      }
    }
  }

  /// A product of square matrices, against multiply-adds that stay in registers.
  private static func matrix(side: Int, _ kernels: KernelTable, _ threads: Int) {
    var layer = DenseLayer(
      rows: side, columns: side, count: side, kernels: kernels, threads: threads)
    let rounds = 40_000_000
    let operations = 2 * Double(side) * Double(side) * Double(side)
    Comparison(name: "\(side)x\(side)x\(side)", unit: "Gflop/s", kernels, threads).run {
      layer.run()
      return operations
    } limit: {
      peak_multiply_add(kernels.registers, threads, rounds)
    }
    layer.check()
  }

  /// A product with one vector, against reading as much memory.
  private static func vector(rows: Int, columns: Int, _ kernels: KernelTable, _ threads: Int) {
    guard let memory = peak_buffer_create(rows * columns) else { return }
    defer { peak_buffer_destroy(memory) }
    var layer = DenseLayer(
      rows: rows, columns: columns, count: 1, kernels: kernels, threads: threads)
    let bytes = 4 * Double(rows * columns)
    Comparison(name: "\(rows)x\(columns) by a vector", unit: "GB/s", kernels, threads).run {
      layer.run()
      return bytes
    } limit: {
      let sum = peak_read(kernels.registers, threads, memory, rows * columns)
      return sum > 0 ? bytes : 0
    }
    layer.check()
  }
}

extension KernelTable {
  /// The registers that its kernels use.
  fileprivate var registers: peak_registers {
    if instructionSet == "AVX2" { return peak_registers_32 }
    return instructionSet.hasPrefix("AVX-512") ? peak_registers_64 : peak_registers_16
  }
}
