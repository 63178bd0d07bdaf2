internal import PressKernels
internal import PressTensor

extension [StepInput] {
  /// The elements of an operand of integers whose family demands them.
  func integers(_ place: Int, _ what: String) throws(ShapeProblem) -> [Int] {
    guard let integers = try optionalIntegers(place, what) else {
      throw .mismatch(expected: "\(what) as input \(place)", found: "none")
    }
    return integers
  }

  /// The elements of an operand of integers, unless the node leaves it out.
  func optionalIntegers(_ place: Int, _ what: String) throws(ShapeProblem) -> [Int]? {
    guard place < count, !self[place].isAbsent else { return nil }
    guard let integers = self[place].known?.integers else {
      throw .mismatch(
        expected: "\(what) of integers", found: "elements of type \(self[place].elementType.name)")
    }
    return integers
  }

  /// The elements of an operand of floats, unless the node leaves it out.
  func optionalFloats(_ place: Int, _ what: String) throws(ShapeProblem) -> [Float]? {
    guard place < count, !self[place].isAbsent else { return nil }
    guard let floats = self[place].known?.floats else {
      throw .mismatch(
        expected: "\(what) of floats", found: "elements of type \(self[place].elementType.name)")
    }
    return floats.array()
  }

  /// Whether the node gives an operand.
  func has(_ place: Int) -> Bool { place < count && !self[place].isAbsent }

  /// Throws unless the second operand is left out or has the output's shape, to which it is added.
  ///
  /// Planning goes by names of sizes, which a run may break.
  func checkResidual(_ output: Shape) throws(ShapeProblem) {
    guard has(1), self[1].shape != output else { return }
    throw .mismatch(expected: "\(output) to be added", found: "\(self[1].shape)")
  }

  /// An operand that must be there.
  func required(_ place: Int) throws(ShapeProblem) -> StepInput {
    guard has(place) else {
      throw .mismatch(expected: "input \(place)", found: "none")
    }
    return self[place]
  }
}

/// What a family for float32 alone lacks for operands of these types.
func float32Only(_ types: [ElementType?]) -> String? {
  accepted(types, [.float32])
}

/// What a family lacks whose operands are all of the given types.
func accepted(_ types: [ElementType?], _ known: Set<ElementType>) -> String? {
  for case let type? in types where !known.contains(type) {
    return "an operand of type \(type.name)"
  }
  return nil
}
