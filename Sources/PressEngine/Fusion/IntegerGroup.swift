internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A layer between dequantized operands, as a product of the integers themselves.
///
/// Sums are exact, and scaled once. Where the layer's output is quantized again, the result is what
/// exact arithmetic would round to, but for numbers that lie within a few units of float32's last
/// place of the middle between two steps. Nodes that run one by one round every element of their
/// sums, so results may be one step apart. Without a quantized output, the result is float32.
struct IntegerGroup: Sendable {
  /// What kind of layer it is.
  enum Layer: Sendable {
    case convolution(Convolution)
    /// A product with a matrix, stored (columns, depth) where it is transposed.
    case product(isTransposed: Bool, isBatched: Bool)
  }

  /// The layer.
  let layer: Layer
  /// The name of the weight, a constant of 8-bit integers.
  let weight: String
  /// Whether the input is int8 rather than uint8.
  let inputIsSigned: Bool
  /// Zero points, bias, and what becomes of the sums.
  let terms: IntegerTerms
  /// The type of the output.
  let resultType: ElementType
}

/// The sizes of a layer's weight.
struct IntegerLayerShape {
  let layer: IntegerGroup.Layer
  /// The output channels, the weight's axis that they run along, and the weight's rank.
  let columns: Int
  let axis: Int
  let rank: Int
  /// The number of products in a sum.
  let depth: Int

  /// The sizes of a convolution, a matrix product or a Gemm without factors; `nil` for other nodes.
  init?(_ node: Node, weight: Shape) {
    let sizes = weight.dimensions
    rank = sizes.count
    switch node.operation {
    case .convolution(let attributes):
      guard (3...5).contains(rank), attributes.group > 0, sizes[0] % attributes.group == 0 else {
        return nil
      }
      (layer, axis) = (.convolution(attributes), 0)
    case .matrixProduct:
      guard rank == 2 else { return nil }
      (layer, axis) = (.product(isTransposed: false, isBatched: true), 1)
    case .gemm(let gemm):
      guard rank == 2, gemm.alpha == 1, gemm.beta == 1, !gemm.transA else { return nil }
      (layer, axis) = (.product(isTransposed: gemm.transB, isBatched: false), gemm.transB ? 0 : 1)
    default: return nil
    }
    columns = sizes[axis]
    depth = weight.count / max(columns, 1)
  }
}
