import Press

/// Prints one line for each measurement: what, the median of several runs, and their spread.
///
/// Arguments choose what is measured: `coding`, `dense`, `passes`, or of these `svd`, `prune`, `share`
/// or `quantize` alone; without any it is everything.
@main enum Benchmarks {
  static func main() throws {
    let chosen = CommandLine.arguments.dropFirst()
    if chosen.isEmpty || chosen.contains("dense") {
      print("dense products beside loops, in turns, wall time, medians of 15 turns")
      DenseBenchmark.run()
    }
    if chosen.isEmpty || chosen.contains("coding") {
      print("one thread, processor time, median of 9 runs (slowest and fastest in brackets)")
      try CodingBenchmark.run()
    }
    if chosen.isEmpty || chosen.contains("passes") || chosen.contains("quantize") {
      print("quantizing in memory, wall time, median of 15 runs (fastest and slowest in brackets)")
      try QuantizeBenchmark.run()
    }
    if chosen.isEmpty || chosen.contains("passes") || chosen.contains("svd") {
      try DecompositionBenchmark.run()
    }
    if chosen.isEmpty || chosen.contains("passes") || chosen.contains("prune") {
      print("pruning in memory, wall time, median of 7 runs (fastest and slowest in brackets)")
      try PruneBenchmark.run()
    }
    if chosen.isEmpty || chosen.contains("passes") || chosen.contains("share") {
      print("sharing in memory, wall time, median of 5 runs (fastest and slowest in brackets)")
      try ShareBenchmark.run()
    }
  }
}
