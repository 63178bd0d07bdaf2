import Foundation
import PressTestSupport
import Testing

@Suite("Errors and exit codes") struct FailureTests {
  let folder = TemporaryFolder()

  func written(_ name: String, _ data: Data) throws -> String {
    let path = folder.file(name)
    try data.write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("A wrong command line is exit code 2")
  func usage() throws {
    expectFailure(try Tool.run("frobnicate"), 2, "frobnicate")
    expectFailure(try Tool.run("prune", Tool.lenet), 2, "--ratio")
    expectFailure(try Tool.run("prune", "--ratio", "many", Tool.lenet), 2, "many")
    expectFailure(try Tool.run("prune", "--ratio", "1.5", Tool.lenet), 2, "expected 0 to 1")
    expectFailure(try Tool.run("evaluate", Tool.lenet), 2, "--data")
    expectFailure(try Tool.run("compare", Tool.lenet, Tool.lenet), 2, "--inputs or --random")
    expectFailure(try Tool.run("inspect", Tool.lenet, "--max-memory", "lots"), 2, "lots")
    expectFailure(try Tool.run("inspect", Tool.lenet, "--threads", "0"), 2, "found 0")
    expectFailure(try Tool.run("inspect", Tool.lenet, "--shape", "x=1,2"), 2, "'x'", "input")
    expectFailure(try Tool.run("inspect", Tool.lenet, "--shape", "input=1,a"), 2, "input=1,a")
    expectFailure(
      try Tool.run("compare", Tool.lenet, Tool.lenet, "--random", "1", "--shape", "x=1"), 2, "'x'")
    expectFailure(
      try Tool.run("prune", "--ratio", "0.5", Tool.lenet, "--layers", "fc9*", "--json"), 2, "fc9*",
      "fc1")
  }

  @Test("An existing target is exit code 2 and stays; --force replaces it")
  func existing() throws {
    let path = try written("model.bin", Data("old".utf8))
    expectFailure(try Tool.run("convert", Tool.lenet, "-o", path), 2, "model.bin", "--force")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
    #expect(try Tool.run("convert", Tool.lenet, "-o", path, "--force").status == 0)
    #expect(try Tool.run("verify", path).status == 0)
    #expect(folder.names == ["model.bin"])
  }

  @Test("The default target stands beside the input; --in-place is for containers")
  func targets() throws {
    let source = try written("net.onnx", try Data(contentsOf: URL(fileURLWithPath: Tool.lenet)))
    #expect(try Tool.run("convert", source).status == 0)
    #expect(folder.names == ["net.convert.bin", "net.onnx"])
    let container = folder.file("net.convert.bin")
    #expect(try Tool.run("prune", "--ratio", "0.5", container, "--in-place").status == 0)
    #expect(folder.names == ["net.convert.bin", "net.onnx"])
    expectFailure(try Tool.run("prune", "--ratio", "0.5", source, "--in-place"), 2, "--in-place")
  }

  @Test("What can't be read is exit code 3, with the file's name")
  func input() throws {
    expectFailure(try Tool.run("inspect", folder.file("none.onnx")), 3, "none.onnx")
    expectFailure(try Tool.run("inspect", folder.path), 3, "regular file")
    let garbage = try written("garbage.bin", Data("this is no network at all".utf8))
    expectFailure(try Tool.run("inspect", garbage), 3, "garbage.bin")
    expectFailure(try Tool.run("verify", Tool.lenet), 3, "container")
    expectFailure(try Tool.run("inspect", try written("empty", Data())), 3, "empty")
    expectFailure(try Tool.run("evaluate", Tool.lenet, "--data", garbage), 3, "garbage.bin")
    expectFailure(
      try Tool.run("evaluate", Tool.lenet, "--data", Tool.images, "--split", "dev"), 3, "x_dev")
  }

  @Test("A damaged container is exit code 8, one without magic exit code 3")
  func damaged() throws {
    let path = folder.file("model.bin")
    _ = try Tool.run("convert", Tool.lenet, "-o", path, "--quiet")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for offset in [9, 40, whole.count - 1, whole.count - 60, whole.count - 200] {
      var bytes = whole
      bytes[offset] ^= 0x10
      let damaged = try written("damaged.bin", bytes)
      expectFailure(try Tool.run("verify", damaged), 8, "damaged.bin", "expected")
    }
    expectFailure(try Tool.run("verify", try written("short.bin", whole.dropLast())), 8, "length")
    var bytes = whole
    bytes[0] = 0
    expectFailure(try Tool.run("verify", try written("other.bin", bytes)), 3)
  }

  @Test("Damage in a tensor's bytes is never read over, nor written on under a new checksum")
  func damagedTensor() throws {
    let path = folder.file("model.bin")
    _ = try Tool.run("convert", Tool.lenet, "-o", path, "--quiet")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[5000] ^= 1
    let damaged = try written("damaged.bin", bytes)
    let target = folder.file("target.bin")
    for command in [
      ["convert"], ["encode"], ["encode", "--coding", "raw"], ["prune", "--ratio", "0.5"],
    ] {
      let result = try Tool.run(Tool.executable, command + [damaged, "-o", target])
      expectFailure(result, 8, "fc1.weight", "damaged.bin")
    }
    expectFailure(
      try Tool.run("evaluate", damaged, "--data", Tool.images, "--limit", "1"), 8, "fc1.weight")
    #expect(folder.names == ["damaged.bin", "model.bin"])
  }

  @Test("An operator without kernel is named with its node before anything runs")
  func unsupported() throws {
    let network = Tool.root.path + "/Fixtures/onnx/nested.onnx"
    #expect(try Tool.run("inspect", network).status == 0)
    let result = try Tool.run("compare", network, network, "--random", "1", "--json")
    expectFailure(result, 3, "Loop", "'loop'")
  }

  @Test("Help and version are no errors")
  func help() throws {
    let help = try Tool.run("--help")
    #expect(help.status == 0 && help.errors.isEmpty)
    for command in [
      "convert", "inspect", "prune", "encode", "densify", "apply", "evaluate", "infer", "compare",
      "verify",
    ] {
      #expect(help.output.contains("\n  \(command) "))
      let text = try Tool.run("help", command)
      #expect(text.status == 0 && text.output.contains("compress \(command)"))
    }
    #expect(try Tool.run("--version").output.hasPrefix("Press "))
    #expect(try Tool.run("--version", "--json").json["version"] is String)
    #expect(try Tool.run("manual").output.hasPrefix(".Dd"))
    #expect(try Tool.run("--generate-completion-script", "bash").output.contains("compress"))
  }
}
