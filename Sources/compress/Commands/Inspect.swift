import ArgumentParser
import Press

/// `compress inspect`: where every byte went.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show layers, shapes, forms, and where every byte went.",
    discussion: """
      For each tensor: how many elements are not 0, in which form it is stored, what that takes, and \
      beside it the order-0 entropy, which no symbol-by-symbol code can beat.

        compress inspect model.bin
        compress inspect model.bin --ledger
        compress inspect model.onnx --graph --shape input=1,3,224,224
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var model: ModelArgument
  @OptionGroup var shapes: ShapeOptions

  @Flag(help: "Show every byte of the file by section, tensor and stream.")
  var ledger = false

  @Flag(help: "Show the nodes of the graph.")
  var graph = false

  func run() throws {
    let file = try model.read(common)
    let shapes = try self.shapes.parsed(for: file.model.graph)
    let report = try InputError.naming(model.path) { try file.inspection(shapes: shapes) }
    common.print(report.json, text: lines(report))
  }

  private func lines(_ report: Inspection) -> [String] {
    var lines = summary(report) + [""] + tensors(report)
    if ledger { lines += [""] + Self.ledger(report) }
    if graph { lines += [""] + Self.graph(report) }
    if !report.model.history.passes.isEmpty { lines += [""] + Self.history(report) }
    return lines
  }

  private func summary(_ report: Inspection) -> [String] {
    let name = model.path == Invocation.standardStream ? "standard input" : model.path
    return [
      "\(name): \(report.format), \(Format.count(report.bytes)) bytes",
      "\(Format.count(report.parameters)) parameters, \(Format.count(report.nonzeros)) not 0; "
        + "\(Format.count(report.denseBytes)) bytes dense, \(Format.decimal(report.ratio, 2)) times "
        + "as much",
    ]
  }

  private func tensors(_ report: Inspection) -> [String] {
    var table = Table(
      ["tensor", "type", "shape", "role", "non-zeros", "form", "bytes", "bits/w", "entropy"],
      numeric: [4, 6, 7, 8])
    for row in report.tensors {
      let weight = row.weight
      let values = weight.values.name(of: weight.elementType)
      table.add([
        weight.name, weight.elementType.name, weight.shape.description,
        (row.use?.role ?? .other).rawValue, Format.count(row.nonzeros),
        "\(weight.support.name), \(values), \(weight.coding.rawValue)", Format.count(row.bytes),
        row.bitsPerWeight.map { Format.decimal($0, 2) } ?? "-",
        row.entropyPerWeight.map { Format.decimal($0, 2) } ?? "-",
      ])
    }
    return table.lines
  }

  private static func ledger(_ report: Inspection) -> [String] {
    var table = Table(["section", "tensor", "stream", "bytes"], numeric: [3])
    for row in report.ledger {
      table.add([row.section, row.tensor ?? "", row.stream ?? "", Format.count(row.bytes)])
    }
    table.add(["sum", "", "", Format.count(report.ledger.reduce(0) { $0 + $1.bytes })])
    return table.lines
  }

  private static func graph(_ report: Inspection) -> [String] {
    guard let graph = report.model.graph else { return ["no graph"] }
    let costs = Dictionary(
      report.layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var table = Table(["node", "operator", "inputs", "outputs", "MACs"], numeric: [4])
    for node in graph.nodes {
      table.add([
        node.label, node.operation.type, node.inputs.joined(separator: " "),
        node.outputs.joined(separator: " "),
        costs[node.label]?.macs.map { Format.count($0) } ?? "",
      ])
    }
    return table.lines
  }

  private static func history(_ report: Inspection) -> [String] {
    report.model.history.passes.map { "\($0.name) \($0.options) seed \($0.seed), \($0.tool)" }
  }
}
