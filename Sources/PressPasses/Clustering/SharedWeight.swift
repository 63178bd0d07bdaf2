import PressTensor

/// A weight whose stored elements are the nearest entries of codebooks; the codes are found anew each
/// time it is asked for.
struct SharedWeight: WeightSource {
  /// The weight as it was.
  let base: Weight
  /// The entries.
  let codebooks: Codebooks
  /// Which elements share a codebook.
  let granularity: Granularity
  /// The view that the result has.
  let view: MatrixView?

  /// The weight in its new form.
  func weight(knownNonzeros: Int? = nil) -> Weight {
    base.reformed(
      support: base.support, values: .codebook(bits: codebooks.bits), granularity: granularity,
      view: view, knownNonzeros: knownNonzeros, source: self)
  }

  func load() throws -> WeightContents {
    base.elementType == .float64
      ? try contents(StoredNumbers<UInt64>(base, like: weight()))
      : try contents(StoredNumbers<UInt32>(base, like: weight()))
  }

  private func contents<Key: OrderedKey>(
    _ numbers: StoredNumbers<Key>
  ) throws -> WeightContents {
    let codes =
      codebooks.bits == 0 ? [] : try CodeAssignment(numbers, codebooks, threads: 1).codes
    return WeightContents(
      mask: numbers.mask, values: Storage(codes),
      codebook: try codebooks.storage(base.elementType))
  }
}
