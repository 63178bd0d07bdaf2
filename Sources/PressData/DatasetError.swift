public import PressTensor

/// What can be wrong with data given to a network, or with what it is measured by.
public enum DatasetError: Error, Equatable, Sendable {
  /// The graph needs no input.
  case noInputs
  /// No array fits an input of the graph.
  case missingInput(expected: [String], found: [String])
  /// There are no labels, or no targets.
  case missingLabels(expected: [String], found: [String])
  /// An input is not a tensor.
  case notATensor(input: String)
  /// An array's elements are not of the input's type.
  case elementType(input: String, expected: String, found: ElementType)
  /// An array's shape is not the input's.
  case shape(input: String, expected: String, found: Shape)
  /// Two arrays have different numbers of examples.
  case exampleCount(name: String, expected: Int, found: Int)
  /// There is no example.
  case noExamples
  /// The number of examples asked for is not above zero.
  case limit(Int)
  /// Labels are not whole numbers, or targets are not floats.
  case labelType(name: String, expected: String, found: ElementType)
  /// Labels are not one number for each example.
  case labelShape(name: String, found: Shape)
  /// A label is not one of the classes.
  case label(Int, classes: Int, example: Int)
  /// There are neither one nor as many means or deviations as channels.
  case normalizationCount(option: String, channels: Int, found: Int)
  /// A deviation is zero, or a mean or deviation is not finite.
  case normalizationValue(option: String, found: Float)
  /// No input is a float that could be normalized.
  case normalizationOfIntegers
  /// A network's output is not one row of scores for each example.
  case outputShape(found: Shape)
  /// A network's output has not as many elements as its targets.
  case targetCount(expected: Int, found: Int)
  /// The graph has no output of that name.
  case unknownOutput(String, expected: [String])
  /// Nobody said which of several outputs to read.
  case severalOutputs([String])
  /// The graph needs no input of that name.
  case unknownInput(String, expected: [String])
  /// A dimension other than the first is open and was not fixed.
  case openDimension(input: String, inputs: [String])
  /// Two tensors that are to be compared differ in shape.
  case comparedShapes(name: String, expected: Shape, found: Shape)
}

extension DatasetError: CustomStringConvertible {
  /// One line: what, expected, found, where.
  public var description: String {
    switch self {
    case .noInputs:
      "network without inputs, expected at least one, found none"
    case .missingInput(let expected, let found):
      "missing array, expected \(Self.joined(expected, " or ")), found \(Self.listed(found))"
    case .missingLabels(let expected, let found):
      "missing labels, expected \(Self.joined(expected, " or ")), found \(Self.listed(found))"
    case .notATensor(let input):
      "input '\(input)', expected a tensor, found another type"
    case .elementType(let input, let expected, let found):
      "element type of the data for input '\(input)', expected \(expected), found \(found.name)"
    case .shape(let input, let expected, let found):
      "shape of the data for input '\(input)', expected \(expected), found \(found)"
    case .exampleCount(let name, let expected, let found):
      "number of examples in '\(name)', expected \(expected), found \(found)"
    case .noExamples:
      "empty data, expected at least one example, found none"
    case .limit(let found):
      "number of examples asked for, expected 1 or more, found \(found)"
    default: measureDescription
    }
  }

  private var measureDescription: String {
    switch self {
    case .labelType(let name, let expected, let found):
      "element type of '\(name)', expected \(expected), found \(found.name)"
    case .labelShape(let name, let found):
      "shape of labels '\(name)', expected one number for each example, found \(found)"
    case .label(let label, let classes, let example):
      "label of example \(example), expected 0 to \(classes - 1), found \(label)"
    case .normalizationCount(let option, let channels, let found):
      "number of values of \(option), expected 1 or \(channels) as channels, found \(found)"
    case .normalizationValue(let option, let found):
      "value of \(option), expected a finite number that can be divided by, found \(found)"
    case .normalizationOfIntegers:
      "--mean and --std, expected an input of floats, found integers only"
    case .outputShape(let found):
      "shape of the output, expected (N,C) or (N,C,1,...), found \(found)"
    case .targetCount(let expected, let found):
      "number of output elements, expected \(expected) as in the targets, found \(found)"
    default: runDescription
    }
  }

  private var runDescription: String {
    switch self {
    case .unknownOutput(let name, let expected):
      "unknown output, expected \(Self.joined(expected, " or ")), found '\(name)'"
    case .severalOutputs(let names):
      "no single float output, expected --output with one of "
        + "\(Self.joined(names, ", ")), found none"
    case .unknownInput(let name, let expected):
      "unknown input, expected \(Self.joined(expected, " or ")), found '\(name)'"
    case .openDimension(let input, let inputs):
      "open dimension of input '\(input)', expected --shape \(input)=D0,D1,... "
        + "(inputs: \(Self.joined(inputs, ", "))), found none"
    case .comparedShapes(let name, let expected, let found):
      "shape of '\(name)', expected \(expected) as in the reference, found \(found)"
    default: "unusable data"
    }
  }

  private static func joined(_ names: [String], _ separator: String) -> String {
    names.map { "'\($0)'" }.joined(separator: separator)
  }

  private static func listed(_ names: [String]) -> String {
    if names.isEmpty { return "none" }
    return joined(Array(names.prefix(20)), ", ")
      + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}
