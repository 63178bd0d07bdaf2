import PressFile
import PressGraph
import PressTensor
import Testing

@testable import PressContainer

@Suite("Golden containers of version 1") struct GoldenTests {
  static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/Fixtures/golden/v1"

  /// The files and their SHA-256, as listed beside them.
  static func listed() throws -> [(digest: String, name: String)] {
    let list = try MappedFile(path: folder + "/SHA256SUMS").withBytes { Array(copying: $0) }
    return String(decoding: list, as: UTF8.self).split(separator: "\n").map { line in
      (String(line.prefix(64)), String(line.dropFirst(66)))
    }
  }

  @Test("Every golden file is as it was released, opens, and verifies")
  func verify() throws {
    let files = try Self.listed()
    #expect(files.count >= 14)
    let digits = Array("0123456789abcdef")
    for file in files {
      let mapped = try MappedFile(path: Self.folder + "/" + file.name)
      let digest = mapped.withBytes { SHA256.digest($0) }
      let hex = String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
      #expect(hex == file.digest, "\(file.name)")
      try Container(mapped, limits: Samples.limits).verify()
    }
  }

  @Test("The golden network holds what it held when it was written")
  func content() throws {
    let container = try Container(contentsOf: Self.folder + "/lenet-300-100.bin")
    let model = container.model
    #expect(model.graph?.nodes.count == 6 && model.graph?.name == "main_graph")
    #expect(model.history.passes.map(\.name) == ["prune", "encode"])
    #expect(model.weights.map(\.name).first == "fc1.weight")
    var sum = CRC32()
    for weight in model.weights { sum.update(try weight.decoded().copied()) }
    #expect(sum.value == 0xC2A1_AE50)
    let raw = try Container(contentsOf: Self.folder + "/raw.bin").model
    for (first, second) in zip(model.weights, raw.weights) {
      #expect(try first.decoded().copied() == second.decoded().copied())
    }
  }
}
