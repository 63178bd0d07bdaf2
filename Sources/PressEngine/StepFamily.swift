internal import PressKernels
internal import PressTensor

/// A node made ready for this processor: weights packed, attributes checked, shapes open.
protocol StepFamily: Sendable {
  /// The kernel's name, as reports print it.
  var kernel: String { get }
  /// Why this kernel was chosen.
  var reason: String { get }
  /// The bytes that the packed weights take.
  var weightBytes: Int { get }
  /// Evaluates everything that depends on the shapes of the step's inputs.
  func scheduled(for inputs: [Shape]) throws(ShapeProblem) -> any ScheduledStep
}

extension StepFamily {
  var weightBytes: Int { 0 }
}

/// A step for one set of input shapes.
protocol ScheduledStep: Sendable {
  /// The shapes of the outputs.
  var outputs: [Shape] { get }
  /// Memory needed while the step runs.
  var scratchBytes: Int { get }
  /// Where the first output may be.
  var placement: OutputPlacement { get }
  /// Computes the outputs.
  func run(in workspace: inout Workspace, on operands: StepOperands)
}

extension ScheduledStep {
  var scratchBytes: Int { 0 }
  var placement: OutputPlacement { .apart }
}

/// Where a step's first output may be.
enum OutputPlacement: Sendable {
  /// In memory that none of the inputs is in.
  case apart
  /// Also in place of an input of the same size that nobody needs any more.
  case replacing
  /// It is the first input under another shape: nothing runs.
  case sameAsInput
}

/// The operands of one step.
struct StepOperands: Sendable {
  var inputs: [Operand]
  var outputs: [ArenaSlice]
  var scratch: ArenaSlice
}

/// Why a step can't take inputs of some shapes.
enum ShapeProblem: Error {
  case mismatch(expected: String, found: String)
  case overflow
}

/// A shape's dimensions as a result of arithmetic; throws where they overflow.
func makeShape(_ dimensions: [Int]) throws(ShapeProblem) -> Shape {
  guard let shape = try? Shape(dimensions), shape.count <= Int.max / 8 else { throw .overflow }
  return shape
}
