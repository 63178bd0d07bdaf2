import Foundation
import PressTestSupport
import Testing

@Suite("The main job") struct PipelineTests {
  let folder = TemporaryFolder()

  @Test("Prune, encode, inspect, verify: every byte is accounted for")
  func pipeline() throws {
    let (pruned, coded) = (folder.file("pruned.bin"), folder.file("coded.bin"))
    let prune = try Tool.run("prune", "--ratio", "0.9", Tool.lenet, "-o", pruned, "--json")
    #expect(prune.status == 0, "\(prune.errors)")
    let after = prune.json["after"] as? [String: Any]
    // floor(0.9 * 266 200) of the weights are 0; 410 biases stay.
    #expect(after?["nonzeros"] as? Int == 266_200 - 239_580 + 410)
    #expect(after?["accuracy"] is NSNull)
    #expect((prune.json["layers"] as? [[String: Any]])?.count == 3)
    #expect(try Tool.run("encode", pruned, "-o", coded).status == 0)
    let report = try Tool.run("inspect", coded, "--json").json
    let size = try FileManager.default.attributesOfItem(atPath: coded)[.size] as? Int
    let ledger = report["ledger"] as? [[String: Any]] ?? []
    #expect(ledger.compactMap { $0["bytes"] as? Int }.reduce(0, +) == size)
    #expect(report["bytes"] as? Int == size)
    let overhead = ledger.filter {
      !["support", "values", "codebook", "code table"].contains($0["stream"] as? String ?? "")
    }
    #expect(overhead.compactMap { $0["bytes"] as? Int }.reduce(0, +) <= 1536)
    #expect(
      (report["history"] as? [[String: Any]])?.map { $0["pass"] as? String } == ["prune", "encode"])
    #expect(report["dense_bytes"] as? Int == 1_066_440)
    let verified = try Tool.run("verify", coded, "--json").json
    #expect(verified["ok"] as? Bool == true && verified["sections"] as? Int == 5)
  }

  @Test("Coding changes no result: the same accuracy and the same outputs")
  func lossless() throws {
    let (pruned, coded) = (folder.file("pruned.bin"), folder.file("coded.bin"))
    _ = try Tool.run("prune", "--ratio", "0.7", Tool.lenet, "-o", pruned, "--quiet")
    _ = try Tool.run("encode", pruned, "-o", coded, "--quiet")
    let plain = try Tool.run("evaluate", pruned, "--data", Tool.images, "--limit", "500", "--json")
    let small = try Tool.run("evaluate", coded, "--data", Tool.images, "--limit", "500", "--json")
    #expect(plain.json["examples"] as? Int == 500)
    #expect(plain.json["accuracy"] as? Double == small.json["accuracy"] as? Double)
    #expect(plain.json["loss"] as? Double == small.json["loss"] as? Double)
    let compared = try Tool.run("compare", pruned, coded, "--random", "4", "--per-layer", "--json")
    let rows =
      (compared.json["outputs"] as? [[String: Any]] ?? [])
      + (compared.json["layers"] as? [[String: Any]] ?? [])
    #expect(rows.count == 7)
    for row in rows { #expect(row["max_abs"] as? Double == 0 && row["snr_db"] is NSNull) }
  }

  @Test("Restoring every layer from the reference brings its outputs back")
  func restore() throws {
    let pruned = folder.file("pruned.bin")
    _ = try Tool.run("prune", "--ratio", "0.95", Tool.lenet, "-o", pruned, "--quiet")
    let moved = try Tool.run("compare", Tool.lenet, pruned, "--random", "2", "--json")
    let first = (moved.json["outputs"] as? [[String: Any]])?.first
    #expect((first?["max_abs"] as? Double ?? 0) > 0.1)
    let back = try Tool.run(
      "compare", Tool.lenet, pruned, "--random", "2", "--json", "--restore", "/fc1/Gemm",
      "--restore", "fc2*", "--restore", "re:fc3")
    let second = (back.json["outputs"] as? [[String: Any]])?.first
    #expect(second?["max_abs"] as? Double == 0, "\(back.errors)")
  }

  @Test("A round trip through the container leaves the network as it was")
  func roundTrip() throws {
    let (container, network) = (folder.file("a.bin"), folder.file("a.onnx"))
    #expect(try Tool.run("convert", Tool.lenet, "-o", container).status == 0)
    #expect(try Tool.run("convert", container, "-o", network).status == 0)
    let compared = try Tool.run("compare", Tool.lenet, network, "--random", "3", "--json")
    let row = (compared.json["outputs"] as? [[String: Any]])?.first
    #expect(row?["max_abs"] as? Double == 0)
    let arrays = folder.file("a.npz")
    #expect(try Tool.run("convert", container, "-o", arrays).status == 0)
    let tensors = folder.file("a.safetensors")
    #expect(try Tool.run("convert", container, "-o", tensors).status == 0)
    let report = try Tool.run("inspect", tensors, "--json").json
    #expect(report["format"] as? String == "safetensors")
    #expect(report["parameters"] as? Int == 266_610)
    expectFailure(
      try Tool.run("convert", tensors, "-o", folder.file("b.onnx")), 3, "graph")
  }

  @Test("The same command gives the same bytes, whatever the threads")
  func deterministic() throws {
    var files: [Data] = []
    for (index, threads) in ["1", "2", "1"].enumerated() {
      let (pruned, coded) = (folder.file("p\(index).bin"), folder.file("c\(index).bin"))
      _ = try Tool.run(
        "prune", "--ratio", "0.8", Tool.lenet, "-o", pruned, "--threads", threads, "--quiet")
      _ = try Tool.run("encode", pruned, "-o", coded, "--threads", threads, "--quiet")
      files.append(try Data(contentsOf: URL(fileURLWithPath: coded)))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
  }

  @Test("Standard streams serve as files")
  func streams() throws {
    let input = try Data(contentsOf: URL(fileURLWithPath: Tool.lenet))
    let result = try Tool.run("convert", "-", "-o", "-", input: input)
    #expect(result.status == 0, "\(result.errors)")
    let report = try Tool.run("inspect", "-", "--json", input: result.bytes).json
    #expect(report["format"] as? String == "container")
    #expect(report["bytes"] as? Int == result.bytes.count)
  }

  @Test("A dry run predicts the size and writes nothing")
  func dryRun() throws {
    let target = folder.file("a.bin")
    let dry = try Tool.run(
      "prune", "--ratio", "0.5", Tool.lenet, "-o", target, "--dry-run", "--json")
    #expect(folder.names.isEmpty)
    let wet = try Tool.run("prune", "--ratio", "0.5", Tool.lenet, "-o", target, "--json")
    let size = (wet.json["after"] as? [String: Any])?["bytes"] as? Int
    #expect(size != nil && dry.json["predicted_bytes"] as? Int == size)
  }

  @Test("Infer writes the outputs under their names")
  func infer() throws {
    let target = folder.file("out.npz")
    let result = try Tool.run(
      "infer", Tool.lenet, "--inputs", Tool.root.path + "/Fixtures/arrays/input.npz", "--outputs",
      target, "--json")
    #expect(result.status == 0, "\(result.errors)")
    let outputs = result.json["outputs"] as? [[String: Any]]
    #expect(outputs?.first?["name"] as? String == "logits")
    #expect(outputs?.first?["shape"] as? [Int] == [2, 10])
    #expect(folder.names == ["out.npz"])
  }
}
