/// What a node of an operator looks like: the roles of its inputs and its attributes.
struct Recipe {
  /// What an input is for.
  struct Input {
    let role: String
    /// Whether a node may leave it out.
    let isOptional: Bool
    /// Whether there may be several.
    let isRepeated: Bool
  }

  let type: String
  /// The versions of the operator set that know this form.
  let opsets: ClosedRange<Int>
  let inputs: [Input]
  let outputs: ClosedRange<Int>
  let attributes: [String]

  /// Reads `Type first-last inputs > outputs attributes`; `?` marks what may be left out, `+` what may
  /// be repeated.
  init(_ line: Substring) {
    var words = line.split(separator: " ").map(String.init)[...]
    type = words.removeFirst()
    opsets = Recipe.range(words.removeFirst())
    let arrow = words.firstIndex(of: ">") ?? words.endIndex
    inputs = words[..<arrow].map { word in
      Input(
        role: word.filter { $0 != "?" && $0 != "+" }, isOptional: word.hasSuffix("?"),
        isRepeated: word.hasSuffix("+"))
    }
    outputs = Recipe.range(words[words.index(after: arrow)])
    attributes = Array(words[arrow...].dropFirst(2))
  }

  private static func range(_ word: String) -> ClosedRange<Int> {
    let ends = word.split(separator: "-").compactMap { Int($0) }
    return ends[0]...ends[ends.count - 1]
  }
}

extension Recipe {
  /// Every operator that the engine has.
  static let all: [Recipe] =
    (elementwise + lines.split(separator: "\n").map { Recipe($0) })

  /// The operators whose results change little where an operand does.
  static let smooth: Set<String> = [
    "Abs", "Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "Conv", "Cos", "Elu",
    "Erf", "Flatten", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid",
    "HardSwish", "Identity", "LayerNormalization", "LeakyRelu", "MatMul", "Max", "MaxPool", "Mean",
    "Min", "Mish", "Mul", "Neg", "PRelu", "Pad", "ReduceMax", "ReduceMean", "ReduceSum", "Relu",
    "Reshape", "Selu", "Sigmoid", "Sin", "Slice", "Softmax", "Softplus", "Softsign", "Split",
    "Squeeze", "Sub", "Sum", "Tanh", "Transpose", "Unsqueeze",
  ]

  private static var elementwise: [Recipe] {
    func recipes(_ types: String, _ rest: String) -> [Recipe] {
      types.split(separator: " ").map { Recipe("\($0) \(rest)") }
    }
    return recipes(
      "Abs Ceil Cos Erf Exp Floor Identity Log Neg Reciprocal Relu Round Sigmoid Sign Sin Softplus "
        + "Softsign Sqrt Tan Tanh HardSwish Mish", "18-24 x > 1")
      + recipes("Elu LeakyRelu Selu HardSigmoid ThresholdedRelu Swish", "10-24 x > 1 alpha")
      + recipes(
        "Add Div Equal Greater GreaterOrEqual Less LessOrEqual Mul Pow PRelu Sub", "12-24 x y > 1")
      + recipes("And Or Xor", "7-24 b b > 1") + recipes("Max Mean Min Sum", "8-24 x y+ > 1")
      + recipes(
        "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd "
          + "ReduceSum ReduceSumSquare", "18-24 x a? > 1 keepdims noop_with_empty_axes")
      + recipes("ReduceMax ReduceMean ReduceSum", "7-12 x > 1 axes keepdims")
      + recipes("ArgMax ArgMin", "12-24 x > 1 axis keepdims select_last_index")
      + recipes("Softmax LogSoftmax Hardmax", "7-24 x > 1 axis")
      + recipes("GlobalAveragePool GlobalMaxPool", "7-24 x > 1")
      + recipes("ArgMax ArgMin", "7-11 x > 1 axis keepdims")
      + recipes(
        "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMin ReduceProd ReduceSumSquare",
        "7-17 x > 1 axes keepdims")
      + recipes("Abs Ceil Exp Floor Neg Relu Sigmoid Sqrt Tanh", "7-17 x > 1")
  }

