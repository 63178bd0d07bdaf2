import PressTensor

/// Which elements of a weight stay.
enum SparsityRule: Sendable {
  /// Those of at least a key, but not zeros nor the first so many equal to the key.
  case magnitude(Magnitude.Form, key: UInt64, ties: Int)
  /// Those not all of whose bits are 0: nothing is lost, -0 stays.
  case zeroBits
  /// The largest of each group of columns of a row.
  case groups(kept: Int, of: Int)
  /// Those of some blocks.
  case blocks(BlockSet)

  /// The support that a weight has afterwards.
  var support: Support {
    switch self {
    case .magnitude, .zeroBits: .unstructured
    case .groups(let kept, let size): .groups(kept: kept, of: size)
    case .blocks(let set): .blocks(rows: set.grid.blockRows, columns: set.grid.blockColumns)
    }
  }

  /// A bit for each place of the streams' order: whether it stays.
  ///
  /// Structured rules want the streams in the order of `view`; they keep places that are not stored,
  /// too, where these are among the largest.
  func places(
    _ weight: Weight, _ contents: WeightContents, view: MatrixView?
  ) throws -> [UInt8] {
    switch self {
    case .zeroBits: return nonzeroBits(weight, contents)
    case .magnitude(let form, let key, let ties):
      let list = try MagnitudeList(weight, contents, form)
      let isOutOfOrder = ties > 0 && !weight.isInTensorOrder
      let stored = try list.mask(from: key, ties: isOutOfOrder ? 0 : ties)
      var places = contents.mask.map { spread(stored, over: $0) } ?? stored
      if isOutOfOrder { removeTies(of: list, weight, contents, key, ties, from: &places) }
      return places
    case .groups(let kept, let size):
      guard let view else { preconditionFailure("groups are of a view's columns") }
      var selection = GroupSelection(kept: kept, of: size, count: weight.shape.count)
      try MagnitudeRows(weight, contents, columns: view.columns).forEach { selection.add(row: $0) }
      return selection.bits
    case .blocks(let set): return set.places
    }
  }

  private func nonzeroBits(_ weight: Weight, _ contents: WeightContents) -> [UInt8] {
    let count = weight.keptCount(contents.mask)
    var bits = [UInt8](repeating: 0, count: (count + 7) / 8)
    guard weight.values == .plain, let width = weight.elementType.byteWidth else {
      for index in 0..<count { bits[index >> 3] |= 1 << UInt8(index & 7) }
      return contents.mask?.copied() ?? bits
    }
    contents.values.withBytes { span in
      for index in 0..<(span.byteCount / width) {
        let isStored = (0..<width).contains {
          span.loadLittleEndian(UInt8.self, at: index * width + $0) != 0
        }
        if isStored { bits[index >> 3] |= 1 << UInt8(index & 7) }
      }
    }
    return contents.mask.map { spread(bits, over: $0) } ?? bits
  }

  /// The bits of stored elements at their places.
  private func spread(_ stored: [UInt8], over mask: Storage) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: mask.byteCount)
    var next = 0
    mask.withBytes { span in
      span.forEachSetBit { place in
        if stored[next >> 3] >> UInt8(next & 7) & 1 == 1 {
          result[place >> 3] |= 1 << UInt8(place & 7)
        }
        next += 1
      }
    }
    return result
  }

  /// Takes away the elements with exactly the key that come first in the tensor.
  private func removeTies(
    of list: MagnitudeList, _ weight: Weight, _ contents: WeightContents, _ key: UInt64,
    _ ties: Int, from places: inout [UInt8]
  ) {
    guard let view = weight.view else { return }
    var found: [(flat: Int, place: Int)] = []
    func note(_ place: Int, _ other: UInt64) {
      guard other == key else { return }
      let (row, column) = place.quotientAndRemainder(dividingBy: view.columns)
      found.append((view.rowOffset(row) + view.columnOffset(column), place))
    }
    let mask = contents.mask?.copied()
    if let mask {
      var stored: [Int] = []
      mask.rawSpan.forEachSetBit { stored.append($0) }
      list.forEach { note(stored[$0], $1) }
    } else {
      list.forEach { note($0, $1) }
    }
    for (_, place) in found.sorted(by: { $0.flat < $1.flat }).prefix(ties) {
      places[place >> 3] &= ~(1 << UInt8(place & 7))
    }
  }
}
