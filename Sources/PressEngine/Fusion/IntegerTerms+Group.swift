internal import PressGraph
internal import PressKernels
internal import PressTensor

extension IntegerTerms {
  /// What a product of dequantized operands needs; `nil` where a scale or a bias can't be had.
  init?(
    _ x: ScaledIntegers, _ w: ScaledIntegers, _ sizes: IntegerLayerShape, _ chain: IntegerChain,
    _ list: NodeList
  ) {
    let columns = 0..<sizes.columns
    self.init(inputZeros: [x.zeros[0]], weightZeros: columns.map { w.zero($0) })
    let products = columns.map { x.scales[0] * w.scale($0) }
    let step = chain.result?.scales[0] ?? 1
    let scales = products.map { $0 / step }
    // A scale that is not normal has lost digits, unless it is 0.
    guard columns.allSatisfy({ products[$0].isNormal || w.scale($0) == 0 || x.scales[0] == 0 }),
      scales.allSatisfy({ ($0 * 0x1p31).isFinite })
    else { return nil }
    var result = IntegerResult(scales: scales)
    if chain.hasBias {
      if let sums = list.biasSums(chain.bias, products) {
        bias = sums
      } else if let elements = list.biasElements(chain.bias, count: columns.count) {
        result.offsets = elements.map { $0 / step }
      } else {
        return nil
      }
      guard result.offsets?.allSatisfy(\.isFinite) ?? true else { return nil }
    }
    result.bytes = chain.result.flatMap { $0.bytes(in: chain.bounds) }
    self.result = result
    addOffsetsToSums()
  }

  /// Makes the result's offsets terms of the sums where that is exact: where scales are powers of two.
  private mutating func addOffsetsToSums() {
    guard var result, let offsets = result.offsets, bias == nil else { return }
    result.offsets = nil
    guard let shifts = result.shifts else { return }
    var sums: [Int32] = []
    for (offset, shift) in zip(offsets, shifts) {
      let sum = offset * Float(sign: .plus, exponent: Int(shift), significand: 1)
      guard sum.magnitude <= 0x1p30, sum == sum.rounded() else { return }
      sums.append(Int32(sum))
    }
    bias = sums
    self.result = result
  }
}

extension ScaledIntegers {
  /// The integers of numbers between two bounds, which may be infinite.
  ///
  /// Rounding keeps the order of numbers, so forcing them into bounds first comes to the same.
  fileprivate func bytes(
    in bounds: (low: Float, high: Float)
  ) -> (zero: Int32, range: ClosedRange<Int32>)? {
    guard let range else { return nil }
    let zero = zeros[0]
    func integer(_ bound: Float) -> Int32 {
      let rounded = (bound / scales[0]).rounded(.toNearestOrEven) + Float(zero)
      return Int32(min(max(rounded, Float(range.lowerBound)), Float(range.upperBound)))
    }
    return (zero, integer(bounds.low)...integer(bounds.high))
  }
}

extension NodeList {
  /// The elements of a bias of float32, or dequantized, for each of `count` channels.
  fileprivate func biasElements(_ name: String, count: Int) -> [Float]? {
    var elements = floats(name)
    if elements == nil, let scaled = dequantized(name), let words = words(scaled.input),
      scaled.isUniform || scaled.scales.count == words.count
    {
      elements = words.indices.map {
        Float((Double(words[$0]) - Double(scaled.zero($0))) * Double(scaled.scale($0)))
      }
    }
    guard let elements, [1, count].contains(elements.count) else { return nil }
    return elements.count == count ? elements : [Float](repeating: elements[0], count: count)
  }

  /// A bias that is dequantized by the scales of a layer's sums, as it is; `nil` for others.
  ///
  /// It is at most half of what int32 holds.
  fileprivate func biasSums(_ name: String, _ scales: [Float]) -> [Int32]? {
    guard let scaled = dequantized(name), scaled.type == .int32,
      scaled.zeros.allSatisfy({ $0 == 0 }), let words = words(scaled.input),
      words.count == scales.count, scaled.isUniform || scaled.scales.count == scales.count,
      words.allSatisfy({ $0.magnitude <= 1 << 30 }),
      scales.indices.allSatisfy({ abs(scaled.scale($0) - scales[$0]) <= scales[$0] * 0x1p-20 })
    else { return nil }
    return words
  }
}
