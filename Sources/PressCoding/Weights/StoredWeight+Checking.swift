import PressTensor

extension StoredWeight {
  /// Reads every stream and counts again what the file says about them.
  ///
  /// Streams of one symbol are not expanded but where a mask or parts of the weight say which of
  /// its elements belong to what; then bytes as many as elements, a fraction of the dense tensor.
  ///
  /// - Returns: the decoded elements other than 0, and each stream's entropy in bits.
  package func recount() throws(CodingError) -> (nonzeros: Int, entropies: [Int]) {
    var entropies: [Int] = []
    var plain = NonzeroCounter(self)
    var codes = CodeCounter(self)
    for stream in streams {
      let symbols = try symbols(in: stream)
      switch symbols {
      case .only: entropies.append(0)
      case .list(let list): entropies.append(list.withBytes { Histogram($0).entropyBits })
      }
      switch stream.role {
      case .support where structure.isStructured || parts.count > 1:
        codes.parameters.mask = try mask(symbols)
      case .support: try check(support: symbols)
      case .codebook: codes.parameters.codebook = codebook(stream)
      case .scales: codes.parameters.scales = scales(stream)
      case .zeroPoints: codes.parameters.zeroPoints = try zeroPoints(stream)
      case .values, .plane:
        if values == .plain {
          try plain.add(symbols)
        } else {
          try codes.add(symbols, stream.role)
        }
      }
    }
    if elementType == .string, values != .plain { return (kept, entropies) }
    if values == .codebook(bits: 0) { try codes.addUniform() }
    return (values == .plain ? plain.nonzeros : codes.nonzeros, entropies)
  }

  /// Checks that a support marks as many elements as it should and none that are not there.
  private func check(support symbols: StreamSymbols) throws(CodingError) {
    let (count, kept) = (count, kept)
    switch (symbols, support) {
    case (.only(let symbol, let length), .relative(let width, _)):
      try SupportCode.check(
        repeating: symbol, times: length, width: width, count: count, kept: kept)
    case (.only(let symbol, let length), _):
      let rest = count % 8
      guard rest == 0 || length == 0 || symbol >> UInt8(rest) == 0 else { throw .maskPadding }
      let (found, overflow) = length.multipliedReportingOverflow(by: symbol.nonzeroBitCount)
      guard !overflow, found == kept else {
        throw .keptCount(expected: kept, found: overflow ? .max : found)
      }
    case (.list(let list), .relative(let width, _)):
      try list.withBytes { (span) throws(CodingError) in
        try SupportCode.walk(span, width: width, count: count, kept: kept) { _ in }
      }
    case (.list(let list), _):
      try list.withBytes { (span) throws(CodingError) in
        try SupportCode.check(span, count: count, kept: kept)
      }
    }
  }
}
