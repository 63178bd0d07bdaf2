internal import PressGraph
internal import PressKernels
internal import PressTensor

/// Tensors joined along an axis, in whatever layout they have.
struct ConcatFamily: StepFamily {
  let axis: Int

  var kernel: String { "copy" }
  var layouts: LayoutRule { .following }

  func missing(for types: [ElementType?]) -> String? {
    types.lazy.compactMap(movable).first
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let first = try inputs.required(0)
    let axis = try first.shape.axis(axis)
    let layout = inputs.first { $0.layout == .channelsLast }?.layout ?? first.layout
    var sizes: [Int] = []
    for input in inputs {
      guard input.elementType == first.elementType,
        input.shape.without(axis) == first.shape.without(axis)
      else {
        throw .mismatch(
          expected: "tensors of type \(first.elementType.name) and shape \(first.shape) but for "
            + "axis \(axis)", found: "\(input.elementType.name) \(input.shape)")
      }
      sizes.append(input.shape.dimensions[axis])
    }
    var dimensions = first.shape.dimensions
    dimensions[axis] = try sizes.sum()
    let output = ValueForm(first.elementType, try makeShape(dimensions), layout)
    let place = layout.place(of: axis, rank: dimensions.count)
    let strides = output.physicalDimensions.strides
    if inputs.count == 1 {
      let whole = try Walk(output.elementType, [output.shape.count], source: [1], target: [1])
      return MoveStep(output, whole, of: first)
    }
    var start = 0
    var parts: [MoveStep.Part] = []
    for (number, input) in inputs.enumerated() {
      let dimensions = layout.physical(input.shape.dimensions)
      let walk = try Walk(
        output.elementType, dimensions, source: dimensions.strides, target: strides,
        to: start &* strides[place])
      parts.append(MoveStep.Part(source: .input(number), output: 0, walk: walk))
      start += sizes[number]
    }
    return MoveStep([output], parts)
  }
}

/// A tensor cut along an axis, in whatever layout it has.
struct SplitFamily: StepFamily {
  let attributes: Split
  let parts: Int

  var kernel: String { "copy" }
  var layouts: LayoutRule { .following }
  var demanded: [Int] { [1] }

  init(_ attributes: Split, _ node: Node) {
    self.attributes = attributes
    parts = node.outputs.count
  }

  func missing(for types: [ElementType?]) -> String? { types.first.flatMap(movable) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let input = try inputs.required(0)
    let axis = try input.shape.axis(attributes.axis)
    let given = try inputs.optionalIntegers(attributes.sizes, or: 1, "sizes of parts")
    let sizes = try sizes(given, of: input.shape.dimensions[axis])
    let strides = input.form.physicalDimensions.strides
    let place = input.layout.place(of: axis, rank: input.shape.rank)
    var start = 0
    var outputs: [ValueForm] = []
    var walks: [Walk] = []
    for size in sizes {
      var dimensions = input.shape.dimensions
      dimensions[axis] = size
      let output = ValueForm(input.elementType, try makeShape(dimensions), input.layout)
      let physical = output.physicalDimensions
      walks.append(
        try Walk(
          input.elementType, physical, source: strides, from: start &* strides[place],
          target: physical.strides))
      outputs.append(output)
      start += size
    }
    if outputs.count == 1 { return MoveStep(outputs[0], walks[0], of: input) }
    let parts = walks.enumerated().map { number, walk in
      MoveStep.Part(source: .input(0), output: number, walk: walk)
    }
    return MoveStep(outputs, parts)
  }

  /// The sizes of the parts; without given ones they are equal but for the last.
  private func sizes(_ given: [Int]?, of whole: Int) throws(ShapeProblem) -> [Int] {
    if let given {
      guard given.count == parts, given.allSatisfy({ $0 >= 0 }), try given.sum() == whole else {
        throw .mismatch(expected: "\(parts) sizes that sum to \(whole)", found: "\(given)")
      }
      return given
    }
    let each = whole / parts + (whole % parts == 0 ? 0 : 1)
    let last = whole - each * (parts - 1)
    guard last >= 0, attributes.partCount ?? parts == parts else {
      throw .mismatch(
        expected: "\(attributes.partCount ?? parts) parts", found: "\(parts) outputs, size \(whole)"
      )
    }
    return Array(repeating: each, count: parts - 1) + [last]
  }
}

extension Shape {
  /// The dimensions but for one axis, whose place stays.
  fileprivate func without(_ axis: Int) -> [Int] {
    dimensions.enumerated().map { $0 == axis ? -1 : $1 }
  }
}

extension [Int] {
  /// The sum of sizes.
  func sum() throws(ShapeProblem) -> Int {
    var sum = 0
    for size in self {
      let (next, overflow) = sum.addingReportingOverflow(size)
      guard !overflow else { throw .overflow }
      sum = next
    }
    return sum
  }
}
