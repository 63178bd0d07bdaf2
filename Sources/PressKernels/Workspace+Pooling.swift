internal import CPressKernels
public import PressTensor

extension Workspace {
  /// What is taken of a window.
  public enum Window: Sendable {
    /// The largest element.
    case maximum
    /// The mean of the elements inside the input.
    case average
    /// The mean of all elements, padding counted as zeros.
    case averageWithPadding
    /// The sum of the elements inside the input.
    case sum

    var view: press_window {
      switch self {
      case .maximum: press_window_max
      case .average: press_window_average
      case .averageWithPadding: press_window_average_with_padding
      case .sum: press_window_sum
      }
    }
  }

  /// Pools each of `planes` planes.
  public mutating func pool(
    _ window: Window, planes: Int, vertical: WindowAxis, horizontal: WindowAxis, input: Operand,
    output: ArenaSlice
  ) {
    checkApart(output, input)
    let x = unsafe self.input(input, count: planes * vertical.input * horizontal.input)
    let y = unsafe self.output(output, count: planes * vertical.output * horizontal.output)
    var team = unsafe team
    var axes = (vertical.view, horizontal.view)
    unsafe press_pool(&team, window.view, planes, &axes.0, &axes.1, x, y)
    extendLifetime(input)
  }

  /// Pools (images, one to three axes, channels).
  public mutating func poolChannelsLast(
    _ window: Window, images: Int, axes: [WindowAxis], channels: Int, input: Operand,
    output: ArenaSlice
  ) {
    precondition((1...3).contains(axes.count), "channels-last pooling has one to three axes")
    checkApart(output, input)
    let x = unsafe self.input(input, count: axes.reduce(images * channels) { $0 * $1.input })
    let y = unsafe self.output(output, count: axes.reduce(images * channels) { $0 * $1.output })
    let single = press_axis(
      input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad_begin: 0, pad_end: 0)
    let padded = Array(repeating: single, count: 3 - axes.count) + axes.map(\.view)
    var team = unsafe team
    unsafe press_pool_channels(&team, window.view, images, padded, channels, x, y)
    extendLifetime(input)
  }

  /// The largest bytes of windows of (images, one to three axes, channels).
  public mutating func poolBytesChannelsLast(
    isSigned: Bool, images: Int, axes: [WindowAxis], channels: Int, input: Operand,
    output: ArenaSlice
  ) {
    precondition((1...3).contains(axes.count), "channels-last pooling has one to three axes")
    checkApart(output, input)
    let counts = axes.reduce((images * channels, images * channels)) {
      ($0.0 * $1.input, $0.1 * $1.output)
    }
    let x = unsafe elements(input, count: counts.0, width: 1)
    let y = unsafe elements(output, count: counts.1, width: 1)
    let single = press_axis(
      input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad_begin: 0, pad_end: 0)
    let padded = Array(repeating: single, count: 3 - axes.count) + axes.map(\.view)
    var team = unsafe team
    unsafe press_pool_bytes(
      &team, images, padded, channels, isSigned, x?.assumingMemoryBound(to: UInt8.self),
      y.assumingMemoryBound(to: UInt8.self))
    extendLifetime(input)
  }

  /// Pools `planes` blocks (axes...) of float32; of float64, int8 and uint8 only maxima.
  ///
  /// `indices` takes the int64 place in the input of each largest element, the first of equal ones;
  /// where `columnMajor`, places in a block are counted with its first axis innermost.
  public mutating func poolBlocks(
    _ window: Window, type: ElementType = .float32, planes: Int, axes: [WindowAxis],
    input: Operand, output: ArenaSlice, indices: ArenaSlice? = nil, columnMajor: Bool = false
  ) {
    precondition(axes.count <= Int(PRESS_MAXIMUM_RANK), "a block has too many axes")
    precondition(
      type == .float32 || window == .maximum && [.float64, .int8, .uint8].contains(type),
      "no kernel pools \(type.name)")
    let (type, width) = type.checkedKernelType()
    for slice in [output, indices].compactMap({ $0 }) { checkApart(slice, input) }
    precondition(indices.map { !$0.overlaps(output) } ?? true, "outputs are apart")
    let outputs = axes.reduce(planes) { $0 * $1.output }
    let x = unsafe elements(input, count: axes.reduce(planes) { $0 * $1.input }, width: width)
    let y = unsafe elements(output, count: outputs, width: width)
    var places: UnsafeMutablePointer<Int64>?
    if let indices {
      unsafe places = elements(indices, count: outputs, width: 8)
        .assumingMemoryBound(to: Int64.self)
    }
    var team = unsafe team
    unsafe press_pool_blocks(
      &team, window.view, type, planes, axes.count, axes.map(\.view), columnMajor, x, y, places)
    extendLifetime(input)
  }
}
