internal import PressGraph
internal import PressTensor

extension Plan {
  /// The tensors of a run in the order of `inputs`, checked against what the graph declares.
  ///
  /// An input that no step takes, and that is no output, need not be there.
  func checkedInputs(_ given: [String: Tensor]) throws(EngineError) -> [Tensor?] {
    let names = Set(inputs.map(\.name))
    for name in given.keys.sorted() where !names.contains(name) {
      if filledInputs.contains(name) { throw .filledInput(name) }
      if unusedInputs.contains(name) { continue }
      throw .unknownValue(name, expected: inputs.map(\.name))
    }
    var tensors: [Tensor?] = []
    for input in inputs {
      guard let tensor = given[input.name] else {
        if lastUses[input.slot] == 0, !outputs.contains(input.name) {
          tensors.append(nil)
          continue
        }
        throw .missingInput(input.name, given: given.keys.sorted())
      }
      guard tensor.elementType == input.elementType else {
        throw .inputType(input.name, expected: input.elementType, found: tensor.elementType)
      }
      if let dimensions = input.dimensions, !tensor.shape.fits(dimensions) {
        throw .inputShape(input.name, expected: dimensions, found: tensor.shape)
      }
      tensors.append(tensor)
    }
    return tensors
  }
}

extension Shape {
  /// Whether the shape has the rank of a declaration and its fixed sizes.
  fileprivate func fits(_ declared: [Dimension]) -> Bool {
    guard rank == declared.count else { return false }
    return zip(dimensions, declared).allSatisfy { size, dimension in
      if case .known(let known) = dimension { size == known } else { true }
    }
  }
}
