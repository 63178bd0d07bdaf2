import Press

/// Standard output and error.
enum Console {
  /// Prints a line to standard output.
  static func print(_ line: String) {
    Swift.print(line)
  }

  /// Prints a line to standard error.
  static func note(_ line: String) {
    StandardStream.error.write(line + "\n")
  }
}

/// A table whose columns are as wide as their widest cell.
struct Table {
  private var rows: [[String]] = []
  private let numeric: Set<Int>

  /// A table with a header; the columns named in `numeric` are set flush right.
  init(_ header: [String], numeric: Set<Int>) {
    rows = [header]
    self.numeric = numeric
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// The table's lines.
  var lines: [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return numeric.contains(column) ? space + cell : cell + space
      }
      return trimmed(cells.joined(separator: "  "))
    }
  }

  private func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

/// Numbers as people read them.
enum Format {
  /// `1 234 567`.
  static func count(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    groups.insert(digits, at: 0)
    return (value < 0 ? "-" : "") + groups.joined(separator: " ")
  }

  /// A number with so many digits behind the point.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "-" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value.magnitude * scale).rounded()
    guard rounded < 1e15 else { return "\(value)" }
    let whole = Int(rounded / scale)
    let sign = value < 0 && rounded > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(whole) }
    let fraction = String(Int(rounded) - whole * Int(scale))
    return sign + "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// A share as a percentage.
  static func percent(_ share: Double, _ digits: Int = 2) -> String {
    decimal(share * 100, digits) + " %"
  }
}
