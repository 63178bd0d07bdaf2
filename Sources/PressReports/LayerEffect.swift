import PressData
public import PressGraph
public import PressPasses
import PressTensor

/// What a pass, or several, did to one layer: to its bytes, its weight, its output.
public struct LayerEffect: Sendable, Hashable, Codable {
  /// The layer.
  public var name: String
  /// The tensor.
  public var tensor: String
  /// Whether the weight is another one now.
  public var isChanged: Bool
  /// Why, or why not.
  public var reason: String
  /// The bytes of the weight's streams before; `nil` where the weight was not there.
  public var bytesBefore: Int?
  /// Those of the weights made from it.
  public var bytesAfter: Int?
  /// The elements other than 0 before.
  public var nonzerosBefore: Int?
  /// Those of the weights made from it.
  public var nonzerosAfter: Int?
  /// |w - w'|^2 / |w|^2; `nil` where the weight has another shape now.
  public var weightError: Double?
  /// The same in decibels; `nil` where nothing moved, too.
  public var weightSignalToNoise: Double?
  /// The cosine between the layer's outputs before and after; `nil` without inputs, or where the
  /// layer is gone.
  public var outputCosine: Double?
  /// The output's power over that of its change in decibels; `nil` where nothing moved, too.
  public var outputSignalToNoise: Double?

  /// The numbers with the keys that scripts read.
  public var json: JSON {
    .object([
      "name": .string(name), "tensor": .string(tensor),
      "status": .string(isChanged ? "changed" : "declined"), "reason": .string(reason),
      "bytes_before": .optional(bytesBefore), "bytes_after": .optional(bytesAfter),
      "nonzeros_before": .optional(nonzerosBefore), "nonzeros": .optional(nonzerosAfter),
      "weight_error": .optional(weightError), "weight_snr_db": .optional(weightSignalToNoise),
      "output_cosine": .optional(outputCosine), "output_snr_db": .optional(outputSignalToNoise),
    ])
  }
}

extension LayerEffect {
  /// The effects on the layers that a pass selected.
  public static func effects(
    of outcomes: [LayerOutcome], from before: MeasuredModel, to after: MeasuredModel
  ) throws -> [LayerEffect] {
    let places = Dictionary(
      before.model.weights.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { a, _ in a })
    let heirs = after.model.heirs
    let values = before.model.outputValues
    return try outcomes.map { outcome in
      var effect = LayerEffect(
        name: outcome.name, tensor: outcome.tensor, isChanged: outcome.isChanged,
        reason: outcome.reason)
      guard let place = places[outcome.tensor] else { return effect }
      let weight = before.model.weights[place]
      let made = heirs[weight.id] ?? []
      effect.bytesBefore = before.bytes[weight.id]
      effect.nonzerosBefore = before.nonzeros[weight.id]
      effect.bytesAfter = made.reduce(0) { $0 + (after.bytes[$1.id] ?? 0) }
      effect.nonzerosAfter = made.reduce(0) { $0 + (after.nonzeros[$1.id] ?? 0) }
      if let same = made.first(where: { $0.id == weight.id }) {
        let error =
          outcome.isChanged ? try WeightError(same, from: weight) : nil
        effect.weightError = outcome.isChanged ? error?.relative.ifFinite : 0
        effect.weightSignalToNoise = error?.signalToNoise?.ifFinite
      }
      if let value = values[outcome.name], let outputs = after.outputs,
        let reference = before.outputs,
        let deviation = try outputs.deviation(of: value, from: reference)
      {
        effect.outputCosine = deviation.cosine?.ifFinite
        effect.outputSignalToNoise = deviation.signalToNoise?.ifFinite
      }
      return effect
    }
  }

  /// The effects on all weights and tables of a model of everything that came after: those that
  /// another form of model holds now, or that are gone.
  public static func effects(
    from before: MeasuredModel, to after: MeasuredModel
  ) throws -> [LayerEffect] {
    let uses = before.model.weightUses()
    let heirs = after.model.heirs
    let chosen = before.model.weights.filter { weight in
      [.weight, .embedding].contains(uses[weight.id]?.role)
    }
    let outcomes = chosen.map { weight in
      let made = heirs[weight.id] ?? []
      return LayerOutcome(
        name: uses[weight.id]?.users.first ?? weight.name, tensor: weight.name, isChanged: true,
        reason: made.isEmpty ? "removed" : made.map(\.form).joined(separator: " + "))
    }
    return try effects(of: outcomes, from: before, to: after).map { effect in
      var effect = effect
      effect.isChanged =
        effect.weightError != 0 || effect.bytesBefore != effect.bytesAfter
      return effect
    }
  }
}

extension Model {
  /// For each weight of an earlier model, the weights that are it or were made from it.
  fileprivate var heirs: [WeightID: [Weight]] {
    var heirs: [WeightID: [Weight]] = [:]
    for weight in weights {
      for id in Set([weight.id] + weight.origins) { heirs[id, default: []].append(weight) }
    }
    return heirs
  }

  /// The values that the users of weights and tables make: what tells how far a layer moved.
  public var layerValues: Set<String> {
    let outputs = outputValues
    let users = weightUses().values.filter { [.weight, .embedding].contains($0.role) }
      .flatMap(\.users)
    return Set(users.compactMap { outputs[$0] })
  }

  /// The values that nodes make, by the nodes' labels.
  fileprivate var outputValues: [String: String] {
    Dictionary(
      (graph?.nodes ?? []).compactMap { node in node.outputs.first.map { (node.label, $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}

extension Weight {
  /// Shape and the three axes in a few words: `100x300 unstructured codebook huffman`.
  fileprivate var form: String {
    let size = shape.dimensions.map(String.init).joined(separator: "x")
    return "\(size) \(support.name) \(values.name(of: elementType)) \(coding.rawValue)"
  }
}

extension Double {
  /// The number, or `nil` if it is infinite or none.
  fileprivate var ifFinite: Double? { isFinite ? self : nil }
}
