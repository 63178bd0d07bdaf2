import PressTensor

/// How windows lie along one spatial axis.
struct WindowAxis {
  var kernel: Int
  var stride: Int
  var dilation: Int
  var padBegin: Int
  var padEnd: Int

  /// The number of elements that a window spans; `nil` where it does not fit in a word.
  var extent: Int? {
    let (reach, overflow) = (kernel - 1).multipliedReportingOverflow(by: dilation)
    return overflow || reach == .max ? nil : reach + 1
  }

  /// The number of windows along an axis of `size`; `nil` if not even one fits.
  func count(_ size: Int, autoPad: AutoPad, ceilMode: Bool) -> Int? {
    if autoPad == .sameUpper || autoPad == .sameLower {
      return size == 0 ? 0 : (size - 1) / stride + 1
    }
    let pads = autoPad == .valid ? 0 : padBegin + padEnd
    guard let extent, size <= .max - pads, extent <= size + pads else { return nil }
    let room = size + pads - extent
    guard ceilMode, room % stride != 0 else { return room / stride + 1 }
    let count = room / stride + 2
    // A window that starts in the padding at the end does not count.
    let start = (count - 1).multipliedReportingOverflow(by: stride)
    let limit = size + (autoPad == .valid ? 0 : padBegin)
    return start.overflow || start.partialValue >= limit ? count - 1 : count
  }
}

extension NodeInference {
  /// The windows of an operator, one for each spatial axis; throws if a list has another length or
  /// a number that makes no sense.
  func windows(
    kernel: [Int], strides: [Int]?, dilations: [Int]?, pads: [Int]?
  ) throws(GraphError) -> [WindowAxis] {
    let rank = kernel.count
    let strides = strides ?? Array(repeating: 1, count: rank)
    let dilations = dilations ?? Array(repeating: 1, count: rank)
    let pads = pads ?? Array(repeating: 0, count: 2 * rank)
    guard strides.count == rank, dilations.count == rank, pads.count == 2 * rank else {
      throw mismatch(
        expected: "\(rank) strides and dilations and \(2 * rank) pads",
        found: "\(strides.count), \(dilations.count) and \(pads.count)")
    }
    // A bound that no real window reaches keeps sums of a few of these numbers in range.
    let bound = 1 << 40
    guard (kernel + strides + dilations).allSatisfy({ 1...bound ~= $0 }),
      pads.allSatisfy({ 0...bound ~= $0 })
    else {
      throw mismatch(
        expected: "positive windows, strides and dilations, and pads from 0 on",
        found: "\(kernel), \(strides), \(dilations) and \(pads)")
    }
    return kernel.indices.map { axis in
      WindowAxis(
        kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis],
        padBegin: pads[axis], padEnd: pads[rank + axis])
    }
  }

  /// The kernel's spatial sizes: the attribute's or the weight's; `nil` if neither is known.
  func kernel(_ attribute: [Int]?) throws(GraphError) -> [Int]? {
    guard let input = self[0].dimensions, let weight = self[1].dimensions else { return nil }
    guard input.count >= 3, weight.count == input.count else {
      throw mismatch(
        expected: "an input and a weight of one rank, 3 or more",
        found: "\(input.text) and \(weight.text)")
    }
    let known = weight[2...].map { $0 }.allKnown
    if let attribute, attribute != known ?? attribute || attribute.count != weight.count - 2 {
      throw mismatch(expected: "a weight with windows \(attribute)", found: weight.text)
    }
    return attribute ?? known
  }

  /// Throws unless the input has the channels that a kernel sums over.
  func expectChannels(
    _ found: Dimension, groups: Int, each: Dimension
  ) throws(GraphError) {
    let expected = .known(groups) * each
    guard let wanted = expected.size, let size = found.size, wanted != size else { return }
    throw mismatch(
      expected: "\(wanted) input channels (\(groups) groups of \(each))", found: "\(size)")
  }

  func convolution(_ attributes: Convolution) throws(GraphError) -> Inferred {
    let kernel = try kernel(attributes.kernelShape)
    guard let input = self[0].dimensions, let weight = self[1].dimensions else {
      return Inferred(self[0].elementType)
    }
    try expectGroups(attributes.group, divide: weight[0])
    try expectChannels(input[1], groups: attributes.group, each: weight[1])
    var output: [Dimension] = [input[0], weight[0]]
    guard let kernel else {
      return Inferred(
        self[0].elementType, output + Array(repeating: .unknown, count: input.count - 2))
    }
    let windows = try windows(
      kernel: kernel, strides: attributes.strides, dilations: attributes.dilations,
      pads: attributes.pads)
    output += try positions(of: windows, attributes.autoPad, ceilMode: false)
    return Inferred(self[0].elementType, output)
  }

  /// Throws unless a number of groups is positive and divides a number of channels.
  func expectGroups(_ groups: Int, divide channels: Dimension) throws(GraphError) {
    guard groups > 0, (channels.size ?? 0) % groups == 0 else {
      throw mismatch(expected: "a number of groups that divides \(channels)", found: "\(groups)")
    }
  }

  /// The number of windows along each spatial axis of the first input.
  private func positions(
    of windows: [WindowAxis], _ autoPad: AutoPad, ceilMode: Bool
  ) throws(GraphError) -> [Dimension] {
    guard let input = self[0].dimensions else { return [] }
    var output: [Dimension] = []
    for (window, size) in zip(windows, input[2...]) {
      guard let size = size.size else {
        output.append(.unknown)
        continue
      }
      guard let count = window.count(size, autoPad: autoPad, ceilMode: ceilMode) else {
        throw mismatch(
          expected: "room for a window of \(window.kernel)", found: "input \(input.text)")
      }
      output.append(.known(count))
    }
    return output
  }

  func pool(_ attributes: Pool) throws(GraphError) -> [Inferred] {
    guard let input = self[0].dimensions else { return [Inferred(self[0].elementType)] }
    guard let kernel = attributes.kernelShape, input.count == kernel.count + 2 else {
      throw mismatch(
        expected: "a window for each axis after the second of \(input.text)",
        found: "\(attributes.kernelShape ?? [])")
    }
    let windows = try windows(
      kernel: kernel, strides: attributes.strides, dilations: attributes.dilations,
      pads: attributes.pads)
    let output =
      input[..<2]
      + (try positions(of: windows, attributes.autoPad, ceilMode: attributes.ceilMode))
    return [Inferred(self[0].elementType, Array(output)), Inferred(.int64, Array(output))]
  }

  func globalPool() throws(GraphError) -> Inferred {
    guard let input = self[0].dimensions else { return Inferred(self[0].elementType) }
    guard input.count >= 2 else { throw mismatch(expected: "(N, C, ...)", found: input.text) }
    return Inferred(
      self[0].elementType, input[..<2] + Array(repeating: .known(1), count: input.count - 2))
  }
}
