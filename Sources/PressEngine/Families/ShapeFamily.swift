internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A tensor's dimensions, known before anything runs.
struct ShapeFamily: StepFamily {
  let start: Int
  let end: Int?

  var kernel: String { "none" }
  var reason: String { "known from the shapes" }

  init(_ attributes: ShapeOf) {
    start = attributes.start
    end = attributes.end
  }

  func scheduled(for inputs: [StepInput]) -> any ScheduledStep {
    let dimensions = inputs[0].shape.dimensions
    func bound(_ axis: Int) -> Int {
      min(max(axis < 0 ? axis + dimensions.count : axis, 0), dimensions.count)
    }
    let (first, last) = (bound(start), bound(end ?? dimensions.count))
    return KnownStep([Constant(integers: Array(dimensions[first..<max(first, last)]))])
  }
}

/// A step whose outputs are known once it is scheduled: nothing runs.
struct KnownStep: ScheduledStep {
  let constants: [Constant]

  init(_ constants: [Constant]) {
    self.constants = constants
  }

  var outputs: [ValueForm] { constants.map(\.form) }
  var known: [Constant]? { constants }

  func run(in workspace: inout Workspace, on operands: StepOperands) {}
}
