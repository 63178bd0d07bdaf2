import PressTensor

/// SHA-256 (FIPS 180-4).
public struct SHA256 {
  private var state = SHA256State()

  /// The digest of a span, 32 bytes.
  public static func digest(_ span: RawSpan) -> [UInt8] {
    var hash = SHA256()
    let whole = span.byteCount / 64
    hash.absorb(span, blocks: whole)
    var tail: [UInt8] = []
    for index in (whole * 64)..<span.byteCount {
      tail.append(span.loadLittleEndian(UInt8.self, at: index))
    }
    tail.append(0x80)
    while tail.count % 64 != 56 { tail.append(0) }
    tail.appendLittleEndian(UInt64(span.byteCount * 8).byteSwapped)
    hash.absorb(tail.rawSpan, blocks: tail.count / 64)
    return hash.state.words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) }
    }
  }

  private mutating func absorb(_ span: RawSpan, blocks: Int) {
    let constants = Self.constants
    var schedule = InlineArray<16, UInt32>(repeating: 0)
    var state = state
    for block in 0..<blocks {
      for index in 0..<16 {
        let word = span.loadLittleEndian(UInt32.self, at: block * 64 + 4 * index)
        schedule[index] = word.byteSwapped
      }
      var work = state
      for base in stride(from: 0, to: 64, by: 16) {
        work.eightRounds(&schedule, constants, at: 0, base)
        work.eightRounds(&schedule, constants, at: 8, base)
      }
      state.add(work)
    }
    self.state = state
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

/// The eight words that SHA-256 works on; the initial ones stem from the square roots of primes.
private struct SHA256State {
  private var a: UInt32 = 0x6a09_e667
  private var b: UInt32 = 0xbb67_ae85
  private var c: UInt32 = 0x3c6e_f372
  private var d: UInt32 = 0xa54f_f53a
  private var e: UInt32 = 0x510e_527f
  private var f: UInt32 = 0x9b05_688c
  private var g: UInt32 = 0x1f83_d9ab
  private var h: UInt32 = 0x5be0_cd19

  /// The words in order.
  var words: [UInt32] { [a, b, c, d, e, f, g, h] }

  /// Adds word by word.
  mutating func add(_ other: SHA256State) {
    a &+= other.a
    b &+= other.b
    c &+= other.c
    d &+= other.d
    e &+= other.e
    f &+= other.f
    g &+= other.g
    h &+= other.h
  }

  /// Eight rounds, after which every word is back in its place.
  @inline(__always)
  mutating func eightRounds(
    _ schedule: inout InlineArray<16, UInt32>, _ constants: InlineArray<64, UInt32>, at i: Int,
    _ base: Int
  ) {
    let k = base + i
    Self.round(a, b, c, &d, e, f, g, &h, schedule.next(i) &+ constants[k])
    Self.round(h, a, b, &c, d, e, f, &g, schedule.next(i + 1) &+ constants[k + 1])
    Self.round(g, h, a, &b, c, d, e, &f, schedule.next(i + 2) &+ constants[k + 2])
    Self.round(f, g, h, &a, b, c, d, &e, schedule.next(i + 3) &+ constants[k + 3])
    Self.round(e, f, g, &h, a, b, c, &d, schedule.next(i + 4) &+ constants[k + 4])
    Self.round(d, e, f, &g, h, a, b, &c, schedule.next(i + 5) &+ constants[k + 5])
    Self.round(c, d, e, &f, g, h, a, &b, schedule.next(i + 6) &+ constants[k + 6])
    Self.round(b, c, d, &e, f, g, h, &a, schedule.next(i + 7) &+ constants[k + 7])
  }

  /// One round; the order of the sums keeps the chain from one round to the next short.
  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ word: UInt32
  ) {
    let s1 = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)
    let t = ((h &+ word) &+ (g ^ (e & (f ^ g)))) &+ s1
    let s0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
    d &+= t
    h = t &+ (s0 &+ ((a & b) ^ (c & (a ^ b))))
  }
}

extension InlineArray<16, UInt32> {
  /// Takes a word of the message schedule and puts the one sixteen rounds on in its place.
  @inline(__always)
  fileprivate mutating func next(_ i: Int) -> UInt32 {
    let word = self[i & 15]
    let a = self[(i &+ 1) & 15]
    let b = self[(i &+ 14) & 15]
    let s0 = a.rotated(7) ^ a.rotated(18) ^ (a >> 3)
    let s1 = b.rotated(17) ^ b.rotated(19) ^ (b >> 10)
    self[i & 15] = word &+ s0 &+ self[(i &+ 9) & 15] &+ s1
    return word
  }
}

extension UInt32 {
  @inline(__always)
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self &>> count | self &<< (32 &- count) }
}
