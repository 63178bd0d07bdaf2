/// What is subtracted from float inputs and what they are then divided by.
public struct Normalization: Hashable, Sendable {
  /// One mean, or one for each channel; none is 0.
  public var mean: [Float]
  /// One standard deviation, or one for each channel; none is 1.
  public var deviation: [Float]

  /// Nothing is changed unless values are given.
  public init(mean: [Float] = [], deviation: [Float] = []) {
    self.mean = mean
    self.deviation = deviation
  }

  /// Whether nothing is changed.
  public var isIdentity: Bool { mean.isEmpty && deviation.isEmpty }

  /// One pair for all elements, or one for each of `channels`.
  func pairs(channels: Int) throws(DatasetError) -> [(mean: Float, deviation: Float)] {
    for (option, values) in [("--mean", mean), ("--std", deviation)] {
      guard values.count <= 1 || values.count == channels else {
        throw .normalizationCount(option: option, channels: channels, found: values.count)
      }
      for value in values where !value.isFinite || option == "--std" && value == 0 {
        throw .normalizationValue(option: option, found: value)
      }
    }
    let count = max(mean.count, deviation.count, 1)
    return (0..<count).map { channel in
      (
        mean.count > 1 ? mean[channel] : mean.first ?? 0,
        deviation.count > 1 ? deviation[channel] : deviation.first ?? 1
      )
    }
  }
}
