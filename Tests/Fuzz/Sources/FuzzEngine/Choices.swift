/// Random choices that a fuzzer steers: a generator seeded by the first bytes, each draw changed by
/// one of the bytes that follow, so that few bytes make a whole model and a flipped one changes it in
/// one place.
struct Choices {
  private var state: UInt64
  private var steering: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    state = bytes.prefix(4).reduce(1) { $0 << 8 | UInt64($1) }
    steering = bytes.dropFirst(4)
  }

  private mutating func word() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number below `bound`, which is above 0.
  mutating func below(_ bound: Int) -> Int {
    let steer = UInt64(steering.popFirst() ?? 0)
    return Int((word() >> 16 &+ steer) % UInt64(bound))
  }

  /// Whether something happens that does so once in `odds` times.
  mutating func rarely(_ odds: Int) -> Bool { below(odds) == 0 }

  /// One of several.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// A number from a range.
  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// A list whose elements are made one by one.
  mutating func list<Element>(_ count: Int, _ make: (inout Choices) -> Element) -> [Element] {
    (0..<count).map { _ in make(&self) }
  }

  /// A number that nobody expects.
  mutating func hostile() -> Int {
    pick([
      .min, .max, .min + 1, .max - 1, -1, 0, 1 << 62, 1 << 40, -(1 << 40), 1 << 31, 1 << 32, 65_536,
      -65_536, 1_000_000_007, 1 << 30, -2, 100,
    ])
  }
}
