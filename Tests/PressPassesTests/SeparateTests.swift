import PressEngine
import PressFile
import PressFormats
import PressGraph
import PressLinearAlgebra
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Separate") struct SeparateTests {
  static let (outputs, inputs, window) = (12, 5, 9)

  static func network(
    _ kernel: [Float]? = nil, _ attributes: [Attribute] = [Attribute("pads", .ints([1, 1, 1, 1]))]
  ) throws -> LayerNetwork {
    var network = LayerNetwork()
    network.input("x", [0, inputs, 8, 8])
    try network.constant(
      "k", [outputs, inputs, 3, 3],
      kernel ?? LayerNetwork.random(outputs * inputs * window, seed: 1))
    try network.random("b", [outputs], seed: 2)
    network.node("Conv", ["x", "k", "b"], "y", attributes)
    network.outputs("y")
    return network
  }

  /// A kernel whose slices have a rank, (outputs, inputs, window).
  static func kernel(rank: Int) -> [Float] {
    let slices = (0..<inputs).map {
      FactorizeTests.matrix(outputs, window, rank: rank, seed: UInt64(100 + 2 * $0))
    }
    return (0..<outputs).flatMap { output in
      slices.flatMap { $0[(output * window)..<((output + 1) * window)] }
    }
  }

  @Test("A kernel that is such a pair is computed by it, whatever strides, dilations and padding")
  func exact() throws {
    let settings: [[Attribute]] = [
      [], [Attribute("strides", .ints([2, 1])), Attribute("pads", .ints([1, 0, 2, 1]))],
      [
        Attribute("dilations", .ints([1, 2])), Attribute("auto_pad", .string(Array("VALID".utf8))),
      ],
    ]
    for attributes in settings {
      for rank in [1, 3] {
        let network = try Self.network(Self.kernel(rank: rank), attributes)
        let result = try Separate(energy: 0.999_999).apply(to: network.model, PassContext())
        #expect(result.layers[0].reason.hasPrefix("\(rank) depthwise"))
        #expect(result.model.types == ["Conv", "Conv"])
        let channels = Self.inputs * rank
        #expect(
          result.model.weights.map(\.shape.dimensions)
            == [[Self.outputs], [channels, 1, 3, 3], [Self.outputs, channels, 1, 1]])
        #expect(try result.model.distance(from: network.model) < 1e-5)
      }
    }
  }

  @Test("Each channel's pair is the closest: the error is that of the dropped singular values")
  func error() throws {
    let network = try Self.network()
    let kernel = try network.model.floats("k")
    var kept = [Double](repeating: 0, count: Self.window)
    for input in 0..<Self.inputs {
      let slice = (0..<(Self.outputs * Self.window)).map { place in
        Double(kernel[(place / 9 * Self.inputs + input) * 9 + place % 9])
      }
      let whole = try SingularValueDecomposition(slice, rows: Self.outputs, columns: 9)
      for (k, value) in whole.values.enumerated() { kept[k] += value * value }
    }
    let total = kept.reduce(0, +)
    for (energy, filters) in [(0.0, 1), (0.4, 2), (0.9, 5)] {
      let result = try Separate(energy: energy).apply(to: network.model, PassContext())
      let expected = (kept.dropFirst(filters).reduce(0, +) / total).squareRoot()
      #expect(
        result.layers[0].reason.hasPrefix("\(filters) depthwise"), "\(result.layers[0].reason)")
      let depthwise = try result.model.floats("k.depthwise")
      let pointwise = try result.model.floats("k.pointwise")
      var left = 0.0
      for (place, element) in kernel.enumerated() {
        let (position, input) = (place % 9, place / 9 % Self.inputs)
        let output = place / 9 / Self.inputs
        let pair = (0..<filters).reduce(Float(0)) { sum, k in
          let channel = input * filters + k
          return sum + depthwise[channel * 9 + position]
            * pointwise[output * Self.inputs * filters + channel]
        }
        left += Double(element - pair) * Double(element - pair)
      }
      #expect(abs((left / total).squareRoot() - expected) < 1e-5)
      let told = result.layers[0].reason.split(separator: " ").last.flatMap { Double($0) }
      #expect(abs((told ?? -1) - expected) < 1e-5)
      // d * (k*k*I + I*O) parameters.
      #expect(depthwise.count + pointwise.count == filters * Self.inputs * (9 + Self.outputs))
    }
    // 1.0 would take nine filters, 945 parameters of 540: five are the most that are fewer.
    let most = try Separate(energy: 1).apply(to: network.model, PassContext())
    #expect(most.layers[0].reason.hasPrefix("5 depthwise"))
  }

  /// Writes an array as `x_train` and returns the path of the file.
  static func examples(_ folder: TemporaryFolder, _ tensor: Tensor) throws -> String {
    let path = folder.file("train.npz")
    var writer = NpzWriter(try AtomicFile(path: path, mayReplace: false))
    try writer.add(tensor, named: "x_train")
    try writer.commit()
    return path
  }

  @Test("On inputs in which channels go together the fit is exact where the closest pair is not")
  func calibrated() throws {
    // Every channel holds the same constant image, so that 1x1 weights can make any output of it.
    let network = try Self.network(nil, [])
    let folder = TemporaryFolder()
    let images = (0..<20).flatMap { image in
      [Float](repeating: Float(image) / 10 - 1, count: Self.inputs * 64)
    }
    let path = try Self.examples(folder, try Tensor(images, shape: Shape([20, Self.inputs, 8, 8])))
    let pass = Separate(energy: 0, calibrate: path)
    let results = try [1, 2].map { try pass.apply(to: network.model, PassContext(threads: $0)) }
    let text = results[0].layers[0].reason
    let numbers = text.split(whereSeparator: { $0 == " " || $0 == "," }).compactMap { Double($0) }
    let (before, after) = (numbers[numbers.count - 2], numbers[numbers.count - 1])
    #expect(before > 0.05 && after < 1e-3, "\(text)")
    for (a, b) in zip(results[0].model.weights, results[1].model.weights) {
      #expect(try a.decoded().copied() == b.decoded().copied(), "threads change \(a.name)")
    }
    // The depthwise half is the closest pair's, the pointwise one is not.
    let plain = try Separate(energy: 0).apply(to: network.model, PassContext()).model
    #expect(try results[0].model.floats("k.depthwise") == plain.floats("k.depthwise"))
    #expect(try results[0].model.floats("k.pointwise") != plain.floats("k.pointwise"))
  }

  @Test("A fit on random inputs is the least-squares solution: no other pointwise half is better")
  func leastSquares() throws {
    let network = try Self.network(nil, [])
    let folder = TemporaryFolder()
    let images = LayerNetwork.random(20 * Self.inputs * 64, seed: 8)
    let path = try Self.examples(folder, try Tensor(images, shape: Shape([20, Self.inputs, 8, 8])))
    let result = try Separate(energy: 0, calibrate: path)
      .apply(to: network.model, PassContext()).model
    func squares(_ model: Model) throws -> Double {
      let (a, b) = (try model.run(on: images), try network.model.run(on: images))
      return zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    }
    let best = try squares(result)
    let plain = try Separate(energy: 0).apply(to: network.model, PassContext()).model
    #expect(try squares(plain) > best)
    for place in [0, 17, 41] {
      for step in [Float(-0.02), 0.02] {
        var moved = result
        var elements = try result.floats("k.pointwise")
        elements[place] += step
        guard let index = moved.weights.firstIndex(where: { $0.name == "k.pointwise" }) else {
          return #expect(Bool(false), "no pointwise half")
        }
        let old = moved.weights[index]
        moved.weights[index] = try Weight(
          id: old.id, name: old.name, elementType: .float32, shape: old.shape,
          dense: ElementType.float32.elements(of: elements))
        #expect(try squares(moved) > best)
      }
    }
  }

  @Test("What can't be separated is declined, with the reason")
  func refused() throws {
    func reason(_ shape: [Int], _ attributes: [Attribute] = []) throws -> String {
      var network = LayerNetwork()
      network.input("x", [0, 8, 9, 9])
      try network.random("k", shape, seed: 1)
      network.node("Conv", ["x", "k"], "y", attributes)
      network.outputs("y")
      return try declined(Separate(), network) ?? "changed"
    }
    #expect(try reason([8, 8, 1, 1]).contains("pointwise already"))
    #expect(try reason([8, 1, 3, 3], [Attribute("group", .int(8))]).contains("8 groups"))
    #expect(try reason([1, 8, 3, 3]) == "a pair takes 80 parameters instead of 72")
    #expect(
      try declined(Separate(), try FactorizeRefusalTests.product())?.contains("MatMul") == true)
    var bad = LayerNetwork.random(540, seed: 1)
    bad[3] = .infinity
    #expect(try declined(Separate(), try Self.network(bad))?.contains("infinity") == true)
    let zeros = try Self.network([Float](repeating: 0, count: 540))
    let result = try Separate().apply(to: zeros.model, PassContext())
    #expect(result.layers[0].reason.hasSuffix("relative error 0.0"))
    for energy in [-0.5, 1.5, .nan] {
      #expect(throws: PassError.self) { try Separate(energy: energy).check() }
    }
    #expect(throws: PassError.self) {
      try Separate(overrides: [Override(layers: ["k"], rank: 2)]).check()
    }
  }

  @Test("Calibration data that is missing or of another shape is an error that names the file")
  func badData() throws {
    let folder = TemporaryFolder()
    let model = try Self.network().model
    #expect(throws: CalibrationError.self) {
      try Separate(calibrate: folder.file("none.npz")).apply(to: model, PassContext())
    }
    let path = try Self.examples(
      folder, try Tensor([Float](repeating: 0, count: 128), shape: Shape([1, 2, 8, 8])))
    let error = #expect(throws: CalibrationError.self) {
      try Separate(calibrate: path).apply(to: model, PassContext())
    }
    #expect(error?.description.contains("train.npz") == true)
    #expect(error?.description.contains("5x8x8") == true, "\(error?.description ?? "")")
    // Relative paths start at the recipe's folder.
    var context = PassContext()
    context.folder = folder.path
    #expect(throws: CalibrationError.self) {
      try Separate(calibrate: "train.npz").apply(to: model, context)
    }
  }
}

extension Model {
  /// The output `y` for images of the separated layer.
  fileprivate func run(on images: [Float]) throws -> [Float] {
    var engine = Engine(try Plan(self))
    let shape = try Shape([20, SeparateTests.inputs, 8, 8])
    return try engine.run(["x": try Tensor(images, shape: shape)])["y"]?.floats() ?? []
  }
}
