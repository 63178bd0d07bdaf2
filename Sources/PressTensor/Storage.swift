/// A run of bytes that someone else owns: a mapped file, for one.
///
/// The bytes stay where they are as long as the source lives.
public protocol ByteSource: AnyObject, Sendable {
  /// The number of bytes.
  var byteCount: Int { get }
  /// Calls `body` with the bytes, which live until it returns.
  func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result
  /// Says that nobody will need some bytes soon: what they take in memory may be given back.
  func release(_ range: Range<Int>)
}

extension ByteSource {
  /// Keeps everything.
  public func release(_ range: Range<Int>) {}
}

/// The bytes of one stream: held in memory, or a range of a mapped file that is read when needed.
public struct Storage: Sendable {
  private enum Contents: Sendable {
    case memory([UInt8])
    case range(any ByteSource, Range<Int>)
  }

  private let contents: Contents

  /// Bytes in memory.
  public init(_ bytes: [UInt8]) {
    contents = .memory(bytes)
  }

  /// A range of a source, checked against its length.
  public init(_ source: any ByteSource, range: Range<Int>) throws(TensorError) {
    guard range.lowerBound >= 0, range.upperBound <= source.byteCount else {
      throw .outOfBounds(
        offset: range.lowerBound, count: range.count, length: source.byteCount)
    }
    contents = .range(source, range)
  }

  /// No bytes.
  public static var empty: Storage { Storage([]) }

  /// The number of bytes.
  public var byteCount: Int {
    switch contents {
    case .memory(let bytes): bytes.count
    case .range(_, let range): range.count
    }
  }

  /// Whether reading the bytes touches a mapped file rather than memory of the process.
  public var isMapped: Bool {
    if case .range = contents { true } else { false }
  }

  /// The source and the range of bytes that are not held in memory.
  public var mapped: (source: any ByteSource, range: Range<Int>)? {
    if case .range(let source, let range) = contents { (source, range) } else { nil }
  }

  /// Says that nobody will need the bytes soon.
  public func release() {
    if case .range(let source, let range) = contents { source.release(range) }
  }

  /// Calls `body` with the bytes.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch contents {
    case .memory(let bytes):
      return try body(bytes.rawSpan)
    case .range(let source, let range):
      return try source.withBytes { (span) throws(Failure) in
        try body(span.extracting(range))
      }
    }
  }

  /// A copy of the bytes.
  public func copied() -> [UInt8] {
    switch contents {
    case .memory(let bytes): bytes
    case .range: withBytes { span in Array(copying: span) }
    }
  }

  /// A part of the bytes, without copying a mapped range.
  public func slice(_ range: Range<Int>) throws(TensorError) -> Storage {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw .outOfBounds(offset: range.lowerBound, count: range.count, length: byteCount)
    }
    switch contents {
    case .memory(let bytes):
      return Storage(Array(bytes[range]))
    case .range(let source, let whole):
      let start = whole.lowerBound + range.lowerBound
      return try Storage(source, range: start..<(start + range.count))
    }
  }
}
