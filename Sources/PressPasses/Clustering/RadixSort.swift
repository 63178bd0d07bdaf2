extension Array where Element: FixedWidthInteger & UnsignedInteger {
  /// The numbers in ascending order: counting passes of 11 bits, from the lowest on.
  func radixSorted() -> [Element] {
    guard count >= 2048 else { return sorted() }
    var current = self
    var other = self
    for shift in stride(from: 0, to: Element.bitWidth, by: Self.digitBits) {
      var places = Self.histogram(current, shift: shift)
      // A digit that all have in common moves nothing.
      if places.contains(count) { continue }
      var total = 0
      for digit in places.indices { (places[digit], total) = (total, total + places[digit]) }
      for number in current {
        let digit = Int(truncatingIfNeeded: number >> Element(shift)) & Self.digitMask
        other[places[digit]] = number
        places[digit] += 1
      }
      swap(&current, &other)
    }
    return current
  }

  private static var digitBits: Int { 11 }
  private static var digitMask: Int { 1 << digitBits - 1 }

  private static func histogram(_ numbers: [Element], shift: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: 1 << digitBits)
    for number in numbers {
      counts[Int(truncatingIfNeeded: number >> Element(shift)) & digitMask] += 1
    }
    return counts
  }
}
