import FoundationEssentials
import PressFile
import PressTensor
import Testing

@testable import PressCoding
@testable import PressContainer

@Suite("Malformed containers are refused by name")
struct MalformedContainerTests {
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/Fixtures/malformed/container"
  }()

  /// With `PRESS_WRITE_FIXTURES=1` the files are made again before they are read.
  static let names: [String] = {
    let manager = FileManager.default
    if ProcessInfo.processInfo.environment["PRESS_WRITE_FIXTURES"] == "1" {
      try? manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, bytes) in MalformedContainers.files() {
        try? Data(bytes).write(to: URL(filePath: "\(folder)/\(name).bin"))
      }
    }
    return ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }()

  /// The name of an error's case.
  static func caseName(_ error: any Error) -> String {
    Mirror(reflecting: error).children.first?.label ?? "\(error)"
  }

  @Test("Each file gives its own error in one line")
  func everyFile() throws {
    #expect(Self.names.count > 130)
    for name in Self.names {
      let words = name.split(separator: ".")[0].split(separator: "-").map(String.init)
      let bytes = try MappedFile(path: "\(Self.folder)/\(name)").withBytes { Array(copying: $0) }
      do throws(ContainerError) {
        try Samples.open(bytes).verify()
        Issue.record("\(name) was read")
      } catch {
        #expect(Self.name(of: error) == words[0], "\(name): \(error)")
        if case .stream(_, let inner) = error {
          #expect(Self.name(of: inner) == words[1], "\(name): \(inner)")
        }
        let text = error.description
        #expect(text.contains("expected") && text.contains("found"), "\(name): \(text)")
        #expect(!text.contains("\n") && text.count < 300, "\(name)")
      }
    }
  }

  /// The name of an error's case; a mirror does not tell those without associated values.
  private static func name(of error: ContainerError) -> String {
    error == .notAContainer ? "notAContainer" : caseName(error)
  }

  private static func name(of error: CodingError) -> String {
    switch error {
    case .badGaps: "badGaps"
    case .badState: "badState"
    case .badStreamSizes: "badStreamSizes"
    case .badTableRange: "badTableRange"
    case .maskPadding: "maskPadding"
    default: caseName(error)
    }
  }

  @Test("Millions of tiny records are refused before they take memory")
  func manyRecords() {
    let limit = RecordReader.recordLimit
    var graph: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0]
    graph.appendVarint(limit + 1)
    graph += [UInt8](repeating: 0, count: 2 * limit + 3)
    #expect(throws: ContainerError.tooManyRecords(limit: limit)) {
      try Samples.open(DamageTests.assembled(graph: graph))
    }
  }

  @Test("A relative index of one symbol gives the mask that walking along it gives")
  func repeatedGaps() throws {
    for symbol in UInt8(0)..<7 {
      for times in 0..<5 {
        let count = times * (Int(symbol) + 1) + 3
        let symbols = [UInt8](repeating: symbol, count: times)
        let walked = try SupportCode.mask(symbols.rawSpan, width: 3, count: count, kept: times)
        let repeated = try SupportCode.mask(
          repeating: symbol, times: times, width: 3, count: count, kept: times)
        #expect(walked == repeated, "\(times) times \(symbol)")
      }
    }
  }

  // `tooManyRecords` alone has no file: it would take megabytes.
  @Test("Every error case has a file, and every file is as it would be written again")
  func completeness() throws {
    let cases: Set = [
      "notAContainer", "newerVersion", "truncatedHeader", "headerChecksum", "reservedFlags",
      "length", "directoryLength", "sectionChecksum", "tensorChecksum", "sectionLengths",
      "unknownSection", "sectionOrder", "truncatedRecord", "trailingBytes", "malformedNumber",
      "unknownCode", "stringIndex", "malformedString", "stringTable", "nesting", "weightID",
      "tensor", "tensorRecord", "stream", "padding", "miscount",
    ]
    let codings: Set = [
      "truncated", "unknownTable", "badTableRange", "incompleteCode", "badStreamSizes",
      "trailingBits", "trailingBytes", "badGaps", "keptCount", "maskPadding", "badIndex",
      "stringLengths", "badCode", "groupCount", "badPosition", "badFrequencies", "badState",
      "inflate",
    ]
    let words = Self.names.map { $0.dropLast(4).split(separator: "-").map(String.init) }
    #expect(Set(words.map { $0[0] }) == cases)
    #expect(Set(words.filter { $0[0] == "stream" }.map { $0[1] }) == codings)
    let files = MalformedContainers.files()
    #expect(Set(files.keys.map { $0 + ".bin" }) == Set(Self.names))
    for (name, expected) in files {
      let found = try MappedFile(path: "\(Self.folder)/\(name).bin").withBytes {
        Array(copying: $0)
      }
      #expect(found == expected, "\(name)")
    }
  }
}
