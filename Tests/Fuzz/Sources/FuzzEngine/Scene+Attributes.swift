import PressGraph
import PressTensor

extension Scene {
  /// A value for an attribute that many operators share, or one that only a few have.
  mutating func attributeValue(_ name: String) -> AttributeValue {
    let (rank, spatial) = (dimensions.count, max(dimensions.count - 2, 0))
    switch name {
    case "axis": return .int(number(-rank...max(rank - 1, -rank)))
    case "axes": return .ints(axisList())
    case "starts", "ends": return .ints(integers(rank, -3...4))
    case "perm": return .ints(permutation())
    case "kernel_shape": return .ints(integers(spatial, 1...3))
    case "strides", "dilations": return .ints(integers(spatial, 1...3))
    case "pads" where operatorPadsAll: return .ints(integers(2 * rank, -1...2))
    case "pads": return .ints(integers(2 * spatial, 0...1))
    case "output_padding": return .ints(integers(spatial, 0...1))
    case "output_shape": return .ints(integers(spatial, 1...20))
    case "split": return .ints(integers(2, 0...3))
    case "group": return .int(turnsHostile(20) ? choices.hostile() : group)
    case "hidden_size": return .int(turnsHostile(20) ? choices.hostile() : hiddenSize)
    case "num_groups": return .int(turnsHostile(20) ? choices.hostile() : choices.within(1...3))
    case "to", "output_dtype":
      return .int(Int(choices.pick(ElementType.allCases).rawValue))
    case "seed", "num_outputs", "start", "end", "size", "blocksize", "block_size", "batch_dims",
      "k":
      return .int(number(0...3))
    case "p", "stash_type": return .int(number(1...2))
    case "precision": return .int(choices.pick([0, 1, 10, 11]))
    case "wide_kernel": return .ints(wideWindow)
    case "wide_pads": return .ints(wideWindow.map { $0 - 1 } + wideWindow.map { _ in 0 })
    case "tensor": return anyElement()
    default: return word(name)
    }
  }

  /// A window that is far larger than its input along some axes; always the same.
  private var wideWindow: [Int] {
    let sizes = [1, 65_535, 1 << 30, 42_009_217, 3, 6_700_417, 1 << 20]
    return (0..<max(dimensions.count - 2, 0)).map { sizes[(hiddenSize + 2 * $0) % sizes.count] }
  }

  /// A tensor of one element of any type.
  private mutating func anyElement() -> AttributeValue {
    let type = choices.pick(ElementType.allCases)
    guard let bytes = type.byteWidth,
      let id = addWeight(type, choices.list(bytes) { UInt8($0.below(2)) })
    else { return .int(0) }
    return .tensor(id)
  }

  /// Before version 11, Pad alone takes pads for every axis.
  private var operatorPadsAll: Bool { opset < 11 }

  private mutating func permutation() -> [Int] {
    guard !turnsHostile(12) else { return integers(dimensions.count, -1...4) }
    var axes = Array(dimensions.indices)
    for place in axes.indices { axes.swapAt(place, choices.within(place...(axes.count - 1))) }
    return axes
  }

  /// A word out of an attribute's own, a real number, or a flag.
  private mutating func word(_ name: String) -> AttributeValue {
    if name == "activations" {
      let words = [
        "Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh",
        "HardSigmoid", "Elu", "Softsign", "Softplus",
      ]
      return .strings(choices.list(choices.within(1...6)) { Array($0.pick(words).utf8) })
    }
    if let words = Scene.words[name] {
      return .string(Array(choices.pick(words.split(separator: " ")).utf8))
    }
    if Scene.reals.contains(name) {
      let hostile = [-Float.infinity, .nan, 0, 1e30, -1e30, 1e-30]
      return .float(
        turnsHostile(15) ? choices.pick(hostile) : Float(choices.within(1...12)) / 8)
    }
    return .int(choices.below(2))
  }

  private static let reals: Set<String> = [
    "alpha", "beta", "gamma", "bias", "clip", "cubic_coeff_a", "epsilon", "extrapolation_value",
    "max", "min", "momentum", "ratio", "value",
  ]

  private static let words = [
    "approximate": "none tanh", "auto_pad": "NOTSET SAME_UPPER SAME_LOWER VALID",
    "coordinate_transformation_mode":
      "half_pixel half_pixel_symmetric pytorch_half_pixel align_corners asymmetric "
      + "tf_crop_and_resize",
    "direction": "forward reverse bidirectional",
    "keep_aspect_ratio_policy": "stretch not_larger not_smaller",
    "mode": "nearest linear cubic constant reflect edge wrap DCR CRD",
    "nearest_mode": "round_prefer_floor round_prefer_ceil floor ceil",
    "reduction": "none add mul max min",
  ]
}
