import Foundation
import PressTestSupport
import Testing

@Suite("Lower ranks from the command line") struct LowRankTests {
  let folder = TemporaryFolder()
  static let lenet5 = Tool.root.appendingPathComponent("Fixtures/models/lenet-5.onnx").path

  @Test("Half of every layer's parameters go, and the network still runs")
  func factorize() throws {
    let path = folder.file("a.bin")
    let result = try Tool.run(
      "factorize", "--ratio", "0.5", Tool.lenet, "-o", path, "--json")
    #expect(result.status == 0, "\(result.errors)")
    let layers = result.json["layers"] as? [[String: Any]] ?? []
    #expect(layers.map { $0["status"] as? String } == ["changed", "changed", "changed"])
    let after = result.json["after"] as? [String: Any]
    #expect((after?["parameters"] as? Int ?? .max) * 2 <= 266_610 + 410)
    #expect(try Tool.run("verify", path).status == 0)
    // Ten classes do not fit into the four dimensions that half of the last layer leaves.
    let kept = try Tool.run(
      "factorize", "--ratio", "0.5", "--skip", "fc3*", Tool.lenet, "-o", folder.file("b.bin"),
      "--data", Tool.images, "--limit", "500", "--json")
    let accuracy = (kept.json["after"] as? [String: Any])?["accuracy"] as? Double
    let original = (kept.json["before"] as? [String: Any])?["accuracy"] as? Double
    #expect((accuracy ?? 0) > (original ?? 1) - 0.02, "\(accuracy ?? 0)")
  }

  @Test("Convolutions by channel, spatially and separated, with calibration; exported and back")
  func convolutions() throws {
    let data = Tool.root.appendingPathComponent("Fixtures/data/mnist_train10k.npz").path
    for (name, options) in [
      ("factorize", ["--mode", "spatial"]), ("factorize", ["--energy", "0.8"]),
      ("separate", []), ("separate", ["--energy", "0", "--calibrate", data]), ("fold", []),
    ] {
      let path = folder.file("\(name)-\(options.count).bin")
      let arguments = [name] + options + [Self.lenet5, "-o", path, "--quiet", "--force"]
      let result = try Tool.run(Tool.executable, arguments)
      #expect(result.status == 0, "\(result.errors)")
      let network = folder.file("a.onnx")
      #expect(try Tool.run("convert", path, "-o", network, "--force", "--quiet").status == 0)
      let compared = try Tool.run("compare", path, network, "--random", "2", "--json")
      let row = (compared.json["outputs"] as? [[String: Any]])?.first
      #expect(row?["max_abs"] as? Double == 0, "\(compared.errors)")
    }
  }

  @Test("Out of range is exit code 2, out of reach 6, unusable data 3")
  func refused() throws {
    let output = folder.file("a.bin")
    func fails(_ arguments: [String], _ status: Int32, _ words: String...) throws {
      let result = try Tool.run(Tool.executable, arguments + [Tool.lenet, "-o", output])
      expectFailure(result, status)
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }
    try fails(["factorize", "--ratio", "1.5"], 2, "--ratio", "0 to 1")
    try fails(["factorize", "--rank", "0"], 2, "--rank", "1 or more")
    try fails(["factorize", "--energy", "nan"], 2, "--energy")
    try fails(["factorize", "--energy", "0.5", "--rank", "3"], 2, "energy and --rank")
    try fails(["factorize", "--layers", "none*"], 2, "none*")
    try fails(["factorize", "--rank", "301"], 6, "full rank")
    try fails(["factorize", "--ratio", "1"], 6, "ratio 1.0")
    try fails(["separate", "--energy", "2"], 2, "--energy")
    try fails(["separate", "--calibrate", folder.file("none.npz")], 3, "none.npz")
    let alone = folder.file("alone.safetensors")
    #expect(try Tool.run("convert", Tool.lenet, "-o", alone).status == 0)
    for name in ["factorize", "separate", "fold"] {
      expectFailure(try Tool.run(name, alone, "-o", output), 3, "graph")
    }
    #expect(folder.names == ["alone.safetensors"])
  }
}
