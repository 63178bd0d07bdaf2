import Press
import PressTestSupport
import Testing

/// Where the larger data is, if anywhere.
enum LargerData {
  static let folder = Process.environment("PRESS_DATA")
}

/// Real networks and outputs of ONNX Runtime, from the folder that PRESS_DATA names.
@Suite(
  "Larger data",
  .enabled(if: LargerData.folder != nil, "set PRESS_DATA to the folder with models/ and more"))
struct LargerDataTests {
  /// Networks that a debug build handles in seconds.
  static let networks = [
    "models/lenet-300-100_mnist", "models/lenet5-caffe_mnist", "models/vgg-small_fashion",
    "models/resnet8-bn_fashion", "models/magika_standard_v3_3", "models/ppocrv4_rec",
    "onnx-light/light_bvlc_alexnet", "onnx-light/light_inception_v1", "onnx-light/light_resnet50",
    "onnx-light/light_squeezenet", "onnx-light/light_vgg19", "onnx-light/light_zfnet512",
  ]

  static func path(_ name: String) -> String { (LargerData.folder ?? "") + "/" + name + ".onnx" }

  @Test("A network goes into a container and comes back with every tensor", arguments: networks)
  func roundTrip(name: String) throws {
    let folder = TemporaryFolder()
    let source = try ModelFile(path: Self.path(name))
    try source.model.validate()
    try source.model.write(to: folder.file("a.bin"))
    let file = try ModelFile(path: folder.file("a.bin"))
    try file.container?.verify()
    #expect(file.byteCount <= source.byteCount + 1024)
    #expect(file.model.graph == source.model.graph)
    #expect(file.model.metadata == source.model.metadata)
    for (was, weight) in zip(source.model.weights, file.model.weights) {
      #expect(weight.id == was.id && weight.shape == was.shape && weight.name == was.name)
      guard was.shape.count < 1 << 22 else { continue }
      #expect(try weight.decoded().copied() == was.decoded().copied(), "\(was.name)")
    }
    try file.model.write(to: folder.file("a.onnx"))
    let back = try Model(contentsOf: folder.file("a.onnx"))
    #expect(back.weights.map(\.name) == source.model.weights.map(\.name))
    #expect(back.graph?.nodes == source.model.graph?.nodes)
  }

  @Test(
    "The engine gives what ONNX Runtime gives",
    arguments: ["lenet-300-100_mnist", "lenet5-caffe_mnist", "vgg-small_fashion"])
  func reference(name: String) throws {
    let model = try Model(contentsOf: Self.path("models/" + name))
    let file = try NpzFile(path: (LargerData.folder ?? "") + "/reference/" + name + ".npz")
    guard let graph = model.graph else { return }
    let inputs = try InputArrays.read(file, for: graph)
    var engine = Engine(try Plan(model), threads: 2)
    for (output, tensor) in try engine.run(inputs) {
      let expected = try file.tensor("out." + output).floats()
      let found = try tensor.floats()
      #expect(found.count == expected.count)
      let range = (expected.max() ?? 0) - (expected.min() ?? 0)
      for (a, b) in zip(expected, found) { #expect(abs(a - b) <= 1e-4 * range) }
    }
  }
}
