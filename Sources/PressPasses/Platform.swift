import PressKernels

/// The machine as far as results may depend on it.
enum Platform {
  /// System, processor and instruction set: `linux x86_64 avx512`.
  static let name = "\(system) \(processor) \(KernelTable.best.instructionSet)"

  private static var system: String {
    #if os(Linux)
      "linux"
    #elseif canImport(Darwin)
      "darwin"
    #else
      "other"
    #endif
  }

  private static var processor: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }
}
