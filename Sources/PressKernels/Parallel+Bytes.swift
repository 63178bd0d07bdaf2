internal import CPressKernels

extension Parallel {
  /// Bytes that are written piece by piece, on up to so many threads.
  ///
  /// `body` is called once for each piece with its number and its bytes, which are 0 before.
  ///
  /// - Parameter piece: The bytes of a piece; the last one has what is left.
  public static func bytes(
    _ count: Int, piece: Int, threads: Int,
    _ body: @Sendable (Int, inout MutableSpan<UInt8>) -> Void
  ) -> [UInt8] {
    precondition(count >= 0 && piece > 0, "pieces of so many bytes")
    guard count > 0 else { return [] }
    let pieces = (count + piece - 1) / piece
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
      initialized = count
      let bytes = unsafe Bytes(start: target.baseAddress, count: count, piece: piece)
      try? forEach(pieces, threads: threads) { index in
        bytes.withPiece(index) { span in body(index, &span) }
      }
    }
  }
}

/// Memory whose pieces are each written by one thread.
@safe
private struct Bytes: @unchecked Sendable {
  let start: UnsafeMutablePointer<UInt8>?
  let count: Int
  let piece: Int

  init(start: UnsafeMutablePointer<UInt8>?, count: Int, piece: Int) {
    unsafe self.start = start
    self.count = count
    self.piece = piece
  }

  func withPiece(_ index: Int, _ body: (inout MutableSpan<UInt8>) -> Void) {
    let first = index * piece
    let size = min(piece, count - first)
    let bytes = unsafe UnsafeMutableBufferPointer(
      start: start.map { unsafe $0 + first }, count: size)
    unsafe bytes.initialize(repeating: 0)
    var span = unsafe MutableSpan(_unsafeElements: bytes)
    body(&span)
  }
}