  private static let lines = """
    Not 7-24 b > 1
    Gelu 20-24 x > 1 approximate
    Mod 10-24 x y > 1 fmod
    Clip 11-24 x s? s? > 1
    Clip 7-10 x > 1 min max
    Cast 19-24 x > 1 to! saturate
    Where 9-24 b x y > 1
    Dropout 12-24 x s? B? > 1-2 seed
    Conv 7-24 x conv c? > 1 auto_pad dilations group! kernel_shape pads strides
    Conv 7-24 x conv c? > 1 group! kernel_shape pads strides
    ConvTranspose 7-24 x deconv c? > 1 auto_pad dilations group! kernel_shape output_padding output_shape pads strides
    ConvInteger 10-24 q qconv z? z? > 1 auto_pad dilations group! pads strides
    QLinearConv 10-24 q r z qconv r z r z v? > 1 auto_pad dilations group! pads strides
    MatMulInteger 10-24 q qmatrix z? z? > 1
    QLinearMatMul 10-24 q r z qmatrix r z r z > 1
    Gemm 7-24 x gemm y? > 1 alpha beta transA transB
    MatMul 7-24 x matrix > 1
    QuantizeLinear 21-24 x r z? > 1 axis block_size output_dtype saturate precision
    QuantizeLinear 10-18 x r z? > 1 axis
    DequantizeLinear 21-24 q r z? > 1 axis block_size
    DynamicQuantizeLinear 11-24 x > 3
    RNN 14-24 x rnn1 rnnr1 rnnb1? i? h? > 1-2 activations clip direction hidden_size! layout
    GRU 14-24 x rnn3 rnnr3 rnnb3? i? h? > 1-2 activations clip direction hidden_size! linear_before_reset
    LSTM 14-24 x rnn4 rnnr4 rnnb4? i? h? h? h? > 1-3 activations clip direction hidden_size! input_forget layout
    MaxPool 12-24 x > 1-2 auto_pad ceil_mode dilations kernel_shape! pads storage_order strides
    AveragePool 19-24 x > 1 auto_pad ceil_mode count_include_pad dilations kernel_shape! pads strides
    BatchNormalization 9-13 x c c c c > 1 epsilon
    BatchNormalization 15-24 x c c c c > 1-3 epsilon momentum training_mode
    LayerNormalization 17-24 x l l? > 1-3 axis epsilon stash_type
    RMSNormalization 23-24 x l > 1 axis epsilon
    LpNormalization 7-24 x > 1 axis p
    InstanceNormalization 7-24 x c c > 1 epsilon
    GroupNormalization 21-24 x c c > 1 epsilon num_groups!
    LRN 7-24 x > 1 alpha beta bias size!
    Flatten 7-24 x > 1 axis
    Reshape 14-24 x i > 1 allowzero
    Transpose 7-24 x > 1 perm
    Squeeze 13-24 x a? > 1
    Unsqueeze 13-24 x a > 1
    Unsqueeze 7-12 x > 1 axes!
    Concat 7-24 x x+ > 1 axis!
    Split 18-24 x i? > 1-3 axis num_outputs
    Split 7-12 x > 2-3 axis split
    Slice 10-24 x a a a? a? > 1
    Slice 7-9 x > 1 axes starts! ends!
    Gather 7-24 x j > 1 axis
    GatherElements 11-24 x e > 1 axis
    GatherND 12-24 x j > 1 batch_dims
    ScatterElements 18-24 x e x > 1 axis reduction
    ScatterND 18-24 x j x > 1 reduction
    OneHot 11-24 j S pair > 1 axis
    Trilu 14-24 x S? > 1 upper
    DepthToSpace 11-24 x > 1 blocksize! mode
    SpaceToDepth 7-24 x > 1 blocksize!
    Resize 18-24 x roi? scales > 1 antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value keep_aspect_ratio_policy mode nearest_mode
    Resize 11-24 x roi? scales? i > 1 coordinate_transformation_mode exclude_outside mode nearest_mode
    Pad 18-24 x p s? a? > 1 mode
    Pad 7-10 x > 1 pads! mode value
    Expand 8-24 x i > 1
    Tile 7-24 x i > 1
    Shape 15-24 x > 1 start end
    Size 7-24 x > 1
    Range 11-24 N N N > 1
    ConstantOfShape 9-24 i > 1 tensor
    CumSum 11-24 x S > 1 exclusive reverse
    TopK 11-24 x S > 2 axis largest sorted
    BatchNormalization 7-8 x c c c c > 1 epsilon spatial
    BatchNormalization 7-8 x x x x x > 1 epsilon spatial
    Cast 7-18 x > 1 to!
    Clip 11-24 x x s? > 1
    DepthToSpace 7-10 x > 1 blocksize!
    Dropout 7-11 x > 1-2 ratio
    GatherND 11-11 x j > 1
    GroupNormalization 18-20 x c c > 1 epsilon num_groups!
    LayerNormalization 17-24 x y y? > 1-3 axis epsilon
    MaxPool 8-11 x > 1-2 auto_pad kernel_shape! pads storage_order strides
    AveragePool 7-18 x > 1 auto_pad count_include_pad kernel_shape! pads strides
    MaxPool 12-24 x > 1-2 ceil_mode wide_kernel! wide_pads!
    AveragePool 19-24 x > 1 ceil_mode count_include_pad wide_kernel! wide_pads!
    OneHot 9-10 j S pair > 1 axis
    Pad 11-17 x p s? > 1 mode
    Pad 18-24 x P s? > 1 mode
    Reshape 7-13 x i > 1
    Resize 10-10 x scales > 1 mode
    RNN 7-13 x rnn1 rnnr1 rnnb1? i? h? > 1-2 direction hidden_size!
    GRU 7-13 x rnn3 rnnr3 rnnb3? i? h? > 1-2 direction hidden_size! linear_before_reset
    LSTM 7-13 x rnn4 rnnr4 rnnb4? i? h? h? P3? > 1-3 direction hidden_size! input_forget
    ScatterElements 11-17 x e x > 1 axis
    ScatterND 11-17 x j x > 1
    Split 13-17 x i? > 1-3 axis
    Squeeze 7-12 x > 1 axes
    TopK 7-9 x > 2 axis k!
    TopK 10-10 x S > 2 axis
    """
}
