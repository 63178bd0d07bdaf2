internal import PressKernels
internal import PressTensor

/// Elements in another type; numbers to and from strings before anything runs.
struct CastFamily: StepFamily {
  let target: ElementType

  var kernel: String { "cast" }
  var layouts: LayoutRule { target == .string ? .plain : .following }
  /// Strings are made of elements that are known.
  var demanded: [Int] { target == .string ? [0] : [] }

  init(to target: ElementType) {
    self.target = target
  }

  func missing(for types: [ElementType?]) -> String? {
    for case let type? in types.prefix(1) + [target] where type != .string && !type.isCastable {
      return "a cast of type \(type.name)"
    }
    return nil
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = inputs[0]
    if input.elementType == .string || target == .string {
      guard let known = input.known else { throw .unsupported("strings that a step computes") }
      return KnownStep([try cast(known)])
    }
    return Step(
      type: input.elementType, outputs: [ValueForm(target, input.shape, input.layout)])
  }

  private struct Step: ScheduledStep {
    let type: ElementType
    let outputs: [ValueForm]

    var placement: OutputPlacement { type == outputs[0].elementType ? .sameAsInput : .apart }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      workspace.cast(
        from: type, to: outputs[0].elementType, count: outputs[0].shape.count,
        input: operands.inputs[0], output: operands.outputs[0])
    }
  }

  /// A cast to or from strings.
  private func cast(_ constant: Constant) throws(ShapeProblem) -> Constant {
    if constant.elementType == target { return constant }
    if target == .string {
      guard let numbers = constant.floats else {
        throw .unsupported("a cast of \(constant.elementType.name) to string")
      }
      let texts = numbers.array().map(CastFamily.text)
      return Constant(.string, constant.shape, copying: Storage(StringElements.bytes(of: texts)))
    }
    let bytes = constant.bytes
    guard let texts = StringElements.strings(in: bytes.rawSpan), texts.count == constant.shape.count
    else { throw .mismatch(expected: "\(constant.shape.count) strings", found: "others") }
    var numbers: [UInt8] = []
    for text in texts {
      guard let number = Double(text) else {
        throw .mismatch(expected: "a number", found: "the string '\(text)'")
      }
      numbers.appendLittleEndian(number.bitPattern)
    }
    let doubles = Constant(.float64, constant.shape, copying: Storage(numbers))
    let result = try evaluated(
      CastFamily(to: target), [StepInput(doubles.form, known: doubles)], limit: .max / 64)
    guard let constant = result?.first else { throw .overflow }
    return constant
  }

  /// A number as numpy writes it: the shortest digits that read back the same.
  private static func text(_ number: Float) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-INF" : "INF" }
    return "\(number)"
  }
}

extension ElementType {
  /// Whether kernels cast the type.
  fileprivate var isCastable: Bool {
    self == .bool || BinaryKernel.add.supports(self)
  }
}
