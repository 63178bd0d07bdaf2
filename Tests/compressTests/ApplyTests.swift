import Foundation
import PressTestSupport
import Testing

@Suite("Recipes from the command line", .serialized) struct ApplyTests {
  let folder = TemporaryFolder()

  func recipe(_ passes: String...) throws -> String {
    let path = folder.file("recipe.yaml")
    let lines = passes.map { "  - \($0)\n" }.joined()
    try Data("version: 1\nseed: 3\npasses:\n\(lines)".utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
  }

  @Test("A recipe gives the bytes that its commands give, and leaves nothing but its target")
  func commands() throws {
    let path = try recipe(
      "prune: { ratio: 0.8, scope: layer }", "densify: { layers: [fc3*] }", "encode")
    let target = folder.file("apply.bin")
    let result = try Tool.run("apply", path, Tool.lenet, "-o", target, "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.names == ["apply.bin", "recipe.yaml"])
    let steps = ["1.bin", "2.bin", "3.bin"].map(folder.file)
    for arguments in [
      ["prune", "--ratio", "0.8", "--scope", "layer", Tool.lenet, "-o", steps[0]],
      ["densify", "--layers", "fc3*", steps[0], "-o", steps[1]],
      ["encode", steps[1], "-o", steps[2]],
    ] {
      let run = try Tool.run(Tool.executable, arguments + ["--seed", "3", "--quiet"])
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try bytes("apply.bin") == bytes("3.bin"))
    let passes = result.json["passes"] as? [[String: Any]] ?? []
    #expect(passes.map { $0["pass"] as? String } == ["prune", "densify", "encode"])
    // What one pass leaves the next one starts from.
    func size(_ index: Int, _ key: String) -> NSDictionary? { passes[index][key] as? NSDictionary }
    for index in 1..<3 { #expect(size(index, "before") == size(index - 1, "after")) }
    #expect(result.json["before"] as? NSDictionary == size(0, "before"))
    #expect(result.json["after"] as? NSDictionary == size(2, "after"))
    let after = result.json["after"] as? [String: Any]
    #expect(try after?["bytes"] as? Int == bytes("apply.bin").count)
  }

  @Test("Each layer's bytes, non-zeros, weight error and output error are told")
  func explanation() throws {
    let path = try recipe("prune: { ratio: 0.5, layers: [fc1*] }", "encode: { coding: huffman }")
    let result = try Tool.run(
      "apply", path, Tool.lenet, "-o", folder.file("a.bin"), "--data", Tool.images, "--limit",
      "100", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let layers = result.json["layers"] as? [[String: Any]] ?? []
    #expect(layers.map { $0["tensor"] as? String } == ["fc1.weight", "fc2.weight", "fc3.weight"])
    #expect(layers[0]["status"] as? String == "changed")
    #expect(layers[0]["bytes_before"] as? Int == 940_800)
    #expect((layers[0]["bytes_after"] as? Int ?? 0) < 940_800 / 2)
    #expect(layers[0]["nonzeros"] as? Int == 117_600)
    let error = layers[0]["weight_error"] as? Double ?? 0
    let decibels = layers[0]["weight_snr_db"] as? Double ?? 0
    #expect(error > 0 && abs(decibels + 10 * log10(error)) < 1e-9)
    // Layers behind the first see other inputs, though their own weights are what they were.
    for layer in layers {
      #expect((layer["output_cosine"] as? Double ?? 0) > 0.9)
      #expect((layer["output_snr_db"] as? Double ?? 0) > 5)
    }
    #expect(layers[1]["weight_error"] as? Double == 0 && layers[1]["weight_snr_db"] is NSNull)
    let passes = result.json["passes"] as? [[String: Any]] ?? []
    let coded = passes.last?["layers"] as? [[String: Any]] ?? []
    #expect(coded.count == 6)
    for layer in coded { #expect(layer["weight_error"] as? Double == 0) }
    #expect(result.json["accuracy"] == nil)
    #expect((passes[0]["after"] as? [String: Any])?["accuracy"] is Double)
  }

  @Test("A dry run foretells the size and writes nothing")
  func dryRun() throws {
    let path = try recipe("prune: { ratio: 0.9 }", "encode")
    let target = folder.file("a.bin")
    let dry = try Tool.run("apply", path, Tool.lenet, "-o", target, "--dry-run", "--json")
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(folder.names == ["recipe.yaml"])
    #expect(dry.json["output"] is NSNull)
    #expect((dry.json["predicted_peak_memory_bytes"] as? Int ?? 0) > 1 << 20)
    #expect(try Tool.run("apply", path, Tool.lenet, "-o", target).status == 0)
    let predicted = Double(dry.json["predicted_bytes"] as? Int ?? 0)
    #expect(try abs(predicted / Double(bytes("a.bin").count) - 1) < 0.05)
  }

  @Test("Settings and seed change the recipe; the history has what ran")
  func settings() throws {
    let path = try recipe("prune: { ratio: 0.9 }", "encode", "prune: { ratio: 0.9 }")
    let target = folder.file("a.bin")
    let result = try Tool.run(
      "apply", path, Tool.lenet, "-o", target, "--set", "prune#2.ratio=0.95", "--set",
      "prune.ratio=0.25", "--seed", "7", "--quiet")
    #expect(result.status == 0, "\(result.errors)")
    let history =
      try Tool.run("inspect", target, "--json").json["history"] as? [[String: Any]] ?? []
    let options = history.map { $0["options"] as? [String: Any] }
    #expect(options.map { $0?["ratio"] as? Double } == [0.25, nil, 0.95])
    #expect(history.allSatisfy { $0["seed"] as? Int == 7 })
    #expect(options[0]?["scope"] as? String == "global")
  }

  @Test("Wrong recipes are exit code 2 with file, line and column, before anything is written")
  func failures() throws {
    let target = folder.file("a.bin")
    func run(_ passes: String, _ more: String...) throws -> Tool.Result {
      let path = try recipe(passes)
      return try Tool.run(
        Tool.executable, ["apply", path, Tool.lenet, "-o", target, "--json"] + more)
    }
    expectFailure(try run("prune: { ratio: 2 }"), 2, "recipe.yaml:4:21", "expected 0 to 1")
    expectFailure(try run("prune: { ratoi: 1 }"), 2, "recipe.yaml:4:14", "'ratio'")
    expectFailure(try run("encode", "--set", "prune.ratio=1"), 2, "--set prune.ratio=1", "encode")
    expectFailure(try run("encode: { layers: [nothing*] }"), 2, "nothing*")
    expectFailure(try Tool.run("apply", folder.file("none.yaml"), Tool.lenet), 3, "none.yaml")
    expectFailure(try run("encode", "--resume", "--dry-run"), 2, "--dry-run")
    #expect(folder.names == ["recipe.yaml"])
  }

  /// Starts a pipeline and kills it once the journal says that a pass is done.
  func interrupted(_ path: String, _ target: String, _ signal: Int32) throws -> Int32 {
    let started = try Tool.started(
      Tool.executable, ["apply", path, Tool.lenet, "-o", target, "--quiet"])
    let journal = target + ".journal.json"
    while started.process.isRunning, !FileManager.default.fileExists(atPath: journal) {
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(started.process.processIdentifier, signal)
    started.process.waitUntilExit()
    return started.process.terminationStatus
  }

  @Test(
    "Interrupted and resumed, a pipeline ends with the same bytes",
    arguments: [SIGKILL, SIGTERM, SIGINT])
  func resumed(_ signal: Int32) throws {
    let passes = [
      "prune: { ratio: 0.5 }", "prune: { ratio: 0.7 }", "prune: { ratio: 0.8 }", "encode",
    ]
    let path = folder.file("recipe.yaml")
    let text = "version: 1\npasses:\n" + passes.map { "  - \($0)\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let whole = try Tool.run("apply", path, Tool.lenet, "-o", folder.file("whole.bin"), "--json")
    #expect(whole.status == 0, "\(whole.errors)")

    let target = folder.file("a.bin")
    let status = try interrupted(path, target, signal)
    #expect(status == (signal == SIGKILL ? SIGKILL : 7))
    #expect(folder.names.contains("a.bin.journal.json") && !folder.names.contains("a.bin"))

    // Neither started over by accident, nor gone on with for something else.
    expectFailure(
      try Tool.run("apply", path, Tool.lenet, "-o", target), 2, "--resume", "--force",
      "a.bin.journal.json")
    expectFailure(
      try Tool.run(
        "apply", path, Tool.lenet, "-o", target, "--resume", "--set", "prune.ratio=0.4"), 2,
      "recipe of the interrupted run")
    let other = Tool.root.path + "/Fixtures/models/lenet-5.onnx"
    expectFailure(
      try Tool.run("apply", path, other, "-o", target, "--resume"), 2,
      "source of the interrupted run")

    let result = try Tool.run("apply", path, Tool.lenet, "-o", target, "--resume", "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("resuming after"))
    #expect(try bytes("a.bin") == bytes("whole.bin"))
    // The report is that of the whole run, but for where it went.
    var (expected, found) = (whole.json, result.json)
    expected["output"] = nil
    found["output"] = nil
    #expect(found as NSDictionary == expected as NSDictionary)
    let left = folder.names.filter { !$0.hasSuffix(".tmp") }
    #expect(left == ["a.bin", "recipe.yaml", "whole.bin"])
  }

  @Test("--force starts over; a malformed journal is an error")
  func journals() throws {
    let path = try recipe("prune: { ratio: 0.5 }", "encode")
    let target = folder.file("a.bin")
    let journal = URL(fileURLWithPath: target + ".journal.json")
    try Data("{}".utf8).write(to: journal)
    expectFailure(
      try Tool.run("apply", path, Tool.lenet, "-o", target, "--resume", "--quiet"), 2,
      "malformed journal")
    #expect(try Tool.run("apply", path, Tool.lenet, "-o", target, "--force").status == 0)
    #expect(folder.names == ["a.bin", "recipe.yaml"])
    // Without a journal there is nothing to go on with, which is no error.
    let again = try Tool.run("apply", path, Tool.lenet, "-o", folder.file("b.bin"), "--resume")
    #expect(again.status == 0 && again.errors.contains("nothing to resume"))
    #expect(try bytes("a.bin") == bytes("b.bin"))
  }

  @Test("The model may come from standard input and go to standard output, like the recipe")
  func streams() throws {
    let path = try recipe("prune: { ratio: 0.5 }", "encode")
    _ = try Tool.run("apply", path, Tool.lenet, "-o", folder.file("a.bin"))
    let model = try Data(contentsOf: URL(fileURLWithPath: Tool.lenet))
    let piped = try Tool.run("apply", path, "-", "-o", "-", "--quiet", input: model)
    #expect(try piped.status == 0 && piped.bytes == bytes("a.bin"), "\(piped.errors)")
    let text = try bytes("recipe.yaml")
    let result = try Tool.run("apply", "-", Tool.lenet, "-o", folder.file("b.bin"), input: text)
    #expect(try result.status == 0 && bytes("b.bin") == bytes("a.bin"), "\(result.errors)")
  }

  @Test("Replaying the history on the source gives the same bytes; on another one it is refused")
  func replay() throws {
    let path = try recipe("prune: { ratio: 0.8 }", "densify: { layers: [fc1*] }", "encode")
    let target = folder.file("a.bin")
    _ = try Tool.run("apply", path, Tool.lenet, "-o", target, "--quiet")
    let result = try Tool.run("verify", target, "--replay", "--source", Tool.lenet, "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["replay"] as? String == "identical" && result.json["passes"] as? Int == 3)
    let other = Tool.root.path + "/Fixtures/models/lenet-5.onnx"
    expectFailure(
      try Tool.run("verify", target, "--replay", "--source", other), 3, "lenet-5.onnx", "SHA-256")
    expectFailure(try Tool.run("verify", target, "--replay"), 2, "--source")
    expectFailure(try Tool.run("verify", target, "--source", Tool.lenet), 2, "--replay")
  }
}

@Suite("Comparing layer by layer") struct LayerComparisonTests {
  let folder = TemporaryFolder()

  @Test("Layers are ranked by the noise that they add, and putting one back is priced")
  func ranks() throws {
    let small = folder.file("small.bin")
    _ = try Tool.run(
      "prune", "--ratio", "0.9", "--layers", "fc2*", Tool.lenet, "-o", small, "--quiet")
    let result = try Tool.run(
      "compare", Tool.lenet, small, "--random", "8", "--per-layer", "--json")
    let layers = result.json["layers"] as? [[String: Any]] ?? []
    let ranked = layers.filter { $0["rank"] is Int }
    // Only fc2 was touched: it adds most, what comes before it adds nothing.
    #expect(ranked.first { $0["rank"] as? Int == 1 }?["name"] as? String == "/fc2/Gemm")
    #expect(layers.first { $0["name"] as? String == "/fc1/Gemm" }?["rank"] is NSNull)
    for layer in layers { #expect((layer["added_noise"] as? Double ?? -1) >= 0) }

    let back = try Tool.run(
      "compare", Tool.lenet, small, "--random", "8", "--restore", "fc2*", "--json")
    #expect(back.status == 0, "\(back.errors)")
    let restored = back.json["restored"] as? [String: Any] ?? [:]
    let (before, after) = (
      restored["bytes_before"] as? Int ?? 0, restored["bytes_after"] as? Int ?? 0
    )
    #expect(before > 0 && after > before + 50_000)
    let earlier = (restored["outputs_before"] as? [[String: Any]])?.first
    let later = (back.json["outputs"] as? [[String: Any]])?.first
    #expect((earlier?["max_abs"] as? Double ?? 0) > 0 && later?["max_abs"] as? Double == 0)
    #expect(
      try Tool.run("compare", Tool.lenet, small, "--random", "1", "--restore", "fc2*").output
        .contains("put back: +"))
  }
}
