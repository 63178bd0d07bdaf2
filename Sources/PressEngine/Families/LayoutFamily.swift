internal import PressKernels
internal import PressTensor

/// A value in another layout.
struct LayoutFamily: StepFamily {
  let layout: Layout

  var kernel: String { "copy, \(layout == .plain ? "plain" : "channels last")" }
  var reason: String { "for the kernels behind it" }

  func scheduled(for inputs: [StepInput]) -> any ScheduledStep {
    Step(from: inputs[0].form, to: layout)
  }

  /// The copy for one form.
  struct Step: ScheduledStep {
    let form: ValueForm
    let outputs: [ValueForm]

    init(from form: ValueForm, to layout: Layout) {
      self.form = form
      outputs = [ValueForm(form.elementType, form.shape, layout)]
    }

    /// The sizes (batch, channels, positions).
    private var sizes: (batch: Int, channels: Int, positions: Int) {
      let dimensions = form.shape.dimensions
      guard dimensions.count > 2 else { return (1, 1, form.shape.count) }
      return (dimensions[0], dimensions[1], dimensions[2...].reduce(1, *))
    }

    var placement: OutputPlacement {
      form.layout == outputs[0].layout || sizes.channels == 1 || sizes.positions == 1
        ? .sameAsInput : .apart
    }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      let (batch, channels, positions) = sizes
      let matrix = form.layout == .plain ? [channels, positions] : [positions, channels]
      guard let layout = CopyLayout(transposing: [batch] + matrix, by: [0, 2, 1]) else { return }
      workspace.copy(
        width: form.elementType.byteWidth ?? 1, layout: layout, input: operands.inputs[0],
        output: operands.outputs[0])
    }
  }
}
