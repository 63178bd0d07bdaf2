/// Typed views of operands and outputs, for loops that are written in Swift.
extension Workspace {
  /// Calls `body` with an operand's elements.
  public func read<Element: BitwiseCopyable, Result>(
    _ operand: Operand, as type: Element.Type = Element.self, _ body: (Span<Element>) -> Result
  ) -> Result {
    let count = operand.byteCount / MemoryLayout<Element>.stride
    let start = unsafe pointer(to: operand)?.assumingMemoryBound(to: Element.self)
    let result = unsafe body(
      Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count)))
    extendLifetime(operand)
    return result
  }

  /// Calls `body` with an output's elements.
  ///
  /// Operands may be read meanwhile: where the output took over an operand's memory, an element must
  /// be read before the one at its place is written.
  public func write<Element: BitwiseCopyable>(
    _ slice: ArenaSlice, as type: Element.Type = Element.self,
    _ body: (inout MutableSpan<Element>) -> Void
  ) {
    let count = slice.byteCount / MemoryLayout<Element>.stride
    let start = unsafe arena.pointer(to: slice).assumingMemoryBound(to: Element.self)
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(start: start, count: count))
    body(&span)
  }
}
