internal import CPressKernels

/// The inner loops for one instruction set.
@safe
public struct KernelTable: Sendable {
  nonisolated(unsafe) let table: UnsafePointer<press_kernels>

  /// The best kernels that this processor runs.
  public static var best: KernelTable {
    guard let table = unsafe press_kernel_table() else {
      preconditionFailure("the portable kernels always exist")
    }
    return unsafe KernelTable(table: table)
  }

  /// The kernels of every instruction set that this processor has, the portable ones first.
  public static var available: [KernelTable] {
    var tables: [KernelTable] = []
    while let table = unsafe press_kernel_table_at(tables.count) {
      tables.append(unsafe KernelTable(table: table))
    }
    return tables
  }

  /// The name of the instruction set, or `portable`.
  public var instructionSet: String { unsafe String(cString: table.pointee.instruction_set) }

  /// Every kernel's name, and whether this table has a version of its own.
  public var kernels: [(name: String, isSpecialized: Bool)] {
    (0..<press_kernel_count.rawValue).compactMap { number in
      let kernel = press_kernel(rawValue: number)
      guard let name = unsafe press_kernel_name(kernel) else { return nil }
      return unsafe (String(cString: name), press_kernel_is_specialized(table, kernel))
    }
  }
}
