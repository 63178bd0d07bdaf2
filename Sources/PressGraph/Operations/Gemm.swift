/// `Y = alpha * A' * B' + beta * C`, where `'` transposes if asked to.
public struct Gemm: Sendable, Equatable, SingleOperator {
  static var type: String { "Gemm" }
  static var firstOpset: Int { 7 }
  /// The factor of the product.
  public var alpha: Float = 1
  /// The factor of `C`.
  public var beta: Float = 1
  /// Whether `A` is (K, M) rather than (M, K).
  public var transA = false
  /// Whether `B` is (N, K) rather than (K, N).
  public var transB = false

  /// The defaults, the same since version 7.
  public init(opset: Int) {}

  static var fields: [AttributeField<Self>] {
    [
      .float("alpha", \.alpha), .float("beta", \.beta), .bool("transA", \.transA),
      .bool("transB", \.transB),
    ]
  }
}
