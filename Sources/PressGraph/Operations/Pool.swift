/// The largest, or the mean, element of each window; input (N, C, ...).
public struct Pool: Sendable, Equatable, OperatorFamily {
  /// What is taken of a window.
  public enum Kind: String, Sendable, CaseIterable {
    case max = "MaxPool"
    case average = "AveragePool"
  }

  /// What is taken of a window.
  public var kind = Kind.max
  /// How the padding is found.
  public var autoPad = AutoPad.notSet
  /// Whether a last, partial window counts.
  public var ceilMode = false
  /// For the mean: whether padding counts as elements.
  public var countIncludePad = false
  /// Steps between a window's elements, by spatial axis; `nil` is 1 everywhere.
  public var dilations: [Int]?
  /// The window, by spatial axis.
  public var kernelShape: [Int]?
  /// Padding: every axis's begin, then every axis's end; `nil` is none.
  public var pads: [Int]?
  /// For the largest: whether flat positions count columns first.
  public var storageOrder = false
  /// Steps between windows, by spatial axis; `nil` is 1 everywhere.
  public var strides: [Int]?

  /// The defaults, the same in every version.
  public init(_ kind: Kind = .max, opset: Int) {
    self.kind = kind
  }

  static var fields: [AttributeField<Self>] {
    [
      .word("auto_pad", \.autoPad), .bool("ceil_mode", \.ceilMode).since(10),
      .bool("count_include_pad", \.countIncludePad).since(7).only { $0.kind == .average },
      .ints("dilations", \.dilations).since(10).only { $0.kind == .max },
      .ints("dilations", \.dilations).since(19).only { $0.kind == .average },
      .ints("kernel_shape", \.kernelShape).required, .ints("pads", \.pads),
      .bool("storage_order", \.storageOrder).since(8).only { $0.kind == .max },
      .ints("strides", \.strides),
    ]
  }
}

/// The largest, or the mean, element of all positions of a channel; (N, C, ...) to (N, C, 1, ...).
public enum GlobalPool: String, Sendable, CaseIterable {
  case max = "GlobalMaxPool"
  case average = "GlobalAveragePool"
}

extension GlobalPool: OperatorWithoutAttributes {}
