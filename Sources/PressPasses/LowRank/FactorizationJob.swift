import PressGraph
import PressLinearAlgebra
import PressTensor

extension Factorize {
  /// One weight to factorize.
  struct Job: Sendable {
    /// The weight and its layers.
    let layer: RewrittenLayer
    /// What becomes of them.
    let form: FactorForm
    private let rule: RankRule
    /// The widths before and after the second of two spatial layers, for each pair once.
    private let widths: [(before: Double, after: Double)]

    /// Finds out whether and how a weight can be factorized; throws the reason where it can't be.
    init(
      _ layer: RewrittenLayer, _ rewrite: GraphRewrite, _ mode: Mode, _ rule: RankRule,
      _ shapes: InferredShapes?
    ) throws(Declined) {
      let nodes = layer.outputs.compactMap { rewrite.node(making: $0) }
      self.layer = layer
      self.rule = rule
      form = try FactorForm(layer, nodes, mode)
      widths = nodes.map { $0.widths(shapes) }
    }

    /// The factors; throws the reason where the layer is to stay, and whatever reading the weight
    /// throws.
    func factors() throws -> LowRankFactors {
      let (rows, columns) = form.size(layer.view)
      try rule.check(rows: rows, columns: columns)
      let matrix = form.arranged(try layer.elements(), layer.view)
      let whole = try SingularValueDecomposition(matrix, rows: rows, columns: columns)
      let rank = try rule.rank(of: whole.values, rows: rows, columns: columns)
      try check(macsOf: rank)
      return LowRankFactors(whole, rank: rank)
    }

    /// What was done, for people.
    func text(_ factors: LowRankFactors) -> String {
      let (rows, columns) = form.size(layer.view)
      return "rank \(factors.rank) of \(min(rows, columns)), "
        + "\(factors.rank * (rows + columns)) of \(rows * columns) parameters, "
        + "relative error \(factors.relativeError)"
    }

    /// Two spatial layers share a width that the first layer's stride has not divided yet.
    private func check(macsOf rank: Int) throws(Declined) {
      guard case .spatial(let rows, let columns) = form else { return }
      let (outputs, inputs) = (Double(layer.view.rows), Double(layer.view.columnAxes[0].size))
      let (height, width) = (Double(rows), Double(columns))
      for (before, after) in widths {
        let macs = Double(rank) * (inputs * height * before + outputs * width * after)
        let now = outputs * inputs * height * width * after
        guard macs < now else {
          throw Declined("rank \(rank) takes \(macs / now) times the multiply-accumulates")
        }
      }
    }
  }
}

extension Node {
  /// The last axis of a convolution's input and output; its stride and 1 where they are not known.
  fileprivate func widths(_ shapes: InferredShapes?) -> (before: Double, after: Double) {
    guard case .convolution(let convolution) = operation else { return (1, 1) }
    if let before = shapes?.dimensions(of: inputs[0])?.last,
      let after = shapes?.dimensions(of: outputs[0])?.last,
      case .known(let first) = before, case .known(let second) = after
    {
      return (Double(first), Double(second))
    }
    return (Double(convolution.strides?.last ?? 1), 1)
  }
}

extension Result where Failure == Declined {
  /// What `body` returns, or the reason that it throws; other errors pass.
  static func catching(_ body: () throws -> Success) throws -> Result {
    do {
      return .success(try body())
    } catch let declined as Declined {
      return .failure(declined)
    }
  }
}

extension Array {
  /// The elements in groups of `size`, the last of which may be smaller.
  func inChunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
