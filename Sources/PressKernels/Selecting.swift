internal import CPressKernels
import PressTensor

/// Choosing the smallest of float32 numbers, and elements under a mask.
///
/// A number's key is its bits without the sign: keys order as magnitudes do, 0 first and NaN last.
public enum Selecting {
  /// How many of the packed numbers have each value of `key >> 16`: 2^15 counters.
  public static func upperCounts(_ numbers: RawSpan) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: 1 << 15)
    unsafe numbers.withUnsafeBytes { bytes in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe press_select_count_upper(bytes.count / 4, bytes.baseAddress, counts.baseAddress)
      }
    }
    return counts
  }

  /// How many of the numbers whose `key >> 16` is `upper` have each value of `key & 0xFFFF`: 2^16
  /// counters.
  public static func lowerCounts(_ numbers: RawSpan, upper: UInt32) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: 1 << 16)
    unsafe numbers.withUnsafeBytes { bytes in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe press_select_count_lower(
          bytes.count / 4, bytes.baseAddress, upper, counts.baseAddress)
      }
    }
    return counts
  }

  /// How many keys are 0, below `key`, and equal to it.
  public static func ranks(
    _ numbers: RawSpan, key: UInt32
  ) -> (zeros: Int, below: Int, equal: Int) {
    let ranks = unsafe numbers.withUnsafeBytes { bytes in
      unsafe press_select_compare(bytes.count / 4, bytes.baseAddress, key)
    }
    return (ranks.zeros, ranks.below, ranks.equal)
  }

  /// A bit for each number, lowest bit first: whether it is not 0, its key is at least `key`, and it
  /// is not one of the first `ties` with that key.
  public static func mask(_ numbers: RawSpan, key: UInt32, ties: Int) -> [UInt8] {
    let count = numbers.byteCount / 4
    return unsafe [UInt8](unsafeUninitializedCapacity: (count + 7) / 8) { mask, filled in
      unsafe numbers.withUnsafeBytes { bytes in
        _ = unsafe press_select_mask(count, bytes.baseAddress, key, ties, mask.baseAddress)
      }
      filled = (count + 7) / 8
    }
  }

  /// The elements of 1, 2, 4 or 8 bytes whose bits of a mask are 1, packed.
  public static func elements(_ elements: RawSpan, width: Int, under mask: RawSpan) -> [UInt8] {
    precondition([1, 2, 4, 8].contains(width), "elements of another width")
    let count = elements.byteCount / width
    precondition(mask.byteCount == (count + 7) / 8, "a bit for each element")
    let kept = mask.setBitCount
    return unsafe [UInt8](unsafeUninitializedCapacity: kept * width) { target, filled in
      unsafe elements.withUnsafeBytes { x in
        unsafe mask.withUnsafeBytes { bits in
          let copied = unsafe press_select_copy(
            width, count, bits.bindMemory(to: UInt8.self).baseAddress, x.baseAddress,
            target.baseAddress)
          precondition(copied == kept, "spare bits of a mask are 0")
        }
      }
      filled = kept * width
    }
  }
}
