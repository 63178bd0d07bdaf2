internal import CPressKernels

/// Weighted sums of entries along an axis: how each entry of the output is made.
public struct Blend: Sendable {
  /// Sizes of the axes before the one that is summed along, and of those behind it.
  public let outer: Int
  /// Sizes of the axes behind the one that is summed along.
  public let inner: Int
  /// The size of the axis in the input.
  public let input: Int
  /// The size of the axis in the output.
  public let output: Int
  /// How many entries make up one.
  let taps: Int
  private let rows: AlignedBuffer<Int64>
  private let floats: FloatBuffer
  private let doubles: AlignedBuffer<Double>

  /// Each entry of the output from `taps` of the input, whose places must lie inside the axis.
  public init(
    outer: Int, input: Int, inner: Int, taps: Int,
    entries: some Sequence<(place: Int, weight: Double)>
  ) {
    self.outer = outer
    self.input = input
    self.inner = inner
    self.taps = taps
    var (rows, weights) = ([Int64](), [Double]())
    for entry in entries {
      precondition(entry.place >= 0 && entry.place < input, "places are in the axis")
      rows.append(Int64(entry.place))
      weights.append(entry.weight)
    }
    precondition(taps > 0 && rows.count % taps == 0, "every entry is made of as many")
    output = rows.count / taps
    self.rows = AlignedBuffer(rows)
    floats = FloatBuffer(weights.map { Float($0) })
    doubles = AlignedBuffer(weights)
  }

  /// The elements of the output.
  public var count: Int { outer * output * inner }

  fileprivate var view: press_blends {
    unsafe press_blends(
      outer: outer, input: input, output: output, inner: inner, taps: taps, rows: rows.pointer)
  }

  fileprivate var weights: (floats: FloatBuffer, doubles: AlignedBuffer<Double>) {
    (floats, doubles)
  }
}

extension Workspace {
  /// Weighted sums along an axis, of floats or, where `isDouble`, of doubles.
  public mutating func blend(
    _ blend: Blend, isDouble: Bool, input: Operand, output: ArenaSlice
  ) {
    checkApart(output, input)
    let width = isDouble ? 8 : 4
    precondition(input.byteCount == blend.outer * blend.input * blend.inner * width)
    precondition(output.byteCount == blend.count * width)
    var team = unsafe team
    var view = unsafe blend.view
    guard let x = unsafe pointer(to: input) else { return }
    let y = unsafe arena.pointer(to: output)
    let weights = blend.weights
    if isDouble {
      unsafe press_blend_doubles(
        &team, &view, weights.doubles.pointer, x.assumingMemoryBound(to: Double.self),
        y.assumingMemoryBound(to: Double.self))
    } else {
      unsafe press_blend_floats(
        &team, &view, weights.floats.pointer, x.assumingMemoryBound(to: Float.self),
        y.assumingMemoryBound(to: Float.self))
    }
    extendLifetime(blend)
    extendLifetime(weights)
    extendLifetime(input)
  }
}
