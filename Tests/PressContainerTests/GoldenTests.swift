import FoundationEssentials
import PressFile
import PressGraph
import PressTensor
import Testing

@testable import PressContainer

@Suite("Golden containers") struct GoldenTests {
  static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/Fixtures/golden"

  /// The files of a version and their SHA-256, as listed beside them.
  static func listed(_ version: Int) throws -> [(digest: String, name: String)] {
    let path = "\(folder)/v\(version)/SHA256SUMS"
    let list = try MappedFile(path: path).withBytes { Array(copying: $0) }
    return String(decoding: list, as: UTF8.self).split(separator: "\n").map { line in
      (String(line.prefix(64)), String(line.dropFirst(66)))
    }
  }

  @Test("Every golden file is as it was released, opens, and verifies", arguments: [1, 2])
  func verify(version: Int) throws {
    let files = try Self.listed(version)
    #expect(files.count >= (version == 1 ? 14 : 10))
    let digits = Array("0123456789abcdef")
    for file in files {
      let mapped = try MappedFile(path: "\(Self.folder)/v\(version)/\(file.name)")
      let digest = mapped.withBytes { SHA256.digest($0) }
      let hex = String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
      #expect(hex == file.digest, "\(file.name)")
      #expect(mapped.withBytes { $0.loadLittleEndian(UInt16.self, at: 8) } == UInt16(version))
      try Container(mapped, limits: Samples.limits).verify()
    }
  }

  @Test("The golden network holds what it held when it was written")
  func content() throws {
    let container = try Container(contentsOf: Self.folder + "/v1/lenet-300-100.bin")
    let model = container.model
    #expect(model.graph?.nodes.count == 6 && model.graph?.name == "main_graph")
    #expect(model.history.passes.map(\.name) == ["prune", "encode"])
    #expect(model.weights.map(\.name).first == "fc1.weight")
    var sum = CRC32()
    for weight in model.weights { sum.update(try weight.decoded().copied()) }
    #expect(sum.value == 0xC2A1_AE50)
    let raw = try Container(contentsOf: Self.folder + "/v1/raw.bin").model
    for (first, second) in zip(model.weights, raw.weights) {
      #expect(try first.decoded().copied() == second.decoded().copied())
    }
  }

  /// Tensors of version 2 under one coding; the elements are the same under all.
  ///
  /// - Parameter isLarge: One tensor, long enough for codes of several parts; else small ones of
  ///   every form.
  static func model(_ coding: Coding, isLarge: Bool) throws -> Model {
    var samples = FormSample.all.filter { $0.coding == .huffman }
    for type in [ElementType.float64, .float16, .bfloat16] {
      for values in FormSample.values {
        samples.append(
          FormSample(
            support: .unstructured, values: values, granularity: .channel, coding: coding,
            type: type))
      }
    }
    let large = FormSample(
      support: .groups(kept: 3, of: 20), values: .affine(bits: 6), granularity: .group(64),
      coding: coding, hasZeroPoints: true, rows: 64, columns: 4000)
    let weights = try (isLarge ? [large] : samples).enumerated().map { index, sample in
      var weight = try sample.weight(seed: UInt64(index), id: UInt32(index))
      weight.name = "\(index) \(sample.testDescription)"
      weight.coding = coding
      return weight
    }
    return Model(graph: nil, weights: weights)
  }

  @Test(
    "Golden tensors of every form are what they were", arguments: Coding.allCases, [false, true])
  func forms(coding: Coding, isLarge: Bool) throws {
    let name = "\(isLarge ? "large" : "forms")-\(coding.rawValue)"
    let path = "\(Self.folder)/v2/\(name).bin"
    let model = try Self.model(coding, isLarge: isLarge)
    // With `PRESS_WRITE_GOLDEN=1` the file is made before it is read.
    if ProcessInfo.processInfo.environment["PRESS_WRITE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(
        atPath: Self.folder + "/v2", withIntermediateDirectories: true)
      try Data(Samples.bytes(model)).write(to: URL(filePath: path))
    }
    let read = try Container(contentsOf: path).model.weights
    #expect(read.count == model.weights.count)
    for (was, now) in zip(model.weights, read) {
      #expect(now.support == was.support && now.name == was.name)
      #expect(try now.decoded().copied() == was.decoded().copied(), "\(was.name)")
    }
  }
}
