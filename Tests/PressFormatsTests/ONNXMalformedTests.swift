import FoundationEssentials
import PressFile
import PressFormats
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@Suite("Malformed ONNX files are refused by name")
struct ONNXMalformedTests {
  static let folder = ONNXFixtures.folder + "/malformed/onnx"

  @Test("each malformed file gives the error after which it is named, on one line")
  func everyFile() throws {
    let names = try ONNXFixtures.names(in: Self.folder)
    #expect(names.count > 60)
    for name in names {
      let expected = String(name.prefix { $0 != "." && $0 != "-" })
      do {
        _ = try ONNX.read(path: "\(Self.folder)/\(name)", limits: ONNXFixtures.limits)
        Issue.record("\(name) was read")
      } catch {
        #expect(ONNXFixtures.caseName(error) == expected, "\(name): \(error)")
        #expect(error is ONNXError)
        #expect("\(error)".contains("expected") && !"\(error)".contains("\n"), "\(name)")
      }
    }
  }

  @Test("every truncation of a model throws")
  func truncations() throws {
    for name in ["opset7", "nested", "types_typed", "sparse"] {
      let whole = try MappedFile(path: ONNXFixtures.path(name)).withBytes { [UInt8](copying: $0) }
      for count in 0..<whole.count {
        let source = MemoryFile(Array(whole[..<count]))
        let model = try? ONNX.read(source, folder: nil, limits: ONNXFixtures.limits)
        #expect(model == nil, "\(name) cut to \(count) bytes")
      }
    }
  }

  @Test("no single changed byte makes the reader or the writer trap")
  func flips() throws {
    var random = SeededGenerator(seed: 1)
    var readable = 0
    for name in ["opset7", "nested", "functions", "annotations", "constant_of_shape"] {
      var bytes = try MappedFile(path: ONNXFixtures.path(name)).withBytes { [UInt8](copying: $0) }
      for index in bytes.indices {
        let old = bytes[index]
        for change in [1, 0x80, UInt8.random(in: 1...255, using: &random)] {
          bytes[index] = old ^ change
          guard
            let model = try? ONNX.read(
              MemoryFile(bytes), folder: nil, limits: ReadLimits(maximumBytes: 1 << 20))
          else { continue }
          readable += 1
          if index % 8 == 0 { _ = try? ONNXFixtures.bytes(of: model) }
        }
        bytes[index] = old
      }
    }
    #expect(readable > 0, "changes inside names and values leave a file readable")
  }

  @Test("millions of tiny messages are refused before they are parsed")
  func manyMessages() throws {
    var bytes: [UInt8] = [0x3A]  // a graph of some megabytes
    let count = 1 << 21
    var length = count
    while length >= 0x80 {
      bytes.append(UInt8(length & 0x7F) | 0x80)
      length >>= 7
    }
    bytes.append(UInt8(length))
    for _ in 0..<(count / 2) { bytes += [0x0A, 0x00] }
    #expect(throws: ONNXError.tooManyMessages(limit: 1 << 20)) {
      try ONNX.read(MemoryFile(bytes), folder: nil, limits: ONNXFixtures.limits)
    }
  }

  @Test("a declared size above the limit allocates nothing")
  func limits() throws {
    let path = ONNXFixtures.path("opset7")
    #expect(throws: ONNXError.tensor(.memoryLimit(needed: 32, limit: 31), tensor: "b")) {
      try ONNX.read(path: path, limits: ReadLimits(maximumBytes: 31))
    }
    _ = try ONNX.read(path: path, limits: ReadLimits(maximumBytes: 32))
  }

  @Test("external data needs a folder and may not leave it through a link")
  func externalData() throws {
    let path = ONNXFixtures.path("external/model")
    #expect(throws: ONNXError.externalWithoutFolder(tensor: "w")) {
      try ONNX.read(MappedFile(path: path), folder: nil, limits: ONNXFixtures.limits)
    }
    try ONNXFixtures.withFolder { folder in
      let manager = FileManager.default
      try manager.copyItem(atPath: path, toPath: "\(folder)/model.onnx")
      try manager.createSymbolicLink(
        atPath: "\(folder)/data", withDestinationPath: "\(ONNXFixtures.folder)/onnx/external/data")
      #expect(throws: ONNXError.externalLocation("data/weights.bin", tensor: "w")) {
        try ONNX.read(path: "\(folder)/model.onnx", limits: ONNXFixtures.limits)
      }
    }
  }
}
