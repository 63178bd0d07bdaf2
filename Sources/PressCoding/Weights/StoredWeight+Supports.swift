import PressTensor

extension StoredWeight {
  /// Appends a support in the smallest of its forms: a bitmap, a relative index of any width, or
  /// positions in groups.
  mutating func append(support mask: Storage, of support: Support, _ coding: Coding) {
    structure = fitting(support, mask)
    let bitmap = blocks.map { blocks in mask.withBytes { blocks.blocks(of: $0) } } ?? mask.copied()
    var best = StoredStream.coded(.support, bitmap, width: 8, coding)
    self.support = .bitmap
    let gaps = SupportCode.gaps(bitmap.rawSpan)
    for width in 1...8 {
      let histogram = SupportCode.histogram(gaps, width: width)
      let size = StoredStream.estimatedByteCount(histogram, width: width, coding)
      guard size < best.bytes.byteCount else { continue }
      let list = SupportCode.symbols(gaps, width: width)
      let candidate = StoredStream.coded(.support, list, width: width, coding)
      guard candidate.bytes.byteCount < best.bytes.byteCount else { continue }
      best = candidate
      self.support = .relative(width: width, symbols: histogram.total)
    }
    if let positions = positions(mask), let groups {
      let candidate = StoredStream.coded(
        .support, positions, width: groups.positionWidth, coding)
      if candidate.bytes.byteCount < best.bytes.byteCount {
        best = candidate
        self.support = .positions
      }
    }
    streams.append(best)
  }

  /// The support if the mask is one of its masks, else one of any mask.
  private func fitting(_ support: Support, _ mask: Storage) -> Support {
    var stored = self
    stored.structure = support
    let isFitting = mask.withBytes { span in
      if let blocks = stored.blocks {
        return blocks.mask(of: blocks.blocks(of: span).rawSpan) == Array(copying: span)
      }
      return stored.groups.map { (try? $0.check(span)) != nil } ?? true
    }
    return isFitting && support != .dense ? support : .unstructured
  }

  /// Positions in groups; `nil` without groups, and where they do not fit into a byte.
  private func positions(_ mask: Storage) -> [UInt8]? {
    guard case .groups(_, let size) = structure, size <= GroupGrid.positionLimit, let groups
    else { return nil }
    return mask.withBytes { span in try? groups.positions(span) }
  }

  /// The mask from the symbols of a support's stream; checks that it marks what it should.
  func mask(_ symbols: StreamSymbols) throws(CodingError) -> Storage {
    if support == .positions, let groups {
      return try symbols.expanded.withBytes { (span) throws(CodingError) in
        Storage(try groups.mask(positions: span))
      }
    }
    let places = try placeMask(symbols)
    let mask = blocks.map { blocks in places.withBytes { Storage(blocks.mask(of: $0)) } } ?? places
    let (count, kept, groups) = (count, kept, groups)
    try mask.withBytes { (span) throws(CodingError) in
      try SupportCode.check(span, count: count, kept: kept)
      try groups?.check(span)
    }
    return mask
  }

  /// One bit for each element or block, from a bitmap or a relative index.
  private func placeMask(_ symbols: StreamSymbols) throws(CodingError) -> Storage {
    let (count, kept) = (places, structure.isBlocks ? nil : kept)
    guard case .relative(let width, _) = support else {
      let bitmap = symbols.expanded
      try bitmap.withBytes { (span) throws(CodingError) in
        try SupportCode.checkPadding(span, count: count)
      }
      return bitmap
    }
    switch symbols {
    case .only(let symbol, let times):
      return Storage(
        try SupportCode.mask(
          repeating: symbol, times: times, width: width, count: count, kept: kept ?? times))
    case .list(let list):
      return try list.withBytes { (span) throws(CodingError) in
        Storage(try SupportCode.mask(span, width: width, count: count, kept: kept))
      }
    }
  }
}

extension Support {
  fileprivate var isBlocks: Bool {
    if case .blocks = self { true } else { false }
  }
}
