import Foundation
import PressTestSupport
import Testing

@Suite("share") struct ShareTests {
  let folder = TemporaryFolder()

  @Test("Indices into codebooks: smaller, reported, and the same network through ONNX")
  func shares() throws {
    let (shared, network) = (folder.file("shared.bin"), folder.file("shared.onnx"))
    let result = try Tool.run(
      "share", "--bits", "5", Tool.lenet, "-o", shared, "--json", "--threads", "2", "--data",
      Tool.images)
    #expect(result.status == 0, "\(result.errors)")
    let layers = result.json["layers"] as? [[String: Any]] ?? []
    #expect(layers.map { $0["status"] as? String } == ["changed", "changed", "changed"])
    #expect(layers.allSatisfy { ($0["reason"] as? String)?.contains("32 entries") == true })
    let (before, after) = (
      result.json["before"] as? [String: Any], result.json["after"] as? [String: Any]
    )
    #expect(after?["parameters"] as? Int == 266_610)
    #expect(after?["nonzeros"] as? Int == before?["nonzeros"] as? Int)
    // 5 of 32 bits, and the biases.
    let bytes = after?["bytes"] as? Int ?? .max
    #expect(bytes > 266_200 * 5 / 8 && bytes < 266_200 * 5 / 8 + 4000)
    let drop = (before?["accuracy"] as? Double ?? 1) - (after?["accuracy"] as? Double ?? 0)
    #expect(abs(drop) < 0.01)
    let report = try Tool.run("inspect", shared, "--json").json
    let tensors = report["tensors"] as? [[String: Any]] ?? []
    #expect(tensors.filter { $0["values"] as? String == "codebook" }.count == 3)
    #expect(try Tool.run("verify", shared).status == 0)
    #expect(try Tool.run("convert", shared, "-o", network).status == 0)
    let compared = try Tool.run("compare", network, shared, "--random", "4", "--json").json
    let row = (compared["outputs"] as? [[String: Any]])?.first
    #expect((row?["max_abs"] as? Double).map { $0 < 1e-4 } == true)
  }

  @Test("After pruning the support stays; a second time is declined")
  func pruned() throws {
    let (pruned, shared, again) = (
      folder.file("pruned.bin"), folder.file("shared.bin"), folder.file("again.bin")
    )
    _ = try Tool.run("prune", "--ratio", "0.9", Tool.lenet, "-o", pruned, "--quiet")
    let first = try Tool.run("share", pruned, "-o", shared, "--init", "linear", "--json")
    let after = first.json["after"] as? [String: Any]
    #expect(after?["nonzeros"] as? Int == 266_200 - 239_580 + 410)
    let second = try Tool.run("share", shared, "-o", again, "--json")
    let layers = second.json["layers"] as? [[String: Any]] ?? []
    #expect(layers.map { $0["status"] as? String } == ["declined", "declined", "declined"])
  }

  @Test("Wrong options are exit code 2, weights that are not finite exit code 3")
  func failures() throws {
    expectFailure(try Tool.run("share", "--bits", "9", Tool.lenet), 2, "expected 1 to 8", "9")
    expectFailure(try Tool.run("share", "--granularity", "rows", Tool.lenet), 2, "rows")
    expectFailure(try Tool.run("share", "--granularity", "group:0", Tool.lenet), 2, "group:0")
    expectFailure(try Tool.run("share", "--init", "best", Tool.lenet), 2, "best")
    expectFailure(try Tool.run("share", "--layers", "fc9*", Tool.lenet), 2, "fc9*")
    let header = #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#
    var file = Data([UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8)
    file += Data([0, 0, 0x80, 0x3F, 0, 0, 0xC0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0])
    let path = folder.file("bad.safetensors")
    try file.write(to: URL(fileURLWithPath: path))
    expectFailure(try Tool.run("share", path), 3, "bad.safetensors", "'w'", "finite", "nan")
    #expect(folder.names == ["bad.safetensors"])
  }
}
