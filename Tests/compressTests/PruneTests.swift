import Foundation
import PressTestSupport
import Testing

@Suite("compress prune") struct PruneCommandTests {
  let folder = TemporaryFolder()

  static let lenet5 = Tool.root.appendingPathComponent("Fixtures/models/lenet-5.onnx").path

  private func layers(_ result: Tool.Result) -> [String: [String: Any]] {
    let list = result.json["layers"] as? [[String: Any]] ?? []
    return Dictionary(list.map { ($0["tensor"] as? String ?? "", $0) }) { first, _ in first }
  }

  @Test("N:M keeps as many as it says in every layer, and the report names each of them")
  func groups() throws {
    let target = folder.file("a.onnx")
    let result = try Tool.run("prune", "--pattern", "1:4", Tool.lenet, "-o", target, "--json")
    #expect(result.status == 0, "\(result.errors)")
    let after = result.json["after"] as? [String: Any]
    // Rows of 784, 300 and 100 columns: groups of 4 without rest.
    #expect(after?["nonzeros"] as? Int == 266_200 / 4 + 410)
    #expect(layers(result)["fc1.weight"]?["status"] as? String == "changed")
    #expect((layers(result)["fc1.weight"]?["reason"] as? String)?.contains("1:4") == true)
    #expect(layers(result)["fc1.weight"]?["name"] as? String == "/fc1/Gemm")
  }

  @Test("Filters go for good: fewer parameters, the same outputs' shape, and the rest still runs")
  func filters() throws {
    let target = folder.file("small.bin")
    let result = try Tool.run(
      "prune", "--pattern", "filter", "--ratio", "0.3", "--ratio-of", "macs", Self.lenet5, "-o",
      target, "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(layers(result)["fc2.weight"]?["status"] as? String == "changed")
    let sizes = try Tool.run("inspect", target, "--json").json
    let macs = (sizes["layers"] as? [[String: Any]] ?? []).compactMap { $0["macs"] as? Int }
    #expect(macs.reduce(0, +) <= Int(0.7 * 2_293_000))
    let evaluated = try Tool.run(
      "evaluate", target, "--data", Tool.images, "--limit", "500", "--json")
    #expect(evaluated.json["accuracy"] as? Double ?? 0 > 0.9)
    let again = try Tool.run(
      "prune", "--criterion", "l2-filter", "--ratio", "0.5", "--greedy", target, "-o",
      folder.file("smaller.bin"), "--json", "--threads", "2")
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test(
    "What does not go together, or is out of reach, is one line and its exit code",
    arguments: [
      (["--ratio", "1.5"], 2, "ratio"), (["--ratio", "nan"], 2, "ratio"), ([], 2, "ratio"),
      (["--ratio", "0.5", "--pattern", "2:4"], 2, "none with the pattern 2:4"),
      (["--pattern", "4:2"], 2, "pattern"),
      (["--ratio", "0.5", "--pattern", "block:0x4"], 2, "pattern"),
      (["--ratio", "0.5", "--ratio-of", "macs"], 2, "filter"),
      (["--ratio", "0.5", "--pattern", "filter", "--scope", "global"], 2, "scope"),
      (["--ratio", "0.5", "--layers", "nothing*"], 2, "pattern without a match"),
      (["--ratio", "0.99999", "--pattern", "filter", "--ratio-of", "bytes"], 6, "out of reach"),
    ])
  func refused(_ options: [String], _ status: Int32, _ word: String) throws {
    let arguments = ["prune", Tool.lenet, "-o", folder.file("a.bin")] + options
    expectFailure(try Tool.run(Tool.executable, arguments), status, word)
    #expect(folder.names.isEmpty)
  }
}
