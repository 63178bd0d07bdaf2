internal import PressGraph
internal import PressKernels
internal import PressTensor

/// What a weight's shape (groups * channels, columns, window) says, and how windows lie.
struct TransposedSizes: Sendable {
  let groups: Int
  let channels: Int
  let columns: Int
  let window: [Int]

  init(_ attributes: ConvolutionTranspose, _ shape: Shape) throws(ShapeProblem) {
    let sizes = shape.dimensions
    guard (3...5).contains(sizes.count) else {
      throw .unsupported("\(max(sizes.count - 2, 0)) spatial axes rather than 1 to 3")
    }
    guard shape.count > 0 else { throw .unsupported("an empty weight") }
    groups = attributes.group
    guard groups > 0, sizes[0] % groups == 0 else {
      throw .mismatch(
        expected: "input channels that \(groups) groups divide", found: "\(sizes[0])")
    }
    _ = try makeShape([groups, sizes[1]])
    channels = sizes[0] / groups
    columns = sizes[1]
    window = Array(sizes[2...])
    guard attributes.kernelShape ?? window == window else {
      throw .mismatch(expected: "kernel_shape \(window)", found: "\(attributes.kernelShape ?? [])")
    }
  }

  /// Each group's weight as (window * columns, channels).
  func packed(_ elements: FloatBuffer) -> [PackedMatrix] {
    let taps = window.reduce(1, *)
    let rows = taps * columns
    return (0..<groups).map { group in
      let turned = FloatBuffer(count: rows * channels) { target in
        for channel in 0..<channels {
          for column in 0..<columns {
            let start = ((group * channels + channel) * columns + column) * taps
            for tap in 0..<taps {
              target[channel * rows + tap * columns + column] = elements.span[start + tap]
            }
          }
        }
      }
      return PackedMatrix(
        turned, rows: rows, columns: channels, isTransposed: true)
    }
  }

  /// The axes for an input's spatial sizes.
  func axes(
    _ attributes: ConvolutionTranspose, input: [Int]
  ) throws(ShapeProblem) -> [WindowAxis] {
    let rank = window.count
    let strides = try checked(attributes.strides, "strides", count: rank, from: 1)
    let dilations = try checked(attributes.dilations, "dilations", count: rank, from: 1)
    let pads = try checked(attributes.pads, "pads", count: 2 * rank, from: 0)
    let extra = try checked(attributes.outputPadding, "output paddings", count: rank, from: 0)
    let outputs = try attributes.outputShape.map { (list) throws(ShapeProblem) in
      try checked(list, "output sizes", count: rank, from: 0)
    }
    return try input.indices.map { (axis) throws(ShapeProblem) in
      guard input[axis] <= WindowAxis.maximum, window[axis] <= WindowAxis.maximum else {
        throw .overflow
      }
      // No factor is beyond 2^30.
      let full =
        (input[axis] - 1) * strides[axis] + extra[axis]
        + (window[axis] - 1) * dilations[axis] + 1
      var begin = pads[axis]
      var output = full - begin - pads[axis + rank]
      switch attributes.autoPad {
      case .valid: (begin, output) = (0, full)
      case .sameUpper, .sameLower: output = input[axis] * strides[axis]
      case .notSet: break
      }
      let isSame = attributes.autoPad == .sameUpper || attributes.autoPad == .sameLower
      if let outputs { output = outputs[axis] }
      if outputs != nil || isSame {
        let total = max(full - output, 0)
        begin = attributes.autoPad == .sameUpper ? total / 2 : total - total / 2
      }
      guard output >= 0 else {
        throw .mismatch(expected: "less padding than output", found: "\(output) elements")
      }
      guard
        let result = WindowAxis(
          input: input[axis], output: output, kernel: window[axis], stride: strides[axis],
          dilation: dilations[axis], padBegin: begin, padEnd: 0)
      else { throw .overflow }
      return result
    }
  }

  private func checked(
    _ list: [Int]?, _ name: String, count: Int, from lowest: Int
  ) throws(ShapeProblem) -> [Int] {
    let list = list ?? [Int](repeating: lowest, count: count)
    guard list.count == count, list.allSatisfy({ $0 >= lowest && $0 <= WindowAxis.maximum }) else {
      throw .mismatch(expected: "\(count) \(name) from \(lowest) to 2^30", found: "\(list)")
    }
    return list
  }
}
