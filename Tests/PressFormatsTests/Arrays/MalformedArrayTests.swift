import PressFile
import PressFormats
import PressGraph
import PressTensor
import Testing

/// `Fixtures/malformed/`: a file's name up to the first `-` is the error case that it must give.
@Suite("Malformed arrays")
struct MalformedArrayTests {
  static let kinds = ["npy", "npz", "safetensors"]

  /// Reads everything in a file.
  static func read(_ kind: String, _ source: any ByteSource) throws {
    switch kind {
    case "npy":
      _ = try Npy.read(source).storage.copied()
    case "npz":
      let file = try NpzFile(source)
      for name in file.names {
        _ = try file.header(name)
        _ = try file.tensor(name).storage.copied()
      }
    default:
      for weight in try Safetensors.read(source).weights { _ = try weight.decoded().copied() }
    }
  }

  /// The name of an error's case; for an archive's error that of the error inside.
  static func caseName(_ error: any Error) -> String {
    if case NpzError.archive(let inner) = error { return caseName(inner) }
    return Mirror(reflecting: error).children.first?.label ?? "?"
  }

  @Test("Each file gives its own error in one line", arguments: kinds)
  func fixtures(kind: String) throws {
    let files = try ArrayFixtures.files("malformed/\(kind)")
    #expect(files.count > 30)
    for file in files {
      let bytes = try ArrayFixtures.bytes("malformed/\(kind)/\(file)")
      let expected = file.prefix { $0 != "-" && $0 != "." }
      do {
        try Self.read(kind, MemoryFile(bytes))
        Issue.record("\(file) was read")
      } catch {
        #expect(Self.caseName(error) == expected, "\(file): \(error)")
        let description = "\(error)"
        #expect(description.contains("expected") && description.contains("found"), "\(file)")
        #expect(!description.contains("\n"))
      }
    }
  }

  @Test("Every error case that a file can cause has a file")
  func completeness() throws {
    let cases = [
      "npy": [
        "magic", "version", "truncated", "headerLength", "syntax", "unknownKey", "duplicateKey",
        "missingKey", "elementType", "dimension", "rank", "sizeOverflow", "byteCount",
      ],
      "npz": [
        "endRecord", "truncated", "signature", "disks", "directory", "entryCount", "nameEncoding",
        "duplicateName", "encrypted", "method", "extraField", "zip64Field", "localHeader",
        "localName", "dataDescriptor", "overlap", "storedSize", "deflate", "checksum", "expansion",
        "array",
      ],
      "safetensors": [
        "truncated", "headerLength", "syntax", "encoding", "duplicateKey", "unknownKey",
        "missingKey", "elementType", "number", "rank", "sizeOverflow", "partialByte", "offsets",
        "byteCount", "gapOrOverlap", "trailing",
      ],
    ]
    for (kind, expected) in cases {
      let files = try ArrayFixtures.files("malformed/\(kind)")
      let found = Set(files.map { String($0.prefix { $0 != "-" && $0 != "." }) })
      #expect(found == Set(expected), "\(kind)")
    }
  }

  @Test("A file cut anywhere is an error", arguments: kinds)
  func truncation(kind: String) throws {
    let bytes = try small(kind)
    try Self.read(kind, MemoryFile(bytes))
    for count in 0..<bytes.count {
      #expect(throws: (any Error).self, "\(count) of \(bytes.count)") {
        try Self.read(kind, MemoryFile(Array(bytes[..<count])))
      }
    }
  }

  @Test("A file with any one byte changed is read or refused, never a trap", arguments: kinds)
  func flips(kind: String) throws {
    let bytes = try small(kind)
    var refused = 0
    for index in bytes.indices {
      for mask in [0x01, 0x20, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] ^= mask
        do {
          try Self.read(kind, MemoryFile(changed))
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > bytes.count / 4)
  }

  private func small(_ kind: String) throws -> [UInt8] {
    switch kind {
    case "npy": try ArrayFixtures.bytes("arrays/f4_big_fortran.npy")
    case "npz": try ArrayFixtures.bytes("arrays/streamed.npz")
    default: try ArrayFixtures.bytes("arrays/types.safetensors")
    }
  }
}
