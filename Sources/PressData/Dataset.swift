public import PressFile
public import PressFormats
public import PressGraph
public import PressTensor

/// Examples for a network and, where there are any, their labels.
public struct Dataset: Sendable {
  /// The number of examples.
  public let count: Int
  /// The name of the array that the labels come from.
  public let labelName: String?
  private let inputs: [DatasetInput]
  private let labels: Tensor?
  private let labelNames: [String]
  private let arrayNames: [String]

  /// Reads the examples for a graph's inputs from an npz file.
  ///
  /// With one input they are `x_<split>` and their labels `y_<split>`; without such an array, or
  /// with more inputs, arrays carry the inputs' names and labels are `y` or `labels`. `uint8` is
  /// divided by 255 where the input is float and cast where it is an integer; floats are then
  /// normalized; a missing channel axis of 1 is added.
  ///
  /// - Parameter limit: The most examples to use, the first ones.
  /// - Throws: `FileError`, `NpzError`, `DatasetError`.
  public init(
    path: String, graph: Graph, split: String = "test",
    normalization: Normalization = Normalization(), limit: Int? = nil,
    limits: ReadLimits = .standard
  ) throws {
    try self.init(
      try NpzFile(path: path, limits: limits), graph: graph, split: split,
      normalization: normalization, limit: limit)
  }

  /// Takes the examples for a graph's inputs from an open npz file.
  public init(
    _ file: NpzFile, graph: Graph, split: String = "test",
    normalization: Normalization = Normalization(), limit: Int? = nil
  ) throws {
    let inputs = graph.requiredInputs
    guard let first = inputs.first else { throw DatasetError.noInputs }
    if let limit, limit < 1 { throw DatasetError.limit(limit) }
    let images = "x_" + split
    var names = ["y", "labels"]
    var arrays: [(DeclaredInput, String)] = []
    if inputs.count == 1, file.contains(images) {
      names = ["y_" + split]
      arrays = [(try DeclaredInput(first), images)]
    } else {
      let others = inputs.count == 1 ? [images] : []
      for input in inputs {
        guard let name = InputArrays.name(in: file, for: input.name) else {
          throw InputArrays.missing(file, input.name, or: others)
        }
        arrays.append((try DeclaredInput(input), name))
      }
    }
    self.inputs = try arrays.map { declared, name in
      try DatasetInput(declared, try file.tensor(name), normalization)
    }
    if !normalization.isIdentity, !self.inputs.contains(where: \.isFloat) {
      throw DatasetError.normalizationOfIntegers
    }
    let whole = try Self.commonCount(self.inputs)
    count = min(whole, limit ?? whole)
    labelNames = names
    arrayNames = file.names
    labelName = names.first { file.contains($0) }
    labels = try labelName.map { try file.tensor($0) }
    if let labels, let labelName {
      guard let found = labels.shape.dimensions.first else {
        throw DatasetError.labelShape(name: labelName, found: labels.shape)
      }
      guard found == whole else {
        throw DatasetError.exampleCount(name: labelName, expected: whole, found: found)
      }
    }
  }

  private static func commonCount(_ inputs: [DatasetInput]) throws(DatasetError) -> Int {
    var common: Int?
    for input in inputs {
      guard let count = input.exampleCount else { continue }
      if let common, common != count {
        throw .exampleCount(name: input.name, expected: common, found: count)
      }
      common = count
    }
    guard let common, common > 0 else { throw .noExamples }
    return common
  }

  /// The inputs of some examples, by the names of the graph's inputs.
  ///
  /// - Parameter size: Where given, the last example is repeated until there are so many.
  public func batch(
    _ range: Range<Int>, paddedTo size: Int? = nil
  ) throws(TensorError) -> [String: Tensor] {
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= count)
    var tensors: [String: Tensor] = [:]
    for input in inputs {
      tensors[input.name] = try input.batch(range, count: max(range.count, size ?? 0))
    }
    return tensors
  }

  /// The classes of some examples: whole numbers of shape (N) or (N, 1).
  public func classes(_ range: Range<Int>) throws(DatasetError) -> [Int] {
    let (name, labels) = try labelled()
    guard labels.shape.count == labels.shape.dimensions[0] else {
      throw .labelShape(name: name, found: labels.shape)
    }
    guard let classes = labels.integers(range) else {
      throw .labelType(name: name, expected: "whole numbers", found: labels.elementType)
    }
    return classes
  }

  /// The float targets of some examples, one after the other.
  public func targets(_ range: Range<Int>) throws(DatasetError) -> [Float] {
    let (name, labels) = try labelled()
    let size = labels.shape.count / max(labels.shape.dimensions[0], 1)
    let elements = (range.lowerBound * size)..<(range.upperBound * size)
    guard let targets = labels.floats(elements) else {
      throw .labelType(name: name, expected: "float32 or float64", found: labels.elementType)
    }
    return targets
  }

  private func labelled() throws(DatasetError) -> (String, Tensor) {
    guard let labels, let labelName else {
      throw .missingLabels(expected: labelNames, found: arrayNames)
    }
    return (labelName, labels)
  }
}
