extension RawSpan {
  /// The number of bits that are 1.
  public var setBitCount: Int {
    var total = 0
    var offset = 0
    while offset + 8 <= byteCount {
      total += loadLittleEndian(UInt64.self, at: offset).nonzeroBitCount
      offset += 8
    }
    while offset < byteCount {
      total += loadLittleEndian(UInt8.self, at: offset).nonzeroBitCount
      offset += 1
    }
    return total
  }

  /// Calls `body` with the position of every bit that is 1, in order, the lowest of a byte first.
  @inlinable
  public func forEachSetBit(_ body: (Int) -> Void) {
    for index in 0..<byteCount {
      var byte = loadLittleEndian(UInt8.self, at: index)
      while byte != 0 {
        body(index * 8 + byte.trailingZeroBitCount)
        byte &= byte - 1
      }
    }
  }

  /// `count` bits (at most 64) from bit `position` on, the lowest bit of each byte first.
  public func loadBits(at position: Int, count: Int) -> UInt64 {
    var value: UInt64 = 0
    for bit in 0..<count {
      let index = position + bit
      let byte = loadLittleEndian(UInt8.self, at: index >> 3)
      value |= UInt64(byte >> UInt8(index & 7) & 1) << UInt64(bit)
    }
    return value
  }
}
