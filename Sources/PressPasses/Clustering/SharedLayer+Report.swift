import PressData
import PressTensor

/// What a layer takes and what sharing its values cost.
extension SharedLayer {
  /// The bytes of the weight's values and their parameters as they are, packed.
  func packedSize<Key: OrderedKey>(_ numbers: StoredNumbers<Key>) -> Int {
    let kept = numbers.keys.count
    let values =
      switch base.values {
      case .plain: kept * (base.elementType.byteWidth ?? 1)
      case .narrow(let type): kept * (type.byteWidth ?? 1)
      case .ternary: (kept + 4) / 5
      default: (kept * (base.values.codeBits ?? 8) + 7) / 8
      }
    return values + numbers.parameterBytes
  }

  /// The bytes of codes and entries, packed.
  func packedSize<Key: OrderedKey>(
    _ codebooks: Codebooks, _ numbers: StoredNumbers<Key>
  ) -> Int {
    let parts = numbers.starts.count - 1
    return (numbers.keys.count * codebooks.bits + 7) / 8
      + parts * codebooks.entries * pass.codebook.byteWidth(base.elementType)
  }

  /// Bits, entries, error, and how the entries were found.
  func reason(
    _ codebooks: Codebooks, _ parts: Int, _ assignment: CodeAssignment, _ kinds: Set<Clusters.Kind>
  ) -> String {
    let bits = codebooks.bits == 1 ? "1 bit" : "\(codebooks.bits) bits"
    let entries = codebooks.entries == 1 ? "1 entry" : "\(codebooks.entries) entries"
    let place = parts == 1 ? "" : " in each of \(parts) codebooks"
    let noise = Deviation.signalToNoise(signal: assignment.signal, noise: assignment.error)
    guard let noise else { return "\(bits), \(entries)\(place), nothing lost" }
    return "\(bits), \(entries)\(place), squared error \(Float(assignment.error)), "
      + "SNR \((noise * 100).rounded() / 100) dB, \(description(kinds))"
  }

  private func description(_ kinds: Set<Clusters.Kind>) -> String {
    var groups: Int?
    var iterations: Int?
    for kind in kinds {
      switch kind {
      case .exact, .optimal: break
      case .grouped(let count): groups = min(groups ?? count, count)
      case .local(let count): iterations = max(iterations ?? 0, count)
      }
    }
    if let iterations { return "\(pass.initialization.rawValue), \(iterations) iterations" }
    if let groups { return "optimal for \(groups) groups of neighbouring values, then refined" }
    return "optimal"
  }
}
