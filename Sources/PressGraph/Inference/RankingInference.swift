import PressTensor

extension NodeInference {
  func argReduction(_ attributes: ArgReduction) throws(GraphError) -> Inferred {
    guard var output = self[0].dimensions else { return Inferred(.int64) }
    let place = try existingAxis(attributes.axis, of: output)
    if attributes.keepsAxis {
      output[place] = .known(1)
    } else {
      output.remove(at: place)
    }
    return Inferred(.int64, output)
  }

  /// The elements and their positions.
  func topK(_ attributes: TopK) throws(GraphError) -> [Inferred] {
    guard var output = self[0].dimensions else { return [asInput, Inferred(.int64)] }
    let place = try existingAxis(attributes.axis, of: output)
    let count = attributes.count.map(Dimension.known) ?? self[1].elements?.first ?? .unknown
    guard count.size ?? 0 >= 0, count.size ?? 0 <= output[place].size ?? .max else {
      throw mismatch(expected: "up to \(output[place]) elements", found: "\(count)")
    }
    output[place] = count
    return [Inferred(self[0].elementType, output), Inferred(.int64, output)]
  }
}
