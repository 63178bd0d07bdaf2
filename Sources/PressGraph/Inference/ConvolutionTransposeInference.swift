import PressTensor

extension NodeInference {
  func convolutionTranspose(_ attributes: ConvolutionTranspose) throws(GraphError) -> Inferred {
    let kernel = try kernel(attributes.kernelShape)
    guard let input = self[0].dimensions, let weight = self[1].dimensions else {
      return Inferred(self[0].elementType)
    }
    try expectGroups(attributes.group, divide: weight[0])
    try expectChannels(input[1], groups: 1, each: weight[0])
    let head = [input[0], .known(attributes.group) * weight[1]]
    let unknown = Array(repeating: Dimension.unknown, count: input.count - 2)
    guard let kernel else { return Inferred(self[0].elementType, head + unknown) }
    if let shape = attributes.outputShape {
      guard shape.count == kernel.count, shape.allSatisfy({ $0 >= 0 }) else {
        throw mismatch(expected: "\(kernel.count) output sizes", found: "\(shape)")
      }
      return Inferred(self[0].elementType, head + shape.map(Dimension.known))
    }
    let windows = try windows(
      kernel: kernel, strides: attributes.strides, dilations: attributes.dilations,
      pads: attributes.pads)
    let extra = attributes.outputPadding ?? Array(repeating: 0, count: kernel.count)
    guard extra.count == kernel.count else {
      throw mismatch(expected: "\(kernel.count) output paddings", found: "\(extra)")
    }
    let spatial = windows.indices.map { axis in
      size(of: windows[axis], at: input[2 + axis], plus: extra[axis], attributes.autoPad)
    }
    guard spatial.allSatisfy({ $0.size ?? 0 >= 0 }) else {
      throw mismatch(expected: "less padding than output", found: spatial.text)
    }
    return Inferred(self[0].elementType, head + spatial)
  }

  /// The size of the output along one axis: `stride * (size - 1) + extent - pads`, and what is
  /// added.
  private func size(
    of window: WindowAxis, at size: Dimension, plus extra: Int, _ autoPad: AutoPad
  ) -> Dimension {
    if autoPad == .sameUpper || autoPad == .sameLower { return size * .known(window.stride) }
    guard let extent = window.extent else { return .unknown }
    let pads = autoPad == .valid ? 0 : window.padBegin + window.padEnd
    return (size - .known(1)) * .known(window.stride) + .known(extra) + .known(extent)
      - .known(pads)
  }
}
