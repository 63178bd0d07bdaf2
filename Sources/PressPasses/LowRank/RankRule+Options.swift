extension RankRule {
  /// The rule that options come to, 0.9 of the energy without any; throws `option`.
  init(energy: Double?, rank: Int?, ratio: Double?) throws(PassError) {
    switch (energy, rank, ratio) {
    case (nil, nil, nil): self = .energy(0.9)
    case (let energy?, nil, nil):
      guard energy >= 0, energy <= 1 else {
        throw .option(name: "energy", expected: "0 to 1", found: "\(energy)")
      }
      self = .energy(energy)
    case (nil, let rank?, nil):
      guard rank >= 1 else {
        throw .option(name: "rank", expected: "1 or more", found: "\(rank)")
      }
      self = .rank(rank)
    case (nil, nil, let ratio?):
      guard ratio >= 0, ratio <= 1 else {
        throw .option(name: "ratio", expected: "0 to 1", found: "\(ratio)")
      }
      self = .ratio(ratio)
    default:
      let found = [
        energy.map { _ in "energy" }, rank.map { _ in "rank" }, ratio.map { _ in "ratio" },
      ]
      throw .option(
        name: found.compactMap { $0 }.joined(separator: " and --"),
        expected: "one of energy, rank and ratio", found: "several")
    }
  }
}
