extension Workspace {
  /// Puts entries of `inner` bytes where `places` (int64, in entries of `unit` bytes) say, in order.
  ///
  /// Entry i of the input is put at place i, or its entry `repeated` every time. A negative place is
  /// left out.
  public func scatter(
    inner: Int, count: Int, places: Operand, unit: Int, repeated: Int? = nil, input: Operand,
    output: ArenaSlice
  ) {
    checkApart(output, input)
    checkApart(output, places)
    precondition(input.byteCount / max(inner, 1) >= repeated.map { $0 + 1 } ?? count)
    guard inner > 0, let x = unsafe pointer(to: input) else { return }
    let y = unsafe arena.pointer(to: output)
    read(places, as: Int64.self) { places in
      precondition(places.count >= count, "there is a place for every entry")
      for entry in 0..<count where places[entry] >= 0 {
        let (start, overflow) = Int(places[entry]).multipliedReportingOverflow(by: unit)
        precondition(!overflow && start <= output.byteCount - inner, "a place is in the output")
        let from = unsafe x + (repeated ?? entry) * inner
        unsafe (y + start).copyMemory(from: from, byteCount: inner)
      }
    }
    extendLifetime(input)
  }

  /// Copies all bytes of an operand, unless they are where they belong.
  public mutating func copyAll(from input: Operand, to output: ArenaSlice) {
    if case .slice(output) = input { return }
    precondition(input.byteCount == output.byteCount, "a copy has the size of what is copied")
    let layout = CopyLayout(sizes: [input.byteCount], inputStrides: [1], outputStrides: [1])
    guard let layout else { return }
    copy(width: 1, layout: layout, input: input, output: output)
  }
}
