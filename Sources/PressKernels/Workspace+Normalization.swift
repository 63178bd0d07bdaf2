internal import CPressKernels
private import PressTensor

/// How rows are normalized.
public enum NormalizationKernel: Sendable, Hashable {
  /// (x - mean) / sqrt(variance + epsilon).
  case standard(epsilon: Float)
  /// x / sqrt(mean of squares + epsilon).
  case rootMeanSquare(epsilon: Float)
  /// x / sum |x|, or 0.
  case l1
  /// x / sqrt(sum of squares), or 0.
  case l2

  var view: (kind: press_normalization, epsilon: Float) {
    switch self {
    case .standard(let epsilon): (press_normalization_standard, epsilon)
    case .rootMeanSquare(let epsilon): (press_normalization_rms, epsilon)
    case .l1: (press_normalization_l1, 0)
    case .l2: (press_normalization_l2, 0)
    }
  }
}

/// Rows that are normalized one by one, each `channels` runs of `inner` elements.
///
/// Channel c of row r has the scale and bias (r % groups) * channels + c, so that there are
/// groups * channels of them. With (batch, channels, ...):
/// - layer normalization: groups 1, channels the row's elements, inner 1;
/// - instance normalization: rows batch * channels, groups the channels, channels 1;
/// - group normalization: rows batch * groups, channels those of a group.
public struct NormalizationLayout: Sendable, Hashable {
  let rows: Int
  let groups: Int
  let channels: Int
  let inner: Int

  /// A layout from its parts.
  public init(rows: Int, groups: Int, channels: Int, inner: Int) {
    precondition(rows >= 0 && groups > 0 && channels >= 0 && inner >= 0)
    self.rows = rows
    self.groups = groups
    self.channels = channels
    self.inner = inner
  }

  /// Layer normalization of rows.
  public static func layer(rows: Int, count: Int) -> NormalizationLayout {
    NormalizationLayout(rows: rows, groups: 1, channels: count, inner: 1)
  }

  /// Normalization of groups of channels; instance normalization where there are as many groups as
  /// channels.
  public static func group(
    batch: Int, groups: Int, channels: Int, inner: Int
  ) -> NormalizationLayout {
    precondition(groups > 0 && channels % groups == 0, "channels fall into equal groups")
    return NormalizationLayout(
      rows: batch * groups, groups: groups, channels: channels / groups, inner: inner)
  }
}

extension Workspace {
  /// Normalizes rows, then scales and shifts them; input and output may be the same slice.
  ///
  /// `mean` and `inverse` take one float for each row: what was subtracted, what was multiplied by.
  public mutating func normalize(
    _ kind: NormalizationKernel, layout: NormalizationLayout, input: Operand,
    scale: Operand? = nil, bias: Operand? = nil, output: ArenaSlice, mean: ArenaSlice? = nil,
    inverse: ArenaSlice? = nil
  ) {
    checkSameOrApart(output, input)
    let extra = [scale, bias].compactMap { $0 }
    for slice in [output, mean, inverse].compactMap({ $0 }) {
      extra.forEach { checkApart(slice, $0) }
    }
    let count = layout.rows * layout.channels * layout.inner
    let parameters = layout.groups * layout.channels
    var view = unsafe press_rows()
    unsafe view.kind = kind.view.kind
    unsafe view.epsilon = kind.view.epsilon
    unsafe view.rows = layout.rows
    unsafe view.groups = layout.groups
    unsafe view.channels = layout.channels
    unsafe view.inner = layout.inner
    unsafe view.x = self.input(input, count: count)
    if let scale { unsafe view.scale = self.input(scale, count: parameters) }
    if let bias { unsafe view.bias = self.input(bias, count: parameters) }
    unsafe view.y = self.output(output, count: count)
    if let mean { unsafe view.mean = self.output(mean, count: layout.rows) }
    if let inverse { unsafe view.inverse = self.output(inverse, count: layout.rows) }
    var team = unsafe team
    unsafe press_normalize(&team, &view)
    extendLifetime(input)
    extendLifetime(extra)
  }

  /// Scales and shifts each channel, the layout's axis, and then applies a function to each element.
  ///
  /// output = function(input * scale + bias). With an inner size of 1 the channels are the last axis.
  /// Input and output may be the same slice.
  public mutating func scaleChannels(
    layout: AxisLayout, input: Operand, scale: Operand?, bias: Operand?,
    function: UnaryKernel? = nil, alpha: Double = 0, beta: Double = 0, output: ArenaSlice
  ) {
    precondition(function?.supports(.float32) ?? true)
    checkSameOrApart(output, input)
    let extra = [scale, bias].compactMap { $0 }
    extra.forEach { checkApart(output, $0) }
    var view = unsafe press_channels()
    unsafe view.outer = layout.outer
    unsafe view.channels = layout.axis
    unsafe view.inner = layout.inner
    unsafe view.x = self.input(input, count: layout.count)
    if let scale { unsafe view.scale = self.input(scale, count: layout.axis) }
    if let bias { unsafe view.bias = self.input(bias, count: layout.axis) }
    unsafe view.y = self.output(output, count: layout.count)
    unsafe view.function = function?.rawValue ?? press_unary_count.rawValue
    unsafe view.alpha = alpha
    unsafe view.beta = beta
    var team = unsafe team
    unsafe press_scale_channels(&team, &view)
    extendLifetime(input)
    extendLifetime(extra)
  }

  /// Local response normalization over channels, the layout's axis.
  ///
  /// output = x * (bias + alpha / size * sum of squares)^-beta, over (size - 1) / 2 channels before and
  /// size / 2 behind.
  public mutating func normalizeResponse(
    size: Int, alpha: Float, beta: Float, bias: Float, layout: AxisLayout, input: Operand,
    output: ArenaSlice
  ) {
    precondition(size > 0, "a window has channels")
    checkApart(output, input)
    let x = unsafe self.input(input, count: layout.count)
    let y = unsafe self.output(output, count: layout.count)
    var team = unsafe team
    var window = press_lrn_window(
      before: (size - 1) / 2, behind: size / 2, alpha: alpha / Float(size), beta: beta, bias: bias)
    unsafe press_lrn(&team, &window, layout.outer, layout.axis, layout.inner, x, y)
    extendLifetime(input)
  }
}
