import PressFile
import PressRuntime
import PressTestSupport
import Testing

@Suite("Engines and tensors from files") struct FileTests {
  static let container =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/Fixtures/golden/v1/lenet-300-100.bin"

  @Test("A container runs on an input's raw elements, the same on any number of threads")
  func run() throws {
    let folder = TemporaryFolder()
    let floats = (0..<784).map { Float($0 % 29) / 29 }
    var bytes: [UInt8] = []
    for float in floats { bytes.appendLittleEndian(float.bitPattern) }
    var file = try AtomicFile(path: folder.file("input.raw"), mayReplace: false)
    try file.write(bytes)
    try file.commit()

    let shape = try Shape([1, 1, 28, 28])
    let mapped = try Tensor(
      contentsOf: folder.file("input.raw"), elementType: .float32, shape: shape)
    #expect(try mapped.floats() == floats)
    var engine = try Engine(contentsOf: Self.container, threads: 2)
    let input = try #require(engine.plan.inputs.first)
    #expect(input.name == "input" && input.elementType == .float32)
    #expect(input.dimensions?.suffix(3).map(\.description) == ["1", "28", "28"])
    let logits = try #require(try engine.run(["input": mapped])["logits"])
    #expect(logits.shape == (try Shape([1, 10])))
    var other = try Engine(contentsOf: Self.container)
    let again = try other.run(["input": try Tensor(floats, shape: shape)])["logits"]
    #expect(try logits.floats() == again?.floats())
  }

  @Test("A file of another length, or none, is an error")
  func errors() throws {
    let size = try MappedFile(path: Self.container).byteCount
    let shape = Shape(vectorOf: size - 1)
    #expect(throws: TensorError.byteCount(expected: size - 1, found: size)) {
      try Tensor(contentsOf: Self.container, elementType: .uint8, shape: shape)
    }
    #expect(throws: FileError.self) {
      try Tensor(contentsOf: "/nowhere/input.raw", elementType: .uint8, shape: shape)
    }
  }
}
