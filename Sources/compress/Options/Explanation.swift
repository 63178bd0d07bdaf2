import Press

/// Reports on passes as people read them.
enum Explanation {
  /// Before and after as a table.
  static func lines(_ before: ModelSize, _ after: ModelSize) -> [String] {
    var table = Table(["", "before", "after", ""], numeric: [1, 2, 3])
    func row(_ name: String, _ path: KeyPath<ModelSize, Int>) {
      let (a, b) = (before[keyPath: path], after[keyPath: path])
      let share = a == 0 ? "" : Format.percent(Double(b) / Double(a))
      table.add([name, Format.count(a), Format.count(b), share])
    }
    row("parameters", \.parameters)
    row("non-zeros", \.nonzeros)
    row("bytes", \.bytes)
    if let a = before.accuracy, let b = after.accuracy {
      table.add(["accuracy", Format.percent(a), Format.percent(b), ""])
    }
    return table.lines
  }

  /// A row for each layer: what it takes, how far its weight and its output moved, and why.
  static func lines(_ layers: [LayerEffect]) -> [String] {
    guard !layers.isEmpty else { return [] }
    let hasOutputs = layers.contains { $0.outputCosine != nil }
    let outputs = hasOutputs ? ["output SNR dB", "cosine"] : []
    var table = Table(
      ["tensor", "bytes", "->", "non-zeros", "->", "weight SNR dB"] + outputs + [""],
      numeric: Set(1..<(6 + outputs.count)))
    for layer in layers {
      var row = [
        layer.tensor, count(layer.bytesBefore), count(layer.bytesAfter),
        count(layer.nonzerosBefore), count(layer.nonzerosAfter),
        decibels(layer.weightSignalToNoise, isSame: layer.weightError == 0),
      ]
      if hasOutputs {
        row.append(
          decibels(layer.outputSignalToNoise, isSame: layer.outputCosine != nil))
        row.append(layer.outputCosine.map { Format.decimal($0, 6) } ?? "-")
      }
      table.add(row + [layer.reason])
    }
    return table.lines
  }

  private static func count(_ value: Int?) -> String { value.map(Format.count) ?? "-" }

  private static func decibels(_ value: Double?, isSame: Bool) -> String {
    value.map { Format.decimal($0, 1) } ?? (isSame ? "same" : "-")
  }
}
