import PressTensor

extension ZipDirectoryEntry {
  /// Compares the entry's local header, and the descriptor behind its data, with the directory.
  ///
  /// - Returns: Where the data is, and where the entry ends: at most at `limit`.
  func located(_ span: RawSpan, limit: Int) throws(ZipError) -> (data: Range<Int>, end: Int) {
    let start = Int(clamping: offset)
    let kind = ZipRecord.local
    try kind.check(span, at: start, end: limit)
    let nameCount = Int(span.loadLittleEndian(UInt16.self, at: start + 26))
    let extraCount = Int(span.loadLittleEndian(UInt16.self, at: start + 28))
    let whole = kind.byteCount + nameCount + extraCount
    guard whole <= limit - start else {
      throw .truncated(record: kind.name, offset: start, count: whole, end: limit)
    }
    let nameStart = start + kind.byteCount
    guard nameCount == nameRange.count,
      span.isEqual(nameStart, nameRange.lowerBound, count: nameCount)
    else { throw .localName(name: name) }
    try compare("flags", UInt64(flags), span.loadLittleEndian(UInt16.self, at: start + 6))
    try compare(
      "method", UInt64(method.rawValue), span.loadLittleEndian(UInt16.self, at: start + 8))
    let extra = (nameStart + nameCount)..<(start + whole)
    try compareSizes(span, at: start, try ZipWideFields(span, extra, name: name))
    let first = start + whole
    guard let count = Int(exactly: storedByteCount), count <= limit - first else {
      throw .truncated(
        record: "data of '\(name)'", offset: first, count: Int(clamping: storedByteCount),
        end: limit)
    }
    let data = first..<(first + count)
    return (data, try end(of: data, span, limit: limit))
  }

  /// Checksum and sizes: in the header, unless they stand behind the data; then 0 is fine too.
  private func compareSizes(
    _ span: RawSpan, at start: Int, _ wide: ZipWideFields
  ) throws(ZipError) {
    var wide = wide
    let sum = UInt64(span.loadLittleEndian(UInt32.self, at: start + 14))
    let size = try wide.widened(span.loadLittleEndian(UInt32.self, at: start + 22), span)
    let stored = try wide.widened(span.loadLittleEndian(UInt32.self, at: start + 18), span)
    if hasDescriptor, sum == 0, size == 0, stored == 0 { return }
    try compare("checksum", UInt64(checksum), sum)
    try compare("size", byteCount, size)
    try compare("stored size", storedByteCount, stored)
  }

  private func compare(
    _ field: String, _ expected: UInt64, _ found: some UnsignedInteger
  ) throws(ZipError) {
    guard expected == UInt64(found) else {
      throw .localHeader(name: name, field: field, expected: expected, found: UInt64(found))
    }
  }

  /// The end of an entry: that of its data, or of the descriptor behind it, whose signature is
  /// optional and whose sizes take four or eight bytes.
  private func end(of data: Range<Int>, _ span: RawSpan, limit: Int) throws(ZipError) -> Int {
    guard hasDescriptor else { return data.upperBound }
    for isWide in [true, false] {
      for isSigned in [true, false] {
        var expected: [UInt8] = []
        if isSigned { expected.appendLittleEndian(ZipRecord.descriptorSignature) }
        expected.appendLittleEndian(checksum)
        for size in [storedByteCount, byteCount] {
          if isWide {
            expected.appendLittleEndian(size)
          } else {
            expected.appendLittleEndian(UInt32(truncatingIfNeeded: size))
          }
        }
        let end = data.upperBound + expected.count
        if end <= limit, Array(copying: span.extracting(data.upperBound..<end)) == expected {
          return end
        }
      }
    }
    throw .dataDescriptor(name: name)
  }
}

extension RawSpan {
  /// Whether `count` bytes at two offsets inside the span are the same.
  func isEqual(_ first: Int, _ second: Int, count: Int) -> Bool {
    for index in 0..<count
    where loadLittleEndian(UInt8.self, at: first + index)
      != loadLittleEndian(UInt8.self, at: second + index)
    {
      return false
    }
    return true
  }
}
