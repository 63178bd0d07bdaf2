internal import PressGraph
internal import PressKernels
internal import PressTensor

/// How windows move over one to three spatial axes, checked but without the input's size.
struct WindowAttributes: Sendable {
  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  /// Every axis's begin, then every axis's end.
  let pads: [Int]
  let autoPad: AutoPad
  let ceilMode: Bool

  /// Checks counts and ranges; absent lists become their defaults.
  init(
    kernel: [Int], strides: [Int]?, dilations: [Int]?, pads: [Int]?, autoPad: AutoPad,
    ceilMode: Bool = false
  ) throws(PlanningProblem) {
    let rank = kernel.count
    guard (1...3).contains(rank) else {
      throw .unsupported("\(rank) spatial axes rather than 1 to 3")
    }
    func checked(_ list: [Int]?, _ name: String, count: Int, from lowest: Int)
      throws(PlanningProblem) -> [Int]
    {
      let list = list ?? [Int](repeating: lowest, count: count)
      guard list.count == count else {
        throw .mismatch(expected: "\(count) \(name)", found: "\(list.count)")
      }
      guard list.allSatisfy({ $0 >= lowest && $0 <= WindowAxis.maximum }) else {
        throw .mismatch(expected: "\(name) from \(lowest) to 2^30", found: "\(list)")
      }
      return list
    }
    self.kernel = try checked(kernel, "kernel sizes", count: rank, from: 1)
    self.strides = try checked(strides, "strides", count: rank, from: 1)
    self.dilations = try checked(dilations, "dilations", count: rank, from: 1)
    self.pads = try checked(pads, "pads", count: 2 * rank, from: 0)
    self.autoPad = autoPad
    self.ceilMode = ceilMode
  }

  /// The windows over every spatial axis of an input (N, C, ...).
  func axes(_ input: Shape) throws(ShapeProblem) -> [WindowAxis] {
    guard input.rank == kernel.count + 2 else {
      throw .mismatch(expected: "\(kernel.count + 2) axes", found: "\(input)")
    }
    return try kernel.indices.map { (index) throws(ShapeProblem) in
      try axis(index, input: input.dimensions[index + 2])
    }
  }

  /// The windows of one axis over `input` elements.
  func axis(_ index: Int, input: Int) throws(ShapeProblem) -> WindowAxis {
    // No factor is beyond 2^30.
    guard input <= WindowAxis.maximum else { throw .overflow }
    let stride = strides[index]
    let extent = (kernel[index] - 1) * dilations[index] + 1
    var (begin, end) = (pads[index], pads[index + kernel.count])
    var output: Int
    switch autoPad {
    case .sameUpper, .sameLower:
      output = (input + stride - 1) / stride
      let total = max((output - 1) * stride + extent - input, 0)
      begin = autoPad == .sameUpper ? total / 2 : total - total / 2
      end = total - begin
    case .valid, .notSet:
      if autoPad == .valid { (begin, end) = (0, 0) }
      let room = input + begin + end - extent
      guard room >= 0 else {
        throw .mismatch(
          expected: "at least \(extent) padded elements along spatial axis \(index)",
          found: "\(input + begin + end)")
      }
      output = room / stride + 1
      if ceilMode, room % stride != 0, output * stride < input + begin { output += 1 }
    }
    guard
      let axis = WindowAxis(
        input: input, output: output, kernel: kernel[index], stride: stride,
        dilation: dilations[index], padBegin: begin, padEnd: end)
    else { throw .overflow }
    return axis
  }
}
