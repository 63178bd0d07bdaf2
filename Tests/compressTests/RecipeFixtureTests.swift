import Foundation
import PressTestSupport
import Testing

@Suite("The recipes in Fixtures/recipes", .serialized) struct RecipeFixtureTests {
  static let recipes = Tool.root.path + "/Fixtures/recipes"
  static let network = Tool.root.path + "/Fixtures/models/lenet-5.onnx"
  static let training = Tool.root.path + "/Fixtures/data/mnist_train10k.npz"
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: recipes)) ?? []).sorted()

  let folder = TemporaryFolder()

  @Test("There is one for each method")
  func methods() throws {
    let texts = try Self.names.map {
      try String(contentsOfFile: "\(Self.recipes)/\($0)", encoding: .utf8)
    }
    for pass in ["prune", "share", "encode", "factorize", "separate", "fold", "densify"] {
      #expect(texts.contains { $0.contains("- \(pass)") }, "\(pass)")
    }
    #expect(Self.names.contains("deep-compression.yaml"))
  }

  @Test(
    "Each runs as forecast, makes LeNet-5 smaller, and replays to the same bytes", arguments: names)
  func runs(_ name: String) throws {
    let (recipe, target) = ("\(Self.recipes)/\(name)", folder.file("model.bin"))
    let dry = try Tool.run("apply", recipe, Self.network, "-o", target, "--dry-run", "--json")
    #expect(dry.status == 0, "\(dry.errors)")
    let result = try Tool.run("apply", recipe, Self.network, "-o", target, "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.names == ["model.bin"])
    let after = (result.json["after"] as? [String: Any])?["bytes"] as? Int ?? 0
    let before = (result.json["before"] as? [String: Any])?["bytes"] as? Int ?? 0
    // Dense again, nothing is coded: the graph alone is smaller than ONNX's.
    #expect(after > 0 && after < before)
    let predicted = dry.json["predicted_bytes"] as? Int ?? 0
    #expect(abs(predicted - after) * 20 <= after)
    let passes = result.json["passes"] as? [[String: Any]] ?? []
    for pass in passes where pass["pass"] as? String != "fold" {
      let layers = pass["layers"] as? [[String: Any]] ?? []
      #expect(layers.contains { $0["status"] as? String == "changed" }, "\(pass)")
    }
    var replay = ["verify", target, "--replay", "--source", Self.network, "--json"]
    if try String(contentsOfFile: recipe, encoding: .utf8).contains("calibrate") {
      replay += ["--data", Self.training]
    }
    let replayed = try Tool.run(Tool.executable, replay)
    #expect(replayed.json["replay"] as? String == "identical", "\(replayed.errors)")
    let evaluated = try Tool.run("evaluate", target, "--data", Tool.images, "--limit", "64")
    #expect(evaluated.status == 0, "\(evaluated.errors)")
  }
}
