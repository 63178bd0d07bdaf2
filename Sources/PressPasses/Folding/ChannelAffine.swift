import PressGraph
import PressTensor

/// A factor and a term for each channel: what normalization by fixed statistics comes to.
struct ChannelAffine {
  /// The factors.
  private(set) var scale: [Double]
  /// What is added behind them.
  private(set) var shift: [Double]

  /// Changes nothing.
  init(channels: Int) {
    scale = [Double](repeating: 1, count: channels)
    shift = [Double](repeating: 0, count: channels)
  }

  /// Whether every number is finite, as a variance below 0 would not leave them.
  var isFinite: Bool { scale.allSatisfy(\.isFinite) && shift.allSatisfy(\.isFinite) }

  /// Takes a step behind those so far.
  mutating func append(scale factors: [Double], shift terms: [Double]) {
    for channel in scale.indices {
      scale[channel] *= factors[channel]
      shift[channel] = shift[channel] * factors[channel] + terms[channel]
    }
  }
}

extension ChannelAffine {
  /// Takes a node that follows; throws the reason if it is no affine function of each channel with
  /// constant parameters, `nil` parameters of `constants` being none.
  ///
  /// `value` is the input that it has to have, (N, channels, ...) of a rank that is given where it
  /// is known.
  mutating func append(
    _ node: Node, of value: String, rank: Int?, _ constants: ConstantVectors
  ) throws(Declined) {
    let channels = scale.count
    switch node.operation {
    case .batchNormalization(let attributes):
      guard node.inputs[0] == value, node.inputs.count == 5 else {
        throw Declined("\(node.label) normalizes something else")
      }
      guard !attributes.trainingMode, attributes.spatial,
        node.outputs.dropFirst().allSatisfy(\.isEmpty)
      else { throw Declined("\(node.label) is one for training") }
      var parameters: [[Double]] = []
      for input in node.inputs[1...] {
        guard let vector = constants.vector(input), vector.count == channels else {
          throw Declined("\(node.label): '\(input)' is no constant of \(channels) channels")
        }
        parameters.append(vector)
      }
      let factors = (0..<channels).map {
        parameters[0][$0] / (parameters[3][$0] + Double(attributes.epsilon)).squareRoot()
      }
      append(
        scale: factors,
        shift: (0..<channels).map { parameters[1][$0] - parameters[2][$0] * factors[$0] })
    case .binary(let function) where function == .mul || function == .add:
      guard let rank, let other = node.inputs.first(where: { $0 != value }),
        let vector = constants.channels(other, channels, rank: rank)
      else { throw Declined("\(node.label): no constant for each channel") }
      if function == .mul {
        append(scale: vector, shift: [Double](repeating: 0, count: channels))
      } else {
        append(scale: [Double](repeating: 1, count: channels), shift: vector)
      }
    default: throw Declined("\(node.label) (\(node.operation.type)) is no normalization")
    }
  }
}

/// The elements of a graph's constants of few elements.
struct ConstantVectors {
  private let operands: [String: WeightID]
  private let weights: [WeightID: Weight]
  private let shapes: InferredShapes?

  /// The constants of a model.
  init(_ model: Model, _ graph: Graph, _ shapes: InferredShapes?) {
    operands = graph.constantOperands(in: model)
    weights = Dictionary(model.weights.map { ($0.id, $0) }) { first, _ in first }
    self.shapes = shapes
  }

  /// The elements of a constant of at most one axis; `nil` for any other value.
  func vector(_ value: String) -> [Double]? {
    guard let id = operands[value], let weight = weights[id],
      let sizes = shapes?.sizes(of: value) ?? Optional(weight.shape.dimensions),
      sizes.filter({ $0 != 1 }).count <= 1, let floats = try? weight.floats()
    else { return nil }
    return floats.map(Double.init)
  }

  /// What a constant is for each channel of a tensor (N, channels, ...) that it is broadcast to.
  func channels(_ value: String, _ count: Int, rank: Int) -> [Double]? {
    guard let vector = vector(value), let sizes = shapes?.sizes(of: value), sizes.count <= rank,
      rank >= 2
    else { return nil }
    if vector.count == 1 { return [Double](repeating: vector[0], count: count) }
    let place = sizes.count - (rank - 1)
    guard vector.count == count, place >= 0, sizes[place] == count else { return nil }
    return vector
  }
}
