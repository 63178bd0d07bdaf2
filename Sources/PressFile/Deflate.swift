import CZlib
import PressTensor

/// Raw deflate streams (no zlib or gzip header), by libz.
public enum Deflate {
  /// Inflates a stream that must yield exactly `count` bytes and then end.
  ///
  /// Memory grows with what is really there, so that a lying `count` allocates nothing.
  public static func inflate(_ input: RawSpan, count: Int) throws(FileError) -> [UInt8] {
    try run(input, expected: count)
  }

  /// Inflates the first `count` bytes of a stream, or all of it where there are fewer.
  public static func inflatePrefix(_ input: RawSpan, count: Int) throws(FileError) -> [UInt8] {
    try run(input, expected: count, isPrefix: true)
  }

  /// Deflates bytes at libz's default level.
  public static func deflate(_ input: [UInt8]) -> [UInt8] {
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    let status = unsafe deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    precondition(status == Z_OK, "libz refuses to start")
    defer { unsafe _ = deflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var offset = 0
    while true {
      let part = min(input.count - offset, 1 << 30)
      let isLast = offset + part == input.count
      let (consumed, produced) = unsafe step(
        &stream, input.rawSpan.extracting(offset..<(offset + part)), &chunk
      ) { unsafe _ = CZlib.deflate($0, isLast ? Z_FINISH : Z_NO_FLUSH) }
      offset += consumed
      output.append(contentsOf: chunk[..<produced])
      if isLast, produced < chunk.count { return output }
    }
  }

  private static func run(
    _ input: RawSpan, expected: Int, isPrefix: Bool = false
  ) throws(FileError) -> [UInt8] {
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(&stream, -15, ZLIB_VERSION, size) == Z_OK else {
      throw .inflate(reason: "libz refuses to start")
    }
    defer { unsafe _ = inflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var offset = 0
    while true {
      var status = Z_OK
      let part = min(input.byteCount - offset, 1 << 30)
      let (consumed, produced) = unsafe step(
        &stream, input.extracting(offset..<(offset + part)), &chunk
      ) { unsafe status = CZlib.inflate($0, Z_NO_FLUSH) }
      offset += consumed
      output.append(contentsOf: chunk[..<produced])
      if isPrefix, output.count >= expected || status == Z_STREAM_END {
        return Array(output.prefix(expected))
      }
      guard output.count <= expected else {
        throw .inflate(reason: "expected \(expected) bytes, found more")
      }
      if status == Z_STREAM_END { break }
      guard status == Z_OK, consumed + produced > 0 else {
        throw .inflate(
          reason: "expected a whole stream, found an error after \(output.count) bytes")
      }
    }
    guard output.count == expected, offset == input.byteCount else {
      throw .inflate(
        reason: "expected \(expected) bytes from \(input.byteCount), "
          + "found \(output.count) from \(offset)")
    }
    return output
  }

  /// Lends libz a part of the input and room for output; returns what it took and what it gave.
  private static func step(
    _ stream: inout z_stream, _ input: RawSpan, _ chunk: inout [UInt8],
    _ body: (UnsafeMutablePointer<z_stream>) -> Void
  ) -> (consumed: Int, produced: Int) {
    let room = chunk.count
    return unsafe input.withUnsafeBytes { bytes in
      unsafe chunk.withUnsafeMutableBufferPointer { output in
        unsafe stream.next_in = UnsafeMutablePointer(
          mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.avail_in = UInt32(bytes.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(room)
        unsafe body(&stream)
        return unsafe (bytes.count - Int(stream.avail_in), room - Int(stream.avail_out))
      }
    }
  }
}
