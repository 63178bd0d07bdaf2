import Press
import PressLinearAlgebra

/// How long all singular values and vectors of a matrix take, on one thread.
enum DecompositionBenchmark {
  static func run() throws {
    for size in [512, 2048, 4096] {
      var state: UInt64 = 1
      let matrix = (0..<(size * size)).map { _ -> Float in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int64(bitPattern: state) >> 40) * 0x1p-23
      }
      let start = (Clock.seconds(), Clock.threadSeconds())
      let found = try SingularValueDecomposition(matrix, rows: size, columns: size)
      let times = (Clock.seconds() - start.0, Clock.threadSeconds() - start.1)
      print(
        "full SVD \(size)x\(size), one thread: \(times.0) s wall, \(times.1) s processor,",
        "largest value \(found.values[0])")
    }
  }
}
