public import PressFormats
public import PressGraph
public import PressTensor

/// Finds the arrays of an npz file that a graph's inputs ask for.
public enum InputArrays {
  /// The tensors for a graph's inputs, exactly as the file has them.
  ///
  /// Input `NAME` is filled by the array `NAME` or `in.NAME`; inputs that an initializer fills may
  /// be left out; other arrays are ignored.
  ///
  /// - Throws: `NpzError`, `DatasetError`: a missing array, another element type, another shape.
  public static func read(_ file: NpzFile, for graph: Graph) throws -> [String: Tensor] {
    let required = Set(graph.requiredInputs.map(\.name))
    var tensors: [String: Tensor] = [:]
    for input in graph.inputs {
      guard let name = name(in: file, for: input.name) else {
        guard !required.contains(input.name) else { throw missing(file, input.name) }
        continue
      }
      let tensor = try file.tensor(name)
      let declared = try DeclaredInput(input)
      if let type = declared.elementType, type != tensor.elementType {
        throw DatasetError.elementType(
          input: input.name, expected: type.name, found: tensor.elementType)
      }
      guard declared.accepts(tensor.shape.dimensions[...]) else {
        throw declared.mismatch(tensor.shape)
      }
      tensors[input.name] = tensor
    }
    return tensors
  }

  /// The array that fills an input.
  static func name(in file: NpzFile, for input: String) -> String? {
    [input, "in." + input].first { file.contains($0) }
  }

  static func missing(_ file: NpzFile, _ input: String, or others: [String] = []) -> DatasetError {
    .missingInput(expected: others + [input, "in." + input], found: file.names)
  }
}

/// What a graph says about one of its inputs.
struct DeclaredInput {
  let name: String
  let elementType: ElementType?
  let dimensions: [Dimension]?

  init(_ input: ValueInfo) throws(DatasetError) {
    name = input.name
    switch input.type {
    case .tensor(let elementType, let dimensions):
      self.elementType = elementType
      self.dimensions = dimensions
    case nil:
      elementType = nil
      dimensions = nil
    default: throw .notATensor(input: input.name)
    }
  }

  /// Whether sizes fit, those from axis `first` on.
  func accepts(_ sizes: ArraySlice<Int>, from first: Int = 0) -> Bool {
    guard let dimensions else { return true }
    guard sizes.count == dimensions.count - first else { return false }
    return zip(dimensions.dropFirst(first), sizes).allSatisfy { dimension, size in
      if case .known(let known) = dimension { known == size } else { true }
    }
  }

  /// The error of an array of another shape.
  func mismatch(_ found: Shape) -> DatasetError {
    let expected = (dimensions ?? []).map { "\($0)" }.joined(separator: "x")
    return .shape(input: name, expected: expected.isEmpty ? "scalar" : expected, found: found)
  }
}
