extension String {
  /// The text without control characters and line breaks, which names in a file may have, and not
  /// longer than `limit` characters of it.
  package func onOneLine(limit: Int = 1000) -> String {
    var line = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isControl = scalar.properties.generalCategory == .control
      let isBreak = scalar == "\u{2028}" || scalar == "\u{2029}"
      line += isControl || isBreak ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return line
  }
}
