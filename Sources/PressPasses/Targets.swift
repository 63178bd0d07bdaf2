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
  init(_ model: Model, layers: [String], skip: [String], default choice: Default) throws {
    uses = model.weightUses()
    self.model = model
    let names = model.weights.map { [uses = self.uses] in uses[$0.id]?.names ?? [$0.name] }
    let included = try Selection(layers).matches(names)
    let excluded = try Selection(skip).matches(names)
    indices = model.weights.indices.filter { [uses = self.uses] index in
      if excluded.contains(index) { return false }
      if !layers.isEmpty { return included.contains(index) }
      return choice == .everything || uses[model.weights[index].id]?.role == .weight
    }
  }

  /// What a pass did to one of them.
  func outcome(_ index: Int, _ isChanged: Bool, _ reason: String) -> LayerOutcome {
    let weight = model.weights[index]
    let user = uses[weight.id]?.users.first
    return LayerOutcome(
      name: user ?? weight.name, tensor: weight.name, isChanged: isChanged, reason: reason)
  }
}
