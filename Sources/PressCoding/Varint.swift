extension Array where Element == UInt8 {
  /// Appends an unsigned number in groups of 7 bits, lowest first; the top bit says that more follow.
  package mutating func appendVarint(_ value: Int) {
    precondition(value >= 0, "varints are unsigned")
    var rest = UInt64(value)
    while rest >= 0x80 {
      append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
