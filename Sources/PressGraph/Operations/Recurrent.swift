/// A recurrent layer over a sequence.
///
/// With D directions, G gates (RNN 1, GRU 3, LSTM 4), hidden size H and input size I: input
/// (sequence, batch, I), W (D, G*H, I), R (D, G*H, H), B (D, 2*G*H), outputs Y (sequence, D, batch,
/// H), Y_h and for LSTM Y_c (D, batch, H).
public struct Recurrent: Sendable, Equatable, OperatorFamily {
  /// The cells; raw values are ONNX's operator types.
  public enum Kind: String, Sendable, CaseIterable {
    case simple = "RNN"
    case gru = "GRU"
    case lstm = "LSTM"

    /// The number of gates: G in the shapes above.
    public var gates: Int {
      switch self {
      case .simple: 1
      case .gru: 3
      case .lstm: 4
      }
    }
  }

  /// In which order a sequence is read.
  public enum Direction: String, Sendable {
    case forward
    case reverse
    case bidirectional
  }

  /// Functions inside a cell, as their specification spells them.
  public enum CellFunction: String, Sendable {
    case relu = "Relu"
    case tanh = "Tanh"
    case sigmoid = "Sigmoid"
    case affine = "Affine"
    case leakyRelu = "LeakyRelu"
    case thresholdedRelu = "ThresholdedRelu"
    case scaledTanh = "ScaledTanh"
    case hardSigmoid = "HardSigmoid"
    case elu = "Elu"
    case softsign = "Softsign"
    case softplus = "Softplus"
  }

  /// Which cell it is.
  public var kind: Kind
  /// First parameters of the cell's functions; `nil` is their defaults.
  public var activationAlpha: [Float]?
  /// Second parameters of the cell's functions; `nil` is their defaults.
  public var activationBeta: [Float]?
  /// The cell's functions, for each direction; `nil` is the cell's defaults.
  public var activations: [CellFunction]?
  /// The bound that the inputs of the cell's functions are clipped to; `nil` is none.
  public var clip: Float?
  /// In which order the sequence is read.
  public var direction = Direction.forward
  /// H; `nil` where only the weights say it.
  public var hiddenSize: Int?
  /// For LSTM: whether the forget gate is 1 minus the input gate.
  public var inputForget = false
  /// Whether the batch comes before the sequence and the directions, from version 14 on.
  public var isBatchFirst = false
  /// For GRU: whether the reset gate is applied after the product with R.
  public var linearBeforeReset = false

  /// The defaults, the same since version 7.
  public init(_ kind: Kind, opset: Int) {
    self.kind = kind
  }

  static var firstOpset: Int { 7 }

  /// The number of directions: D in the shapes above.
  public var directions: Int { direction == .bidirectional ? 2 : 1 }

  static var fields: [AttributeField<Self>] {
    [
      .floats("activation_alpha", \.activationAlpha), .floats("activation_beta", \.activationBeta),
      .words("activations", \.activations), .float("clip", \.clip),
      .word("direction", \.direction), .int("hidden_size", \.hiddenSize),
      .bool("input_forget", \.inputForget).only { $0.kind == .lstm },
      .bool("layout", \.isBatchFirst).since(14),
      .bool("linear_before_reset", \.linearBeforeReset).only { $0.kind == .gru },
    ]
  }
}
