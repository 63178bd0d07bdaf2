import PressKernels

/// The codes of a weight's stored elements, and how far the entries are from them.
struct CodeAssignment {
  /// One code for each stored element.
  private(set) var codes: [UInt8] = []
  /// The sum of squared differences.
  private(set) var error = 0.0
  /// The sum of squares.
  private(set) var signal = 0.0
  /// The stored elements whose entry isn't 0.
  private(set) var nonzeros = 0

  /// The elements of an item of work; sums are made item by item, so that they are the same for any
  /// number of threads.
  private static let itemSize = 1 << 16

  /// Finds all codes, on up to so many threads.
  init<Key: OrderedKey>(
    _ numbers: StoredNumbers<Key>, _ codebooks: Codebooks, threads: Int
  ) throws {
    let (keys, starts) = (numbers.keys, numbers.starts)
    let items = (keys.count + Self.itemSize - 1) / Self.itemSize
    // One codebook serves all items; many are made when they are needed.
    let finder = starts.count == 2 ? codebooks.finder(0, Key.self, keys: keys.count) : nil
    let pieces = try Parallel.map(items, threads: threads) { item in
      let range = (item * Self.itemSize)..<min((item + 1) * Self.itemSize, keys.count)
      return CodeAssignment(keys, range, starts, codebooks, finder)
    }
    codes.reserveCapacity(keys.count)
    for piece in pieces {
      codes += piece.codes
      error += piece.error
      signal += piece.signal
      nonzeros += piece.nonzeros
    }
  }

  private init<Key: OrderedKey>(
    _ keys: [Key], _ range: Range<Int>, _ starts: [Int], _ codebooks: Codebooks,
    _ finder: CodeFinder<Key>?
  ) {
    codes.reserveCapacity(range.count)
    var index = range.lowerBound
    // The last part that begins no later.
    var part = Self.firstPlace(in: starts, above: index) - 1
    while index < range.upperBound {
      let end = min(starts[part + 1], range.upperBound)
      if index < end {
        add(keys, index..<end, finder ?? codebooks.finder(part, Key.self, keys: end - index))
      }
      (index, part) = (end, part + 1)
    }
  }

  private mutating func add<Key: OrderedKey>(
    _ keys: [Key], _ range: Range<Int>, _ finder: CodeFinder<Key>
  ) {
    var (error, signal, nonzeros) = (self.error, self.signal, self.nonzeros)
    codes += [UInt8](capacity: range.count) { output in
      for index in range {
        let key = keys[index]
        let code = finder.code(key)
        let (number, entry) = (key.number, finder.entries[code])
        let difference = number - entry
        output.append(UInt8(truncatingIfNeeded: code))
        error += difference * difference
        signal += number * number
        nonzeros += entry == 0 ? 0 : 1
      }
    }
    (self.error, self.signal, self.nonzeros) = (error, signal, nonzeros)
  }

  private static func firstPlace(in starts: [Int], above index: Int) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] > index { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
