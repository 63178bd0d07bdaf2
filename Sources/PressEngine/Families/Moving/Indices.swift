internal import PressKernels
internal import PressTensor

/// How a step reads indices that an operand gives.
///
/// ONNX calls indices outside of an axis an error. A step throws where it knows them before a run;
/// a run cannot throw, and takes the nearest entry of the axis for them.
struct Indices: Sendable {
  /// The integers' type.
  let elementType: ElementType

  /// Indices in an operand.
  ///
  /// Where they are known they are checked: all of them along an axis of one size, or in turn along
  /// axes of several.
  init(_ operand: StepInput, along sizes: [Int]) throws(ShapeProblem) {
    elementType = operand.elementType
    guard elementType == .int64 || elementType == .int32 else {
      throw .unsupported("indices of type \(elementType.name)")
    }
    guard operand.shape.count == 0 || sizes.allSatisfy({ $0 > 0 }) else {
      throw .mismatch(expected: "no indices into an empty axis", found: "\(operand.shape)")
    }
    guard let known = operand.known?.integers, !sizes.isEmpty else { return }
    for (number, index) in known.enumerated() {
      let size = sizes[number % sizes.count]
      guard index >= -size, index < size else {
        throw .mismatch(expected: "an index into \(size)", found: "\(index)")
      }
    }
  }

  /// Calls `body` with each index of an operand, in order.
  func forEach(
    _ operand: Operand, in workspace: borrowing Workspace, _ body: (_ number: Int, Int) -> Void
  ) {
    if elementType == .int64 {
      workspace.read(operand, as: Int64.self) { span in
        for number in 0..<span.count { body(number, Int(span[number])) }
      }
    } else {
      workspace.read(operand, as: Int32.self) { span in
        for number in 0..<span.count { body(number, Int(span[number])) }
      }
    }
  }

  /// An index's place along an axis: counted from the end where it is negative, and inside the axis.
  static func place(_ index: Int, size: Int) -> Int {
    min(max(index < 0 ? index + size : index, 0), size - 1)
  }
}
