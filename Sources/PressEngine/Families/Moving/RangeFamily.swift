internal import PressKernels
internal import PressTensor

/// The numbers from the first operand up to the second, exclusive, in steps of the third.
struct RangeFamily: StepFamily {
  var kernel: String { "count" }
  var demanded: [Int] { [0, 1, 2] }

  func missing(for types: [ElementType?]) -> String? { accepted(types, NumberTypes.all) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let start = try inputs.required(0)
    for place in 0..<3 {
      let input = try inputs.required(place)
      guard input.elementType == start.elementType, input.shape.count == 1 else {
        throw .mismatch(
          expected: "one element of type \(start.elementType.name)",
          found: "\(input.elementType.name) \(input.shape)")
      }
    }
    let type = start.elementType
    guard type.isFloatingPoint else {
      let numbers = [
        try inputs.integers(0, "a start"), try inputs.integers(1, "a limit"),
        try inputs.integers(2, "a step"),
      ].compactMap(\.first)
      let count = try Self.count(numbers)
      return Step(
        start: .integer(numbers[0]), step: .integer(numbers[2]),
        outputs: [ValueForm(type, try makeShape([count]))])
    }
    let numbers = inputs.compactMap { $0.known?.doubles?.first }
    guard numbers.count == 3, numbers.allSatisfy(\.isFinite), numbers[2] != 0,
      let count = Int(exactly: ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up))
    else {
      throw .mismatch(expected: "finite bounds and a step other than 0", found: "\(numbers)")
    }
    return Step(
      start: .float(numbers[0]), step: .float(numbers[2]),
      outputs: [ValueForm(type, try makeShape([max(count, 0)]))])
  }

  /// How many integers there are from a start to a limit.
  private static func count(_ numbers: [Int]) throws(ShapeProblem) -> Int {
    guard numbers.count == 3, numbers[2] != 0 else {
      throw .mismatch(expected: "a step other than 0", found: "\(numbers)")
    }
    let (distance, overflow) = numbers[1].subtractingReportingOverflow(numbers[0])
    guard !overflow else { throw .overflow }
    guard distance != 0, (distance > 0) == (numbers[2] > 0) else { return 0 }
    let steps = (distance.magnitude - 1) / numbers[2].magnitude
    guard steps < UInt(Int.max) else { throw .overflow }
    return Int(steps) + 1
  }

  private enum Number: Sendable {
    case integer(Int)
    case float(Double)
  }

  private struct Step: ScheduledStep {
    let start: Number
    let step: Number
    let outputs: [ValueForm]

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let fill = Fill(step: self, output: operands.outputs[0])
      visit(outputs[0].elementType, fill, in: workspace)
    }
  }

  private struct Fill: NumberVisitor {
    let step: Step
    let output: ArenaSlice

    func visit<Element: StoredNumber>(
      _ type: Element.Type, in workspace: borrowing Workspace
    ) {
      workspace.write(output, as: type) { output in
        for index in 0..<step.outputs[0].shape.count {
          switch (step.start, step.step) {
          case (.integer(let start), .integer(let step)):
            output[index] = Element(Element.Value(wrapping: start &+ index &* step))
          case (.float(let start), .float(let step)):
            output[index] = Element(Element.Value(rounding: start + Double(index) * step))
          default: preconditionFailure("start and step are of one kind")
          }
        }
      }
    }
  }
}

extension Constant {
  /// The elements of a tensor of floats; `nil` for other types.
  var doubles: [Double]? {
    guard elementType == .float64 else { return floats?.array().map(Double.init) }
    let bytes = bytes
    let span = bytes.rawSpan
    return (0..<shape.count).map {
      Double(bitPattern: span.loadLittleEndian(UInt64.self, at: 8 * $0))
    }
  }
}
