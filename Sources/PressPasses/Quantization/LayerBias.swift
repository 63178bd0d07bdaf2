import PressGraph
import PressTensor

/// The constant that a layer, or an Add behind it, adds to each row.
struct LayerBias {
  private let weight: Int
  private let rows: Int

  /// Finds the bias of a layer; `nil` where it has none, or none that is constant.
  init?(_ layer: IntegerLayers.Layer, _ graph: Graph, _ model: Model) {
    let node = graph.nodes[layer.place]
    let operands = graph.constantOperands(in: model)
    var name = node.inputs.count > 2 ? node.inputs[2] : ""
    if name.isEmpty, let users = graph.consumers[node.outputs[0]], users.count == 1,
      case .binary(.add) = graph.nodes[users[0]].operation
    {
      name = graph.nodes[users[0]].inputs.first { $0 != node.outputs[0] } ?? ""
    }
    guard let id = operands[name], let place = model.weights.firstIndex(where: { $0.id == id })
    else { return nil }
    let view = model.weightUses()[model.weights[layer.weight].id]?.view
    rows = view?.rows ?? 1
    guard [1, rows].contains(model.weights[place].shape.count) else { return nil }
    weight = place
  }

  /// Rounds the bias to multiples of a unit, if nobody else uses it; returns it in those units.
  func rounded(to unit: Double, in model: inout Model) throws -> [Double] {
    let bias = model.weights[weight]
    guard bias.elementType == .float32, bias.values == .plain else {
      return try bias.floats().map { Double($0) / unit }
    }
    let numbers = try bias.floats()
    guard numbers.allSatisfy(\.isFinite) else {
      throw PassError.elements(
        tensor: bias.name, expected: "finite elements", found: "infinity or what is not a number")
    }
    let units = numbers.map { (Double($0) / unit).rounded(.toNearestOrEven) }
    guard model.weightUses()[bias.id]?.users.count == 1 else {
      return numbers.map { Double($0) / unit }
    }
    model.weights[weight] = bias.reformed(
      support: .dense, values: .plain,
      source: LoadedWeight(
        WeightContents(
          values: try ElementType.float32.elements(of: units.map { Float($0 * unit) }))))
    return units
  }
}
