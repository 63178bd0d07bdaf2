package import PressTensor

extension StoredWeight {
  /// The roles of the streams that a weight of this description has, in their order.
  package var roles: [StreamRole] {
    var roles: [StreamRole] = []
    if support != .dense { roles.append(.support) }
    switch values {
    case .plain: roles += hasPlanes ? planes(elementType.byteWidth ?? 1) : [.values]
    case .narrow: roles += hasPlanes ? planes(2) : [.values]
    case .codebook(let bits): roles += bits > 0 ? [.codebook, .values] : [.codebook]
    case .fixed(let bits, _): roles += bits > 8 ? planes(2) : [.values]
    case .affine: roles += hasZeroPoints ? [.scales, .zeroPoints, .values] : [.scales, .values]
    case .ternary, .binary: roles += [.scales, .values]
    }
    return roles
  }

  private func planes(_ count: Int) -> [StreamRole] { (0..<count).map { .plane($0) } }

  /// The blocks of the support; `nil` unless it has some.
  package var blocks: BlockGrid? {
    guard case .blocks(let rows, let columns) = structure, let view else { return nil }
    return BlockGrid(view, height: rows, width: columns)
  }

  /// The groups of the support; `nil` unless it has some.
  package var groups: GroupGrid? {
    guard case .groups(let keep, let size) = structure, let view else { return nil }
    return GroupGrid(view, keep: keep, size: size)
  }

  /// What a bitmap has bits for: elements, or blocks.
  package var places: Int { blocks?.count ?? count }

  /// The number of scales of each part.
  package var scalesOfPart: Int { values == .ternary ? 2 : 1 }

  /// The number and the width in bits of the symbols of a stream, before coding.
  package func symbols(of role: StreamRole) throws(TensorError) -> (count: Int, width: Int) {
    switch role {
    case .support:
      switch support {
      case .relative(let width, let symbols): return (symbols, width)
      case .positions: return (kept, groups?.positionWidth ?? 8)
      case .dense, .bitmap: return (places / 8 + (places % 8 == 0 ? 0 : 1), 8)
      }
    case .codebook:
      if elementType == .string { return (stringBytes, 8) }
      let width = hasHalves ? 2 : elementType.byteWidth ?? 1
      return (try product(entries, parts.count, width), 8)
    case .scales: return (try product(scalesOfPart, parts.count, hasHalves ? 2 : 4), 8)
    case .zeroPoints: return (parts.count, values.codeBits ?? 8)
    case .values: return try valueSymbols()
    case .plane(let plane):
      guard plane == 1, case .fixed(let bits, _) = values else { return (kept, 8) }
      return (kept, bits - 8)
    }
  }

  private func valueSymbols() throws(TensorError) -> (count: Int, width: Int) {
    switch values {
    case .plain: (try elementType.byteCount(kept) ?? stringBytes, 8)
    case .narrow: (try product(kept, 2, 1), 8)
    case .codebook(let bits), .affine(let bits), .fixed(let bits, _): (kept, bits)
    case .ternary: (TritPacking.byteCount(kept), 8)
    case .binary: (kept / 8 + (kept % 8 == 0 ? 0 : 1), 8)
    }
  }

  private func product(_ factors: Int...) throws(TensorError) -> Int {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      guard !overflow else { throw .sizeOverflow(factors) }
      product = next
    }
    return product
  }
}
