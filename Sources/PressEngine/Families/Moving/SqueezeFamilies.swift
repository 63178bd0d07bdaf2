internal import PressGraph
internal import PressTensor

/// The same elements without some axes of size 1.
struct SqueezeFamily: StepFamily {
  let axes: [Int]?

  var kernel: String { "none" }
  var reason: String { "the same elements under another shape" }
  var demanded: [Int] { [1] }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let dimensions = input.shape.dimensions
    var squeezed = Set(dimensions.indices.filter { dimensions[$0] == 1 })
    if let given = try inputs.optionalIntegers(axes, or: 1, "axes") {
      squeezed = Set(
        try given.map { (axis) throws(ShapeProblem) in try input.shape.axis(axis) })
      guard squeezed.allSatisfy({ dimensions[$0] == 1 }) else {
        throw .mismatch(expected: "size 1 along axes \(given)", found: "\(input.shape)")
      }
    }
    let rest = dimensions.indices.filter { !squeezed.contains($0) }.map { dimensions[$0] }
    return SameElementsStep(input, try makeShape(rest))
  }
}

/// The same elements with more axes of size 1.
struct UnsqueezeFamily: StepFamily {
  let axes: [Int]?

  var kernel: String { "none" }
  var reason: String { "the same elements under another shape" }
  var demanded: [Int] { [1] }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let given = try inputs.integers(axes, or: 1, "axes")
    let rank = input.shape.rank + given.count
    let places = Set(try Shape.axes(given, rank: rank))
    var rest = input.shape.dimensions.makeIterator()
    let sizes = (0..<rank).compactMap { places.contains($0) ? 1 : rest.next() }
    return SameElementsStep(input, try makeShape(sizes))
  }
}

/// The number of a tensor's elements, known before anything runs.
struct SizeFamily: StepFamily {
  var kernel: String { "none" }
  var reason: String { "known from the shapes" }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    KnownStep([Constant([try inputs.required(0).shape.count], .scalar)])
  }
}
