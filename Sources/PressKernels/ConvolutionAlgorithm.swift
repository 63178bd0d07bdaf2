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
  public func factors(taps: Int) -> Int {
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
  /// `channels` are a group's. `keepsWeights` says that all of a network's weights stay in the
  /// processor's last cache from one run to the next, so that a larger weight costs little.
  public static func fastest(
    channels: Int, rows: Int, groups: Int, axes: [WindowAxis], keepsWeights: Bool = false
  ) -> (algorithm: ConvolutionAlgorithm, reason: String) {
    let kernel = axes.map(\.kernel)
    func suits(_ algorithm: ConvolutionAlgorithm) -> Bool {
      algorithm.suits(channels: channels, rows: rows, groups: groups, kernel: kernel)
        && algorithm.suits(axes)
    }
    if groups > 1, suits(.depthwise) { return (.depthwise, "one channel for each group") }
    guard suits(.winograd4) else {
      return (.direct, "not 3x3 with strides of 1 in one group")
    }
    func cycles(_ algorithm: ConvolutionAlgorithm) -> Double {
      cost(algorithm, channels: channels, rows: rows, axes: axes, keepsWeights: keepsWeights)
    }
    let direct = cycles(.direct)
    let algorithm: ConvolutionAlgorithm =
      cycles(.winograd4) < cycles(.winograd2) ? .winograd4 : .winograd2
    let share = Int((100 * cycles(algorithm) / max(direct, 1)).rounded())
    guard share < 95 else {
      return (.direct, "transforms and a larger weight would cost more than products")
    }
    return (algorithm, "estimated at \(share) % of the direct algorithm's time")
  }

  /// About how many cycles a 3x3 convolution takes.
  ///
  /// Fitted to measurements on one core with AVX-512: a product of 32 pairs each cycle, 6.5 cycles
  /// for each factor of a tile and 16 channels, and the bytes of weight that arrive in a cycle.
  private static func cost(
    _ algorithm: ConvolutionAlgorithm, channels: Int, rows: Int, axes: [WindowAxis],
    keepsWeights: Bool
  ) -> Double {
    let lanes = Int(PRESS_LANES)
    let groups = Double((channels + lanes - 1) / lanes + (rows + lanes - 1) / lanes)
    let pairs = Double(channels) * Double((rows + lanes - 1) / lanes * lanes)
    let side = algorithm == .direct ? 1 : algorithm == .winograd2 ? 2 : 4
    let factors = Double(algorithm.factors(taps: 9))
    let tiles = axes.reduce(1.0) { $0 * Double(($1.output + side - 1) / side) }
    let weightBytes = 4 * factors * pairs
    guard algorithm != .direct else {
      return tiles * factors * pairs / 31 + (keepsWeights ? 0 : weightBytes / 12)
    }
    return tiles * factors * (pairs / 31 + 6.5 * groups) + weightBytes / (keepsWeights ? 24 : 6.8)
  }
}
