internal import CPressKernels

/// How a dense convolution is computed, and with it how its weight is packed.
public enum ConvolutionAlgorithm: Hashable, Sendable, CaseIterable {
  /// A product over each window.
  case direct
  /// One input and one output channel for each group, and at most two spatial axes.
  case depthwise
  /// Winograd's F(2x2, 3x3): four ninths of the direct products, on 16/9 of the weight.
  ///
  /// One group, two axes, a kernel of 3 by 3, strides and dilations of 1. Its error is near that of
  /// the direct algorithm.
  case winograd2
  /// Winograd's F(4x4, 3x3): a quarter of the direct products, on four times the weight.
  ///
  /// Its error is about 3e-6 of the range of a layer's outputs, some ten times that of the direct
  /// algorithm.
  case winograd4

  var view: press_algorithm {
    switch self {
    case .direct: press_algorithm_direct
    case .depthwise: press_algorithm_depthwise
    case .winograd2: press_algorithm_winograd2
    case .winograd4: press_algorithm_winograd4
    }
  }

  /// The floats that are kept for each pair of channels.
  func factors(taps: Int) -> Int {
    switch self {
    case .direct, .depthwise: taps
    case .winograd2: 16
    case .winograd4: 36
    }
  }

  /// Whether a weight can be packed for this algorithm; `channels` are a group's.
  public func suits(channels: Int, rows: Int, groups: Int, kernel: [Int]) -> Bool {
    switch self {
    case .direct: true
    case .depthwise: channels == 1 && rows == groups && kernel.count < 3
    case .winograd2, .winograd4: groups == 1 && kernel == [3, 3]
    }
  }

  /// Whether windows can move so over the axes.
  func suits(_ axes: [WindowAxis]) -> Bool {
    switch self {
    case .direct, .depthwise: true
    case .winograd2, .winograd4: axes.allSatisfy { $0.stride == 1 && $0.dilation == 1 }
    }
  }
}

extension ConvolutionAlgorithm {
  /// The algorithm that is expected to be the fastest for one image of these sizes, and why.
  ///
  /// `channels` are a group's.
  public static func fastest(
    channels: Int, rows: Int, groups: Int, axes: [WindowAxis]
  ) -> (algorithm: ConvolutionAlgorithm, reason: String) {
    let kernel = axes.map(\.kernel)
    if groups > 1,
      ConvolutionAlgorithm.depthwise.suits(
        channels: channels, rows: rows, groups: groups, kernel: kernel)
    {
      return (.depthwise, "one channel for each group")
    }
    let suitsWinograd =
      ConvolutionAlgorithm.winograd4.suits(
        channels: channels, rows: rows, groups: groups, kernel: kernel)
      && ConvolutionAlgorithm.winograd4.suits(axes)
    guard suitsWinograd else { return (.direct, "not 3x3 with a stride of 1 in one group") }
    guard channels >= 8 && rows >= 8 else {
      return (.direct, "too few channels to pay for transforms")
    }
    let candidates: [(ConvolutionAlgorithm, Int)] = [(.winograd4, 4), (.winograd2, 2)]
    var best = (
      algorithm: ConvolutionAlgorithm.direct,
      cycles: cost(tile: 1, channels: channels, rows: rows, axes: axes)
    )
    for (algorithm, tile) in candidates {
      let cycles = cost(tile: tile, channels: channels, rows: rows, axes: axes)
      if cycles < best.cycles { best = (algorithm, cycles) }
    }
    switch best.algorithm {
    case .winograd4: return (.winograd4, "a quarter of the products, and enough tiles")
    case .winograd2: return (.winograd2, "less than half of the products, and tiles that fit")
    default: return (.direct, "too few tiles to pay for a larger weight")
    }
  }

  /// About how many cycles a 3x3 convolution takes with tiles of `tile` outputs on a side, 1 for
  /// direct: products, transforms, and the weight's way from the last cache.
  private static func cost(
    tile: Int, channels: Int, rows: Int, axes: [WindowAxis]
  ) -> Double {
    let (c, m) = (Double(channels), Double(rows))
    let tiles = axes.reduce(1.0) { $0 * Double(($1.output + tile - 1) / tile) }
    let factors = tile == 1 ? 9.0 : Double((tile + 2) * (tile + 2))
    let products = tiles * factors * c * m / 30
    let transforms = tile == 1 ? 0 : tiles * (c + m) / 16 * factors * 6
    let weight = factors * c * m * 4 / 12
    return max(products, weight) + transforms
  }
}
