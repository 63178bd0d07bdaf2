import Foundation
import Testing

@Suite("Timing a network") struct BenchTests {
  @Test("The object has the keys that scripts read, and numbers that fit together")
  func json() throws {
    let result = try Tool.run(
      "bench", Tool.lenet, "--runs", "7", "--batch", "3", "--threads", "2", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let report = result.json
    #expect(
      Set(report.keys) == [
        "threads", "batch", "runs", "median_ms", "p10_ms", "p90_ms", "load_ms", "peak_rss_bytes",
        "weights_bytes", "layers",
      ])
    #expect(report["threads"] as? Int == 2 && report["batch"] as? Int == 3)
    #expect(report["runs"] as? Int == 7)
    let (low, middle, high) = (
      report["p10_ms"] as? Double ?? 0, report["median_ms"] as? Double ?? 0,
      report["p90_ms"] as? Double ?? 0
    )
    #expect(0 < low && low <= middle && middle <= high)
    #expect((report["load_ms"] as? Double ?? 0) > 0)
    #expect((report["peak_rss_bytes"] as? Int ?? 0) > 1 << 20)
    let layers = report["layers"] as? [[String: Any]] ?? []
    let keys = [
      "name", "op", "kernel", "reason", "median_ms", "macs", "nonzero_macs", "weight_bytes",
    ]
    for layer in layers { #expect(Set(layer.keys) == Set(keys)) }
    let bytes = layers.compactMap { $0["weight_bytes"] as? Int }
    #expect(report["weights_bytes"] as? Int == bytes.reduce(0, +))
    // Three fully connected layers on three examples.
    let macs = layers.compactMap { $0["macs"] as? Int }
    #expect(macs.reduce(0, +) == 3 * 266_200)
    let nonzero = layers.compactMap { $0["nonzero_macs"] as? Int }
    #expect(nonzero.reduce(0, +) <= 3 * 266_200 && nonzero.reduce(0, +) > 0)
  }

  @Test("People get a table that names every kernel")
  func table() throws {
    let result = try Tool.run("bench", Tool.lenet, "--runs", "2", "--prefer", "memory")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for word in ["median", "kernel", "Gemm", "peak memory"] {
      #expect(result.output.contains(word), "\(result.output)")
    }
  }

  @Test("Runs on given arrays, whose shapes are the batch")
  func inputs() throws {
    let path = Tool.root.path + "/Fixtures/arrays/input.npz"
    let result = try Tool.run("bench", Tool.lenet, "--inputs", path, "--runs", "1", "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["batch"] as? Int == 2)
  }

  @Test("What can't be is said before anything runs")
  func failures() throws {
    expectFailure(try Tool.run("bench", Tool.lenet, "--runs", "0"), 2, "--runs", "found 0")
    expectFailure(try Tool.run("bench", Tool.lenet, "--batch", "0"), 2, "--batch", "found 0")
    expectFailure(try Tool.run("bench", Tool.lenet, "--shape", "x=1,2"), 2, "'x'")
    expectFailure(
      try Tool.run("bench", Tool.lenet, "--shape", "input=2,1,28,28", "--batch", "3"), 2, "--batch")
    expectFailure(
      try Tool.run("bench", Tool.lenet, "--inputs", "a.npz", "--batch", "3"), 2, "--inputs")
    expectFailure(try Tool.run("bench", "/nowhere.onnx"), 3, "/nowhere.onnx")
    expectFailure(try Tool.run("bench", Tool.lenet, "--shape", "input=1,1,5,5"), 3, "input")
  }
}
