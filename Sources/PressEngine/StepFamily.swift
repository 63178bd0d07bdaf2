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
  /// Which layouts of its operands it takes, and which one it makes.
  var layouts: LayoutRule { get }
  /// The operands whose elements the shapes of the outputs depend on.
  var demanded: [Int] { get }
  /// What the family lacks for operands of these types; `nil` for a type that is not known yet.
  func missing(for types: [ElementType?]) -> String?
  /// Evaluates everything that depends on the forms of the step's operands.
  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep
}

extension StepFamily {
  var reason: String { "the only one" }
  var weightBytes: Int { 0 }
  var layouts: LayoutRule { .plain }
  var demanded: [Int] { [] }
  func missing(for types: [ElementType?]) -> String? { nil }
}

/// Which layouts a step's operands have, and its outputs.
enum LayoutRule: Sendable {
  /// Everything is plain.
  case plain
  /// The operands at these places, and all outputs, have their channels last.
  case channelsLast([Int])
  /// Any, so long as all operands that are no constants have the same; outputs have it too.
  ///
  /// Constants stay plain and have at most one axis longer than 1.
  case following
}

/// An operand of a step while a schedule is made.
struct StepInput: Sendable {
  /// The operand's type, shape and layout.
  let form: ValueForm
  /// Its elements, where they are known before the run.
  let known: Constant?
  /// Whether the node leaves this input out.
  let isAbsent: Bool

  init(_ form: ValueForm, known: Constant? = nil) {
    self.form = form
    self.known = known
    isAbsent = false
  }

  private init() {
    form = ValueForm(.float32, .scalar)
    known = nil
    isAbsent = true
  }

  /// An input that the node leaves out.
  static var absent: StepInput { StepInput() }

  var elementType: ElementType { form.elementType }
  var shape: Shape { form.shape }
  var layout: Layout { form.layout }
}

/// A step for one set of operands' forms.
protocol ScheduledStep: Sendable {
  /// The kernel, where it depends on shapes, and why it was chosen.
  var choice: (kernel: String, reason: String)? { get }
  /// The forms of the outputs.
  var outputs: [ValueForm] { get }
  /// Memory needed while the step runs.
  var scratchBytes: Int { get }
  /// Memory outside of the arena that each thread needs while the step runs.
  var threadBytes: Int { get }
  /// Where the first output may be.
  var placement: OutputPlacement { get }
  /// The outputs, where they follow from the operands' forms and known elements alone.
  var known: [Constant]? { get }
  /// Computes the outputs.
  func run(in workspace: inout Workspace, on operands: StepOperands)
}

extension ScheduledStep {
  var choice: (kernel: String, reason: String)? { nil }
  var scratchBytes: Int { 0 }
  var threadBytes: Int { 0 }
  var placement: OutputPlacement { .apart }
  var known: [Constant]? { nil }
}

/// Where a step's first output may be.
enum OutputPlacement: Sendable {
  /// In memory that none of the inputs is in.
  case apart
  /// Also in place of the first input, if it has the same size and nobody needs it any more.
  case replacing
  /// It is the first input under another shape: nothing runs.
  case sameAsInput
}

/// The operands of one step.
struct StepOperands: Sendable {
  /// The operands; those that the node leaves out are empty slices.
  var inputs: [Operand]
  var outputs: [ArenaSlice]
  var scratch: ArenaSlice
}

/// Why a step can't take operands of some forms.
enum ShapeProblem: Error {
  case mismatch(expected: String, found: String)
  case unsupported(String)
  case overflow
}

/// A shape's dimensions as a result of arithmetic; throws where they overflow.
func makeShape(_ dimensions: [Int]) throws(ShapeProblem) -> Shape {
  guard let shape = try? Shape(dimensions), shape.count <= Int.max / 16 else { throw .overflow }
  return shape
}
