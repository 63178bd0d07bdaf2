import PressGraph
import PressTensor

/// The weights that a pass works on, in the model's order.
struct Targets {
  /// What is selected where no pattern says so.
  enum Default {
    /// What counts as a weight.
    case weights
    /// Every constant.
    case everything
  }

  /// Places in `model.weights`.
  let indices: [Int]
  private let model: Model
  private let uses: [WeightID: WeightUse]

  /// Selects by patterns; tensors that are not in the default set change only when `layers` names
  /// them.
  init(
    _ model: Model, layers: [String], skip: [String], default choice: Default
  ) throws(GraphError) {
    self.model = model
    uses = model.weightUses()
    let roles: Set<Role> = choice == .weights ? [.weight] : Set(Role.allCases)
    let chosen = Set(try Selection(layers: layers, skip: skip).weights(of: model, roles: roles))
    indices = model.weights.indices.filter { chosen.contains(model.weights[$0].id) }
  }

  /// What a pass did to one of them.
  func outcome(_ index: Int, _ isChanged: Bool, _ reason: String) -> LayerOutcome {
    let weight = model.weights[index]
    let user = uses[weight.id]?.users.first
    return LayerOutcome(
      name: user ?? weight.name, tensor: weight.name, isChanged: isChanged, reason: reason)
  }
}
