/// The random numbers that ONNX's definitions draw: MT19937 by Matsumoto and Nishimura, 1998.
struct MersenneTwister {
  private static let size = 624
  private static let distance = 397

  private var state: [UInt32]
  private var index = size

  /// A generator whose state is filled from a seed as its authors do since 2002.
  init(seed: UInt32) {
    state = [seed]
    for index in 1..<Self.size {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
  }

  /// A number from 0 up to 1, exclusive, with 53 random bits out of two words.
  mutating func next() -> Double {
    let (high, low) = (word() >> 5, word() >> 6)
    return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
  }

  private mutating func word() -> UInt32 {
    if index == Self.size { refill() }
    var word = state[index]
    index += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  private mutating func refill() {
    for place in 0..<Self.size {
      let next = state[(place + 1) % Self.size]
      let joined = state[place] & 0x8000_0000 | next & 0x7FFF_FFFF
      let twist: UInt32 = joined & 1 == 0 ? 0 : 0x9908_B0DF
      state[place] = state[(place + Self.distance) % Self.size] ^ joined >> 1 ^ twist
    }
    index = 0
  }
}
