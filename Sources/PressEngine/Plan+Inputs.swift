internal import PressGraph
internal import PressTensor

extension Plan {
  /// The tensors of a run by the values that they fill, checked against what the graph declares.
  ///
  /// An input that no step takes and that is not among the values to be kept is nobody's: it may be
  /// anything, or not be there.
  func checkedInputs(
    _ given: [String: Tensor], kept: Set<Int>
  ) throws(EngineError) -> [Int: HeldValue] {
    let names = Set(inputs.map(\.name))
    for name in given.keys.sorted() where !names.contains(name) {
      if filledInputs.contains(name) { throw .filledInput(name) }
      if unusedInputs.contains(name) { continue }
      throw .unknownValue(name, expected: inputs.map(\.name))
    }
    var held: [Int: HeldValue] = [:]
    for input in inputs where lastUses[input.slot] > 0 || kept.contains(input.slot) {
      guard let tensor = given[input.name] else {
        throw .missingInput(input.name, given: given.keys.sorted())
      }
      guard tensor.elementType == input.elementType else {
        throw .inputType(input.name, expected: input.elementType, found: tensor.elementType)
      }
      if let dimensions = input.dimensions, !tensor.shape.fits(dimensions) {
        throw .inputShape(input.name, expected: dimensions, found: tensor.shape)
      }
      held[input.slot] = HeldValue(tensor)
    }
    return held
  }
}

extension Shape {
  /// Whether the shape has the rank of a declaration and its fixed sizes.
  func fits(_ declared: [Dimension]) -> Bool {
    guard rank == declared.count else { return false }
    return zip(dimensions, declared).allSatisfy { size, dimension in
      if case .known(let known) = dimension { size == known } else { true }
    }
  }
}
