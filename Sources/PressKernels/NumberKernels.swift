internal import CPressKernels
public import PressTensor

/// Packed floating-point elements, as a compressor looks at them: their range, sums, and codes.
///
/// Elements are float32, float64, float16 or bfloat16, little-endian, at any address, and count as
/// the nearest float32. Results are the same on every machine.
public struct NumberKernels: Sendable {
  private let type: press_type
  private let width: Int

  /// The kernels for elements of a type; `nil` for one that is none of the four.
  public init?(_ type: ElementType) {
    guard [.float32, .float64, .float16, .bfloat16].contains(type) else { return nil }
    (self.type, width) = type.checkedKernelType()
  }

  /// The smallest and the largest of 0 and some elements.
  public struct Range: Sendable, Hashable {
    /// At most 0.
    public var smallest: Float = 0
    /// At least 0.
    public var largest: Float = 0
    /// Whether all elements are finite.
    public var isFinite = true

    /// The range of no elements.
    public init() {}

    /// Takes in the range of more elements.
    public mutating func formUnion(_ other: Range) {
      smallest = min(smallest, other.smallest)
      largest = max(largest, other.largest)
      isFinite = isFinite && other.isFinite
    }

    /// The largest magnitude.
    public var magnitude: Float { max(-smallest, largest) }
  }

  /// Elements above a threshold and below its negative.
  public struct Tails: Sendable, Hashable {
    /// How many are above.
    public var above = 0
    /// How many are below.
    public var below = 0
    /// The sum of those above.
    public var sumAbove = 0.0
    /// The sum of the magnitudes of those below.
    public var sumBelow = 0.0

    /// None.
    public init() {}

    /// Takes in more elements.
    public mutating func add(_ other: Tails) {
      above += other.above
      below += other.below
      sumAbove += other.sumAbove
      sumBelow += other.sumBelow
    }
  }

  /// Integers in place of numbers: round(x / scale) + zero, forced into a range of at most 17 bits.
  public struct Integers: Sendable, Hashable {
    /// The distance of neighbouring numbers.
    public var scale: Float
    /// The integer that stands for 0.
    public var zero: Int
    /// The integers that there are.
    public var range: ClosedRange<Int>

    /// Integers of a scale and a zero.
    public init(scale: Float, zero: Int, range: ClosedRange<Int>) {
      self.scale = scale
      self.zero = zero
      self.range = range
    }

    var coding: press_coding {
      press_coding(
        scale: scale, zero: Int32(zero), lowest: Int32(range.lowerBound),
        highest: Int32(range.upperBound))
    }
  }

  /// The range of elements.
  public func range(of elements: RawSpan) -> Range {
    unsafe numbers(elements) { numbers in
      let found = unsafe press_find_range(&numbers)
      var range = Range()
      range.smallest = found.smallest
      range.largest = found.largest
      range.isFinite = found.is_finite
      return range
    }
  }

  /// The elements beyond a threshold, which is at least 0.
  public func tails(of elements: RawSpan, beyond threshold: Float) -> Tails {
    unsafe numbers(elements) { numbers in
      let found = unsafe press_find_tails(&numbers, threshold)
      var tails = Tails()
      tails.above = found.above
      tails.below = found.below
      tails.sumAbove = found.sum_above
      tails.sumBelow = found.sum_below
      return tails
    }
  }

  /// The sum of squared differences between elements and what their integers stand for.
  public func error(of integers: Integers, on elements: RawSpan) -> Double {
    unsafe numbers(elements) { numbers in
      var coding = integers.coding
      return unsafe press_coding_error(&numbers, &coding)
    }
  }

  /// Writes the integers of elements as codes of one byte, or of two, from a place of `codes` on.
  public func code(
    _ elements: RawSpan, as integers: Integers, width: Int, into codes: inout MutableSpan<UInt8>,
    at place: Int
  ) {
    unsafe write(elements, width, &codes, place) { numbers, target in
      var coding = integers.coding
      unsafe press_code_integers(&numbers, &coding, width, target)
    }
  }

  /// Writes 2 for elements above a threshold, 0 for those below its negative, 1 for all others.
  public func codeThirds(
    _ elements: RawSpan, beyond threshold: Float, into codes: inout MutableSpan<UInt8>,
    at place: Int
  ) {
    unsafe write(elements, 1, &codes, place) { numbers, target in
      unsafe press_code_thirds(&numbers, threshold, target)
    }
  }

  /// Writes 0 for elements below 0, 1 for all others.
  public func codeSigns(
    _ elements: RawSpan, into codes: inout MutableSpan<UInt8>, at place: Int
  ) {
    unsafe write(elements, 1, &codes, place) { numbers, target in
      unsafe press_code_signs(&numbers, target)
    }
  }

  /// Writes elements as float16 or bfloat16.
  public func narrow(
    _ elements: RawSpan, to type: ElementType, into halves: inout MutableSpan<UInt8>, at place: Int
  ) {
    precondition(type == .float16 || type == .bfloat16, "a type of 16 bits")
    let half = type.checkedKernelType().type
    unsafe write(elements, 2, &halves, place) { numbers, target in
      unsafe press_narrow(&numbers, half, target)
    }
  }

  private func numbers<Result>(
    _ elements: RawSpan, _ body: (inout press_numbers) -> Result
  ) -> Result {
    unsafe elements.withUnsafeBytes { bytes in
      var numbers = unsafe press_numbers(
        kernels: KernelTable.best.table, type: type, count: bytes.count / width,
        x: bytes.baseAddress)
      return unsafe body(&numbers)
    }
  }

  private func write(
    _ elements: RawSpan, _ codeWidth: Int, _ target: inout MutableSpan<UInt8>, _ place: Int,
    _ body: (inout press_numbers, UnsafeMutablePointer<UInt8>?) -> Void
  ) {
    let size = elements.byteCount / width * codeWidth
    precondition(place >= 0 && size <= target.count - place, "room for each element")
    unsafe target.withUnsafeMutableBufferPointer { target in
      let start = unsafe target.baseAddress.map { unsafe $0 + place }
      unsafe numbers(elements) { numbers in unsafe body(&numbers, start) }
    }
  }
}
