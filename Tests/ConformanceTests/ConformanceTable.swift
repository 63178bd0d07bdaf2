/// What became of the cases, by operator.
struct ConformanceTable {
  private struct Row {
    var passed = 0
    var failures: [(name: String, reason: String)] = []
    var total: Int { passed + failures.count }
  }

  private var rows: [String: Row] = [:]
  private var collections: [String: Row] = [:]
  private var others: [String: Int] = [:]
  private var otherCount = 0

  /// The number of cases that passed.
  var passed: Int { rows.values.reduce(0) { $0 + $1.passed } }
  /// The number of cases.
  var total: Int { rows.values.reduce(0) { $0 + $1.total } }

  /// Takes in a case that ran; `reason` says why it failed.
  mutating func add(_ item: ConformanceCase, reason: String?) {
    let collection = String(item.name.prefix { $0 != "/" })
    if let reason {
      rows[item.row, default: Row()].failures.append((item.name, reason))
      collections[collection, default: Row()].failures.append((item.name, reason))
    } else {
      rows[item.row, default: Row()].passed += 1
      collections[collection, default: Row()].passed += 1
    }
  }

  /// Takes in a case with operators that Press does not promise.
  mutating func addOther(_ item: ConformanceCase) {
    otherCount += 1
    for name in item.otherOperators { others[name, default: 0] += 1 }
  }

  /// Lines for people: each operator, below it what failed and why, then sums.
  var text: String {
    var lines: [String] = []
    func add(_ label: String, _ row: Row) {
      let padding = String(repeating: " ", count: max(1, 26 - label.count))
      lines.append("\(label)\(padding)\(row.passed)/\(row.total)")
    }
    for (name, row) in rows.sorted(by: { $0.key < $1.key }) {
      add(name, row)
      for failure in row.failures { lines.append("    \(failure.name): \(failure.reason)") }
    }
    lines.append("")
    for (name, row) in collections.sorted(by: { $0.key < $1.key }) { add(name, row) }
    lines.append("all: \(passed) of \(total) cases pass")
    if otherCount > 0 {
      let list = others.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines.append(
        "not counted: \(otherCount) cases with other operators (\(list.joined(separator: ", ")))")
    }
    return lines.joined(separator: "\n")
  }
}
