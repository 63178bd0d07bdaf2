import PressGraph
import PressKernels
import PressTensor

/// The work of quantizing the inputs of layers whose weights are integers already.
///
/// What a layer takes, and what nodes that only move elements made that from, gets a pair of
/// QuantizeLinear and DequantizeLinear; so the output of one layer is integers where the next one takes
/// it. Everything else, sums of branches and outputs of the graph among them, stays float.
struct ActivationQuantization {
  /// The levels of an 8-bit integer.
  private static let levels = 256

  /// The model before its weights were quantized: what calibration runs.
  let original: Model
  let inputs: CalibrationInputs
  let pass: Quantize
  let context: PassContext

  /// The model with quantized activations, and what to say of each weight, by its place.
  func applied(
    to model: Model, weights: Set<Int>
  ) throws -> (model: Model, notes: [Int: String]) {
    guard let graph = model.graph else { throw GraphError.missingGraph }
    guard model.opset() >= 10 else {
      throw PassError.nothingToDo(
        pass: "quantize activations of",
        reason: "expected version 10 or later of ONNX's operators, found \(model.opset())")
    }
    let found = IntegerLayers(model, graph, weights: weights)
    let ranges = try ActivationRanges(
      model: original, inputs: inputs, context: context, method: pass.method, levels: Self.levels
    ).find(Set(found.roots.values))
    let integers = ranges.mapValues(integers)
    var (result, notes, chosen) = (model, [Int: String](), weights)
    for layer in found.layers {
      guard let root = found.roots[layer.input], let input = integers[root] else {
        chosen.remove(layer.weight)
        notes[layer.weight] = "its input stays float: it is not of float32"
        continue
      }
      let (isSafe, note) = try settle(layer, input, graph, &result)
      if !isSafe { chosen.remove(layer.weight) }
      notes[layer.weight] = [notes[layer.weight], note].compactMap(\.self).joined(separator: "; ")
    }
    let kept = IntegerLayers(result, graph, weights: chosen)
    let values = kept.roots.compactMapValues { integers[$0] }
    return (try QuantizedGraph.quantizing(values, of: result, graph), notes)
  }

  /// The integers for a range of numbers.
  private func integers(_ range: NumberKernels.Range) -> QuantizedGraph.Integers {
    if pass.to == .fixed {
      let radix = FixedPoint.radix(covering: range, bits: 8)
      return QuantizedGraph.Integers(
        type: .int8, scale: Float(sign: .plus, exponent: -radix, significand: 1), zero: 0)
    }
    let integers = NumberKernels.Integers(covering: range, bits: 8, isSymmetric: false)
    return QuantizedGraph.Integers(type: .uint8, scale: integers.scale, zero: integers.zero)
  }

  /// What to say of a layer and its input.
  ///
  /// For fixed point its bias is rounded to what its sums count in, and it is shown that they hold:
  /// `isSafe` is false where they might not.
  private func settle(
    _ layer: IntegerLayers.Layer, _ input: QuantizedGraph.Integers, _ graph: Graph,
    _ model: inout Model
  ) throws -> (isSafe: Bool, note: String) {
    guard case .fixed(_, let radix) = model.weights[layer.weight].values else {
      return (true, "input \(input.type.name)")
    }
    let weight = model.weights[layer.weight]
    let inputRadix = -Int(input.scale.exponent)
    let unit = Double(sign: .plus, exponent: -(radix + inputRadix), significand: 1)
    let bias = try LayerBias(layer, graph, model)?.rounded(to: unit, in: &model) ?? []
    let view = model.weightUses()[weight.id]?.view ?? MatrixView(weight.shape)
    let bound = try AccumulatorBound(
      weight, radix: radix, view: view, largestInput: 128, bias: bias)
    let text = "sums at most \(bound.largest) of \(AccumulatorBound.limit)"
    return bound.isSafe
      ? (true, "input fixed8.\(inputRadix), \(text)")
      : (false, "its input stays float: \(text)")
  }
}
