import PressContainer
import PressGraph
import PressTensor

extension Inspection {
  /// The report with the keys that scripts read.
  public var json: JSON {
    .object([
      "format": .string(format), "bytes": .integer(bytes), "parameters": .integer(parameters),
      "nonzeros": .integer(nonzeros), "dense_bytes": .integer(denseBytes),
      "ratio": .number(ratio), "tensors": .array(tensors.map(\.json)),
      "ledger": .array(ledger.map(\.json)), "layers": .array(layers.map(\.json)),
      "history": .array(model.history.passes.map(\.json)),
      "source": model.history.source.map(\.json) ?? .null,
    ])
  }
}

extension Inspection.TensorRow {
  var json: JSON {
    .object([
      "name": .string(weight.name), "dtype": .string(weight.elementType.name),
      "shape": .array(weight.shape.dimensions.map(JSON.integer)),
      "role": .string((use?.role ?? .other).rawValue),
      "used_by": .array((use?.users ?? []).map(JSON.string)),
      "parameters": .integer(parameters), "nonzeros": .integer(nonzeros),
      "support": .string(weight.support.name),
      "values": .string(weight.values.name(of: weight.elementType)),
      "coding": .string(weight.coding.rawValue), "bytes": .integer(bytes),
      "bits_per_weight": .optional(bitsPerWeight), "entropy_bits": .optional(entropyPerWeight),
    ])
  }
}

extension LedgerRow {
  var json: JSON {
    .object([
      "section": .string(section), "tensor": .optional(tensor), "stream": .optional(stream),
      "bytes": .integer(bytes),
    ])
  }
}

extension LayerCost {
  var json: JSON {
    .object([
      "name": .string(name), "op": .string(operation), "macs": .optional(macs),
      "nonzero_macs": .optional(nonzeroMacs),
    ])
  }
}

extension History.PassRecord {
  var json: JSON {
    .object([
      "pass": .string(name), "options": JSON(text: options), "seed": .integer(Int(clamping: seed)),
      "tool": .string(tool),
    ])
  }
}

extension History.Source {
  var json: JSON {
    let digits = Array("0123456789abcdef")
    let hex = String(sha256.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    return .object([
      "format": .string(format), "sha256": .string(hex), "dense_bytes": .integer(denseBytes),
    ])
  }
}
