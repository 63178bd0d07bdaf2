import PressGraph
import PressTensor

/// The weights that a pass works on, in the model's order.
struct Targets {
  /// What is selected where no pattern says so.
  enum Default {
    /// What counts as a weight.
    case weights
    /// What counts as a weight, and tables that indices pick rows of.
    case weightsAndTables
    /// Every constant.
    case everything
  }

  /// Places in `model.weights`.
  let indices: [Int]
  private let model: Model
  private let uses: [WeightID: WeightUse]
  private let overrides: [(override: Override, weights: Set<WeightID>)]

  /// Selects by patterns; tensors that are not in the default set change only when `layers` names
  /// them.
  init(
    _ model: Model, layers: [String], skip: [String], overrides: [Override] = [],
    default choice: Default
  ) throws(GraphError) {
    self.model = model
    uses = model.weightUses()
    let roles: Set<Role> =
      switch choice {
      case .weights: [.weight]
      case .weightsAndTables: [.weight, .embedding]
      case .everything: Set(Role.allCases)
      }
    let chosen = Set(try Selection(layers: layers, skip: skip).weights(of: model, roles: roles))
    indices = model.weights.indices.filter { chosen.contains(model.weights[$0].id) }
    var found: [(override: Override, weights: Set<WeightID>)] = []
    for override in overrides {
      let weights = try Selection(layers: override.layers).weights(of: model, roles: roles)
      found.append((override, Set(weights)))
    }
    self.overrides = found
  }

  /// The last override that matches a weight.
  func override(_ index: Int) -> Override? {
    overrides.last { $0.weights.contains(model.weights[index].id) }?.override
  }

  /// How the layer that uses a weight sees it as a matrix.
  func view(_ index: Int) -> MatrixView {
    let weight = model.weights[index]
    return uses[weight.id]?.view ?? MatrixView(weight.shape)
  }

  /// What a pass did to one of them.
  func outcome(_ index: Int, _ isChanged: Bool, _ reason: String) -> LayerOutcome {
    let weight = model.weights[index]
    let user = uses[weight.id]?.users.first
    return LayerOutcome(
      name: user ?? weight.name, tensor: weight.name, isChanged: isChanged, reason: reason)
  }
}
