internal import PressGraph
public import PressTensor

extension Engine {
  /// The graph's outputs for one set of inputs, tensors or not.
  ///
  /// Values that are no tensors reach outputs only as they are, through Identity; planning refuses
  /// any other node that takes them.
  public mutating func run(values: [String: Value]) throws(EngineError) -> [String: Value] {
    let passed = try plan.passedValues(values)
    let tensors = try computed(try plan.tensors(of: values))
    return tensors.mapValues(Value.tensor).merging(passed) { _, value in value }
  }
}

extension Plan {
  /// The outputs that are inputs under another name, and no tensors.
  fileprivate func passedValues(
    _ given: [String: Value]
  ) throws(EngineError) -> [String: Value] {
    var results: [String: Value] = [:]
    for (output, input) in passedOutputs.sorted(by: { $0.key < $1.key }) {
      guard let value = given[input.name] else {
        throw .missingInput(input.name, given: given.keys.sorted())
      }
      guard input.type.accepts(value) else {
        throw .inputValue(
          input.name, expected: input.type.description, found: value.description)
      }
      results[output] = value
    }
    return results
  }

  /// The inputs that have to be tensors.
  fileprivate func tensors(of given: [String: Value]) throws(EngineError) -> [String: Tensor] {
    let others = unusedInputs.union(passedOutputs.values.map(\.name))
    var tensors: [String: Tensor] = [:]
    for (name, value) in given.sorted(by: { $0.key < $1.key }) where !others.contains(name) {
      guard case .tensor(let tensor) = value else {
        throw .inputValue(name, expected: "tensor", found: value.description)
      }
      tensors[name] = tensor
    }
    return tensors
  }
}

extension ValueType {
  /// Whether a value has the type, as far as that is declared.
  fileprivate func accepts(_ value: Value) -> Bool {
    switch (self, value) {
    case (.tensor(let type, let dimensions), .tensor(let tensor)):
      (type ?? tensor.elementType) == tensor.elementType
        && (dimensions.map { tensor.shape.fits($0) } ?? true)
    case (.sequence(let element), .sequence(let tensors)):
      tensors.allSatisfy { element?.accepts(.tensor($0)) ?? true }
    case (.optional(let content), .optional(let value)):
      value.map { content?.accepts($0) ?? true } ?? true
    default: false
    }
  }

  /// What it is, as `Value` says it.
  fileprivate var description: String {
    switch self {
    case .tensor(let type, let dimensions):
      (type?.name ?? "tensor") + (dimensions.map { " " + EngineError.sizes($0) } ?? "")
    case .sequence(let element): "sequence of \(element?.description ?? "anything")"
    case .optional(let content): "optional of \(content?.description ?? "anything")"
    default: "something else"
    }
  }
}
