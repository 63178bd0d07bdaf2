internal import CPressKernels

/// A dense convolution's weight as its kernel wants it, for channels-last values.
public struct PackedConvolution: Sendable {
  /// The number of output channels, of all groups together.
  public let rows: Int
  /// Input channels of a group.
  public let channels: Int
  /// The number of groups that the channels fall into.
  public let groups: Int
  /// The window's elements along each spatial axis, of which there are one to three.
  public let kernel: [Int]
  /// What it is packed for.
  public let algorithm: ConvolutionAlgorithm
  let elements: FloatBuffer
  /// The weight as codes, and no elements then.
  let coded: CodedPanels?

  /// A weight that stays codes, for the direct algorithm.
  ///
  /// The kernel's axes, of which there are one to three, are the taps of the codes.
  public init(_ coded: CodedPanels, kernel: [Int]) {
    precondition((1...3).contains(kernel.count), "one to three spatial axes")
    precondition(kernel.reduce(1, *) == coded.layout.taps, "a weight has as many taps")
    rows = coded.layout.rows
    channels = coded.layout.channels
    groups = coded.layout.groups
    self.kernel = kernel
    algorithm = .direct
    elements = FloatBuffer([])
    self.coded = coded
  }

  /// A weight from its elements (rows, channels of a group, kernel axes...).
  ///
  /// Each row is multiplied by its element of `rowScale`. The number of elements must fit the sizes,
  /// the groups divide the rows, and the algorithm suit the shape.
  public init(
    _ elements: FloatBuffer, rows: Int, channels: Int, kernel: [Int], groups: Int,
    algorithm: ConvolutionAlgorithm, rowScale: FloatBuffer? = nil
  ) {
    let taps = kernel.reduce(1, *)
    precondition((1...3).contains(kernel.count), "one to three spatial axes")
    precondition(elements.count == rows * channels * taps, "a weight has as many elements")
    precondition(groups > 0 && rows % groups == 0, "groups divide the output channels")
    precondition(rowScale.map { $0.count == rows } ?? true, "one scale for each row")
    precondition(
      algorithm.suits(channels: channels, rows: rows, groups: groups, kernel: kernel),
      "an algorithm suits its convolution")
    self.rows = rows
    self.channels = channels
    self.groups = groups
    self.kernel = kernel
    self.algorithm = algorithm
    coded = nil
    let groupRows = algorithm == .depthwise ? rows : rows / groups
    let lanes = Int(PRESS_LANES)
    let width = algorithm == .depthwise ? rows : (groupRows + lanes - 1) / lanes * lanes * groups
    self.elements = FloatBuffer(count: width * channels * algorithm.factors(taps: taps)) { span in
      unsafe span.withUnsafeMutableBufferPointer { target in
        var packing = unsafe press_packing(
          rows: groupRows, taps: taps, channels: channels, row_stride: channels * taps,
          tap_stride: 1, channel_stride: taps, source: elements.pointer, scale: rowScale?.pointer)
        unsafe pack(&packing, groups: groups, for: algorithm, into: target.baseAddress)
      }
    }
    elements.release(0..<elements.count)
    extendLifetime(rowScale)
  }

  /// How the weight's codes are used; `nil` where it is floats.
  public var codes: String? { coded?.use }

  /// The bytes of memory that each thread needs to decode parts of the weight.
  public var threadBytes: Int { coded == nil ? 0 : CodedPanels.threadFloats * 4 }

  /// The bytes that the weight takes in memory.
  public var byteCount: Int { coded?.byteCount ?? elements.byteCount }
}

/// Packs each group's rows behind the other's.
private func pack(
  _ packing: inout press_packing, groups: Int, for algorithm: ConvolutionAlgorithm,
  into target: UnsafeMutablePointer<Float>?
) {
  guard var target = unsafe target else { return }
  switch algorithm {
  case .depthwise: unsafe press_pack_depthwise(&packing, target)
  case .winograd2: unsafe press_pack_winograd(&packing, 2, target)
  case .winograd4: unsafe press_pack_winograd(&packing, 4, target)
  case .direct:
    let rows = unsafe packing.rows
    let lanes = Int(PRESS_LANES)
    for _ in 0..<groups {
      unsafe press_pack_panels(&packing, target)
      unsafe target += (rows + lanes - 1) / lanes * lanes * packing.taps * packing.channels
      unsafe packing.source += rows * packing.row_stride
      if let scale = unsafe packing.scale { unsafe packing.scale = scale + rows }
    }
  }
}
