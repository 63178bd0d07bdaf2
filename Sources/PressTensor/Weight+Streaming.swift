extension Weight {
  /// Calls `body` with the dense tensor's bytes, packed and row-major, part by part.
  ///
  /// What `decoded()` gives in one piece; here a tensor that is small in its compressed form is
  /// never held expanded.
  public func forEachDecodedPart(_ body: (RawSpan) throws -> Void) throws {
    let contents = try contents()
    if contents.mask == nil, values == .plain, isInTensorOrder {
      return try contents.values.withBytes { span in try body(span) }
    }
    let total = try elementType.byteCount(shape.count) ?? 0
    if contents.mask == nil, case .codebook(bits: 0) = values, parts.count == 1,
      elementType.bitWidth != nil
    {
      return try forEachRepetition(of: contents, total: total, body)
    }
    guard let width = elementType.byteWidth, width > 0, isInTensorOrder else {
      return try decoded(from: contents).withBytes { span in try body(span) }
    }
    try forEachElementPart(contents, width, body)
  }

  /// Bytes in a part: whole numbers of elements of every width.
  private static let partBytes = 48 << 14

  private func forEachRepetition(
    of contents: WeightContents, total: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    let bits = elementType.bitWidth ?? 8
    let count = min(shape.count, Self.partBytes * 8 / bits)
    let sample = Weight(
      id: id, name: name, elementType: elementType, shape: Shape(vectorOf: count), values: values,
      source: LoadedWeight(contents))
    let part = try sample.decoded(from: contents)
    var left = total
    while left > 0 {
      let size = min(left, part.byteCount)
      if size == part.byteCount {
        try part.withBytes { span in try body(span) }
      } else {
        // The spare bits of the last byte are 0 only if the elements end where they do.
        let rest = shape.count % count
        let tail = Weight(
          id: id, name: name, elementType: elementType, shape: Shape(vectorOf: rest),
          values: values, source: LoadedWeight(contents))
        try tail.decoded(from: contents).withBytes { span in try body(span) }
      }
      left -= size
    }
  }

  /// Elements of whole bytes, in the weight's own type and under the mask.
  private func forEachElementPart(
    _ contents: WeightContents, _ width: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    let count = shape.count
    let mask = contents.mask?.copied()
    if let mask, mask.count != (count + 7) / 8 {
      throw TensorError.byteCount(expected: (count + 7) / 8, found: mask.count)
    }
    var reader = try StoredElements(self, contents)
    try contents.values.withBytes { span in
      var next = 0
      for start in stride(from: 0, to: count, by: Self.partBytes / width) {
        let end = min(start + Self.partBytes / width, count)
        var part = [UInt8](repeating: 0, count: (end - start) * width)
        for place in start..<end {
          if let mask, mask[place >> 3] >> UInt8(place & 7) & 1 == 0 { continue }
          reader.copy(next, at: place, from: span, to: &part, (place - start) * width)
          next += 1
        }
        try body(part.rawSpan)
      }
    }
  }
}
