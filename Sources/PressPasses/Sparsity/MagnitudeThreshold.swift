import PressTensor

/// Which elements of a set of weights are the smallest ones.
///
/// Every key below `key` is among them, and of those equal to it the first `ties` in the order of the
/// weights and then of their elements.
struct MagnitudeThreshold {
  /// What an end of the selection means for one weight.
  struct Share {
    /// How many elements with exactly the key it gives up, its first ones.
    var ties = 0
    /// The elements that are not 0 before.
    var nonzerosBefore: Int
    /// The elements that are not 0 after.
    var nonzerosAfter: Int
  }

  /// What keys are bits of.
  let form: Magnitude.Form
  /// The key at which the selection ends.
  let key: UInt64
  /// One for each weight.
  let shares: [Share]

  /// Selects the `count` smallest of all elements, unstored ones (which are 0) included.
  ///
  /// Each pass over the weights settles 16 bits of the key, and a last one counts; nothing but a
  /// histogram is held in memory.
  init(count: Int, of weights: [Weight], threads: Int) throws {
    let form = Magnitude.Form(of: weights.map(\.elementType))
    func list(_ weight: Weight) throws -> MagnitudeList {
      try MagnitudeList(weight, weight.contents(), form, threads: threads)
    }
    var prefix: UInt64 = 0
    var rest = count
    for shift in stride(from: form.bits - 16, through: 0, by: -16) where count > 0 {
      var histogram = [Int](repeating: 0, count: 1 << 16)
      for weight in weights {
        let list = try list(weight)
        if prefix == 0 { histogram[0] += weight.shape.count - list.count }
        try list.count(prefix: prefix, shift: shift, into: &histogram)
      }
      var bucket = 0
      while histogram[bucket] < rest {
        rest -= histogram[bucket]
        bucket += 1
      }
      prefix |= UInt64(bucket) << UInt64(shift)
    }
    self.form = form
    key = prefix
    var shares: [Share] = []
    for weight in weights {
      let list = try list(weight)
      let ranks = try list.ranks(prefix)
      let before = list.count - ranks.zeros
      let equal = prefix == 0 ? 0 : ranks.equal
      let ties = min(equal, rest)
      rest -= ties
      let after = prefix == 0 ? before : list.count - ranks.below - ties
      shares.append(Share(ties: ties, nonzerosBefore: before, nonzerosAfter: after))
    }
    self.shares = shares
  }
}
