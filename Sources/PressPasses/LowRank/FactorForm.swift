import PressGraph
import PressTensor

/// How a layer's weight is laid out as a matrix to factorize, and as two weights afterwards.
enum FactorForm: Sendable, Equatable {
  /// A linear layer; `isTransposed` says that its weights are (columns, rows).
  case linear(isTransposed: Bool)
  /// A convolution with the same window into `rank` channels, then one with a window of 1.
  case channel(window: [Int])
  /// A convolution with a window of `height` x 1, then one of 1 x `width`.
  case spatial(height: Int, width: Int)

  /// The form of the layers of a weight; throws the reason where there is none.
  init(_ layer: RewrittenLayer, _ nodes: [Node], _ mode: Factorize.Mode) throws(Declined) {
    var forms: [FactorForm] = []
    for node in nodes { forms.append(try FactorForm(layer, node, mode)) }
    guard let form = forms.first, forms.allSatisfy({ $0 == form }) else {
      throw Declined("its layers hold it in different ways")
    }
    self = form
  }

  private init(
    _ layer: RewrittenLayer, _ node: Node, _ mode: Factorize.Mode
  ) throws(Declined) {
    switch node.operation {
    case .matrixProduct where layer.isMatrix: self = .linear(isTransposed: layer.slot == 1)
    case .gemm(let gemm) where layer.isMatrix:
      self = .linear(isTransposed: layer.slot == 1 && !gemm.transB)
    case .convolution(let attributes):
      guard attributes.group == 1 else {
        throw Declined("\(attributes.group) groups share no factors")
      }
      let window = Array(layer.view.columnAxes.dropFirst().map(\.size))
      if mode == .channel {
        self = .channel(window: window)
      } else {
        guard window.count == 2, window[0] > 1, window[1] > 1 else {
          throw Declined(
            "a window of \(window.map(String.init).joined(separator: "x")) has no spatial factors")
        }
        self = .spatial(height: window[0], width: window[1])
      }
    case .matrixProduct, .gemm:
      throw Declined("\(layer.weight.shape) is no matrix")
    default: throw Declined("\(node.operation.type) has no such form")
    }
  }

  /// The rows and columns of the matrix to factorize: those that the layer sees, or for spatial
  /// factors (inputs * height, outputs * width).
  func size(_ view: MatrixView) -> (rows: Int, columns: Int) {
    guard case .spatial(_, let width) = self else { return (view.rows, view.columns) }
    return (view.columns / width, view.rows * width)
  }

  /// The matrix to factorize, row-major, from the weight's rows.
  func arranged(_ elements: [Float], _ view: MatrixView) -> [Float] {
    guard case .spatial(_, let width) = self else { return elements }
    var result: [Float] = []
    result.reserveCapacity(elements.count)
    for row in 0..<(view.columns / width) {
      for output in 0..<view.rows {
        let start = output * view.columns + row * width
        result += elements[start..<(start + width)]
      }
    }
    return result
  }

  /// The weights of the layer that runs first and of the second, with their shapes.
  func weights(
    _ factors: LowRankFactors, _ view: MatrixView
  ) -> (first: ShapedElements, second: ShapedElements) {
    let rank = factors.rank
    let (rows, columns) = size(view)
    switch self {
    case .linear(isTransposed: false):
      return (
        ShapedElements(factors.right, [rank, columns]), ShapedElements(factors.left, [rows, rank])
      )
    case .linear(isTransposed: true):
      return (
        ShapedElements(transposing: factors.right, rank, columns, [columns, rank]),
        ShapedElements(transposing: factors.left, rows, rank, [rank, rows])
      )
    case .channel(let window):
      let ones = window.map { _ in 1 }
      let inputs = view.columnAxes[0].size
      return (
        ShapedElements(factors.right, [rank, inputs] + window),
        ShapedElements(factors.left, [rows, rank] + ones)
      )
    case .spatial(let height, let width):
      let outputs = view.rows
      // The right factor is (rank, outputs, width); the second layer holds (outputs, rank, width).
      let second = (0..<(outputs * rank)).flatMap { place in
        let start = (place % rank) * columns + place / rank * width
        return factors.right[start..<(start + width)]
      }
      return (
        ShapedElements(transposing: factors.left, rows, rank, [rank, rows / height, height, 1]),
        ShapedElements(second, [outputs, rank, 1, width])
      )
    }
  }
}

/// Elements, row-major, and their shape.
struct ShapedElements: Sendable {
  /// The elements.
  let elements: [Float]
  /// The shape.
  let dimensions: [Int]

  /// Elements as they are.
  init(_ elements: [Float], _ dimensions: [Int]) {
    self.elements = elements
    self.dimensions = dimensions
  }

  /// The transpose of a (rows, columns) matrix.
  init(transposing matrix: [Float], _ rows: Int, _ columns: Int, _ dimensions: [Int]) {
    elements = (0..<matrix.count).map { matrix[$0 % rows * columns + $0 / rows] }
    self.dimensions = dimensions
  }
}
