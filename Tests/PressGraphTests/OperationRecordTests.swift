import PressGraph
import PressTensor
import Testing

@Suite("Records become typed operations and records again")
struct OperationRecordTests {
  /// One record that its operator's specification allows, with the attributes that must come back.
  private func expectKept(
    _ type: String, _ opset: Int, _ attributes: [Attribute] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let record = OperationRecord(type: type, attributes: attributes)
    let operation = Operation(record, opset: opset)
    if case .opaque = operation {
      Issue.record("\(type) of opset \(opset) stays opaque", sourceLocation: sourceLocation)
    }
    #expect(operation.type == type, sourceLocation: sourceLocation)
    #expect(
      operation.record(opset: opset)?.attributes == attributes, sourceLocation: sourceLocation)
    #expect(operation.means(theSameIn: opset), sourceLocation: sourceLocation)
  }

  private func expectOpaque(
    _ type: String, _ opset: Int, _ attributes: [Attribute] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let record = OperationRecord(type: type, attributes: attributes)
    #expect(
      Operation(record, opset: opset) == .opaque(record), sourceLocation: sourceLocation)
    #expect(
      Operation(record, opset: opset).record(opset: opset) == record,
      sourceLocation: sourceLocation)
  }

  private func word(_ name: String, _ value: String) -> Attribute {
    Attribute(name, .string(Array(value.utf8)))
  }

  @Test("operators without attributes are typed by their name")
  func withoutAttributes() {
    let types =
      UnaryFunction.allCases.map(\.rawValue) + BinaryFunction.allCases.map(\.rawValue)
      + VariadicFunction.allCases.map(\.rawValue) + GlobalPool.allCases.map(\.rawValue)
      + ["MatMul", "Where", "Expand", "Tile", "Size", "DynamicQuantizeLinear"]
    for type in types {
      expectKept(type, 28)
      expectOpaque(type, 28, [Attribute("consumed_inputs", .ints([0]))])
    }
  }

  @Test("attributes that differ from the defaults come back in the order of the specification")
  func attributesComeBack() {
    expectKept("Conv", 13, [Attribute("group", .int(2)), Attribute("pads", .ints([1, 1, 1, 1]))])
    expectKept(
      "ConvTranspose", 11,
      [Attribute("output_padding", .ints([1, 1])), Attribute("strides", .ints([2, 2]))])
    expectKept("MaxPool", 12, [Attribute("kernel_shape", .ints([2, 2]))])
    expectKept(
      "AveragePool", 19,
      [
        Attribute("count_include_pad", .int(1)), Attribute("dilations", .ints([2])),
        Attribute("kernel_shape", .ints([2])),
      ])
    expectKept("HardSigmoid", 12, [Attribute("alpha", .float(1.0 / 6))])
    expectKept("Gelu", 20, [word("approximate", "tanh")])
    expectKept("Cast", 13, [Attribute("to", .int(1))])
    expectKept("Concat", 13, [Attribute("axis", .int(0))])
    expectKept("LRN", 9, [Attribute("alpha", .float(2e-4)), Attribute("size", .int(5))])
    expectKept("GroupNormalization", 21, [Attribute("num_groups", .int(2))])
    expectKept("ConstantOfShape", 9, [Attribute("value", .tensor(WeightID(4)))])
    expectKept(
      "LSTM", 14,
      [
        Attribute("activations", .strings([Array("Sigmoid".utf8), Array("Tanh".utf8)])),
        word("direction", "bidirectional"), Attribute("hidden_size", .int(3)),
        Attribute("layout", .int(1)),
      ])
    expectKept("GRU", 7, [Attribute("linear_before_reset", .int(1))])
  }

  @Test("attributes equal to the defaults are left out")
  func defaultsAreLeftOut() throws {
    let record = OperationRecord(
      type: "Gemm", attributes: [Attribute("alpha", .float(1)), Attribute("transB", .int(1))])
    let written = try #require(Operation(record, opset: 13).record(opset: 13))
    #expect(written.attributes == [Attribute("transB", .int(1))])
  }

  @Test(
    "axes are an attribute before the version that makes them an input",
    arguments: [
      ("Squeeze", 13), ("Unsqueeze", 13), ("ReduceSum", 13), ("ReduceMean", 18), ("ReduceMax", 18),
    ])
  func axesByVersion(type: String, first: Int) {
    let axes = [Attribute("axes", .ints([1]))]
    expectKept(type, first - 1, axes)
    expectOpaque(type, first, axes)
    expectKept(type, first)
  }

  @Test("attributes belong to the versions that have them")
  func attributesByVersion() {
    let bounds = [Attribute("max", .float(6)), Attribute("min", .float(0))]
    expectKept("Clip", 6, bounds)
    expectOpaque("Clip", 11, bounds)
    expectKept("Clip", 11)
    expectKept("Slice", 9, [Attribute("ends", .ints([2])), Attribute("starts", .ints([0]))])
    expectOpaque("Slice", 10, [Attribute("ends", .ints([2])), Attribute("starts", .ints([0]))])
    expectOpaque("Slice", 9)
    expectKept("Dropout", 11, [Attribute("ratio", .float(0.25))])
    expectOpaque("Dropout", 12, [Attribute("ratio", .float(0.25))])
    expectKept("Dropout", 12, [Attribute("seed", .int(0))])
    expectKept("BatchNormalization", 8, [Attribute("spatial", .int(0))])
    expectOpaque("BatchNormalization", 9, [Attribute("spatial", .int(0))])
    expectOpaque("BatchNormalization", 9, [Attribute("training_mode", .int(1))])
    expectKept("BatchNormalization", 14, [Attribute("training_mode", .int(1))])
    expectOpaque("BatchNormalization", 6)
    expectKept("Split", 11, [Attribute("split", .ints([1, 2]))])
    expectOpaque("Split", 13, [Attribute("split", .ints([1, 2]))])
    expectKept("Split", 18, [Attribute("num_outputs", .int(2))])
    expectKept("Pad", 2, [word("mode", "edge"), Attribute("pads", .ints([0, 1]))])
    expectKept("Pad", 11, [word("mode", "reflect")])
    expectKept("Shape", 15, [Attribute("end", .int(-1)), Attribute("start", .int(1))])
    expectOpaque("Shape", 13, [Attribute("start", .int(1))])
    expectKept("Reshape", 14, [Attribute("allowzero", .int(1))])
    expectOpaque("Reshape", 13, [Attribute("allowzero", .int(1))])
    expectOpaque(
      "MaxPool", 9, [Attribute("ceil_mode", .int(1)), Attribute("kernel_shape", .ints([2]))])
  }

  @Test("attributes belong to the operators of a family that have them")
  func attributesByKind() {
    expectOpaque("LeakyRelu", 16, [Attribute("beta", .float(1))])
    expectOpaque("Gelu", 20, [Attribute("alpha", .float(1))])
    expectOpaque(
      "MaxPool", 19,
      [Attribute("count_include_pad", .int(1)), Attribute("kernel_shape", .ints([2]))])
    expectOpaque("RNN", 14, [Attribute("linear_before_reset", .int(1))])
    expectOpaque("GRU", 14, [Attribute("input_forget", .int(1))])
  }

  @Test("Softmax sums the trailing axes together before version 13")
  func softmaxByVersion() {
    let old = Operation(OperationRecord(type: "Softmax"), opset: 12)
    let new = Operation(OperationRecord(type: "Softmax"), opset: 13)
    guard case .softmax(let before) = old, case .softmax(let since) = new else {
      Issue.record("Softmax stays opaque")
      return
    }
    #expect(before.axis == 1 && before.joinsTrailingAxes)
    #expect(since.axis == -1 && !since.joinsTrailingAxes)
    #expect(!old.means(theSameIn: 13))
    #expect(old.means(theSameIn: 9))
    #expect(new.means(theSameIn: 28))
  }

  @Test("a version that changed what an operator means shows in a property")
  func meaningsByVersion() {
    func read(_ type: String, _ opset: Int, _ attributes: [Attribute] = []) -> Operation {
      Operation(OperationRecord(type: type, attributes: attributes), opset: opset)
    }
    guard case .oneHot(let early) = read("OneHot", 10), case .oneHot(let late) = read("OneHot", 11),
      case .resize(let first) = read("Resize", 10), case .resize(let second) = read("Resize", 11)
    else {
      Issue.record("OneHot or Resize stays opaque")
      return
    }
    #expect(!early.takesNegativeIndices && late.takesNegativeIndices)
    #expect(first.takesOnlyScales && first.coordinates == .asymmetric)
    #expect(!second.takesOnlyScales && second.coordinates == .halfPixel)
    let groups = [Attribute("num_groups", .int(2))]
    for (type, attributes, old, new) in [
      ("OneHot", [], 10, 11), ("Resize", [], 10, 11), ("GroupNormalization", groups, 20, 21),
      ("TopK", [], 10, 9),
    ] {
      #expect(!read(type, old, attributes).means(theSameIn: new), "\(type)")
    }
    #expect(read("TopK", 10).means(theSameIn: 28))
    #expect(!read("Pad", 19, [word("mode", "wrap")]).means(theSameIn: 18))
  }

  @Test("words belong to the versions that have them")
  func wordsByVersion() {
    for (type, attribute, first) in [
      ("Pad", word("mode", "wrap"), 19), ("Resize", word("mode", "cubic"), 11),
      ("Resize", word("coordinate_transformation_mode", "half_pixel_symmetric"), 19),
      ("ScatterElements", word("reduction", "max"), 18),
      ("ScatterND", word("reduction", "min"), 18),
    ] {
      expectOpaque(type, first - 1, [attribute])
      expectKept(type, first, [attribute])
    }
    expectKept("Resize", 13, [word("coordinate_transformation_mode", "tf_half_pixel_for_nn")])
  }

  @Test("malformed, doubled, missing and unknown attributes keep a record opaque")
  func malformedStaysOpaque() {
    expectOpaque("Conv", 13, [Attribute("group", .float(1))])
    expectOpaque("Conv", 13, [Attribute("group", .int(1)), Attribute("group", .int(1))])
    expectOpaque("Conv", 13, [Attribute("grouping", .int(1))])
    expectOpaque("Conv", 13, [word("auto_pad", "SAME")])
    expectOpaque("Conv", 13, [Attribute("group", .reference("g", .int))])
    expectOpaque("Gemm", 13, [Attribute("transB", .int(2))])
    expectOpaque("Cast", 13)
    expectOpaque("Cast", 13, [Attribute("to", .int(99))])
    expectOpaque("Cast", 13, [Attribute("to", .int(-1))])
    expectOpaque("Concat", 13)
    expectOpaque("LSTM", 14, [Attribute("activations", .strings([[0xFF]]))])
    expectOpaque("QuantizeLinear", 21, [Attribute("output_dtype", .int(99))])
    expectOpaque("DepthToSpace", 13, [word("mode", "RDC"), Attribute("blocksize", .int(2))])
    expectOpaque("FancyOp", 13, [Attribute("axis", .int(0))])
  }

  @Test("in every version, writing a typed operation and reading it again changes nothing")
  func everyVersion() throws {
    let candidates: [(String, [Attribute])] = [
      ("Conv", [Attribute("strides", .ints([2, 1]))]),
      ("MaxPool", [Attribute("kernel_shape", .ints([2])), Attribute("ceil_mode", .int(1))]),
      ("Softmax", [Attribute("axis", .int(1))]), ("LogSoftmax", []), ("Clip", []),
      ("Clip", [Attribute("min", .float(0))]), ("ReduceSum", [Attribute("axes", .ints([0]))]),
      ("ReduceMean", [Attribute("keepdims", .int(0))]), ("Dropout", []), ("Split", []),
      ("Cast", [Attribute("to", .int(16))]), ("Gelu", []), ("LayerNormalization", []),
      ("GroupNormalization", [Attribute("num_groups", .int(4))]),
      ("BatchNormalization", [Attribute("epsilon", .float(0.5))]),
      ("Pad", [Attribute("pads", .ints([0, 1]))]), ("Slice", []), ("Unsqueeze", []),
      ("LSTM", [Attribute("input_forget", .int(1)), Attribute("clip", .float(3))]),
    ]
    var typed = 0
    for opset in 7...28 {
      for (type, attributes) in candidates {
        let record = OperationRecord(type: type, attributes: attributes)
        let operation = Operation(record, opset: opset)
        let written = try #require(operation.record(opset: opset))
        #expect(Operation(written, opset: opset) == operation, "\(type) of opset \(opset)")
        if case .opaque = operation {
          #expect(written == record)
        } else {
          typed += 1
          #expect(written.attributes.allSatisfy(attributes.contains), "\(type) of opset \(opset)")
        }
      }
    }
    #expect(typed == 320)
  }

  @Test("ONNX's own operators have two names for their domain")
  func ownDomain() {
    let model = Model(
      graph: nil, weights: [],
      metadata: ModelMetadata(opsets: [
        Opset(domain: "other", version: 3), Opset(domain: "ai.onnx", version: 17),
      ]))
    #expect(model.opset() == 17 && model.opset(of: "ai.onnx") == 17)
    #expect(model.opset(of: "other") == 3 && model.opset(of: "absent") == 1)
    let record = OperationRecord(domain: "ai.onnx", type: "Relu")
    #expect(Operation(record, opset: 17) == .unary(.relu))
  }

  @Test("other domains and overloads stay opaque")
  func otherDomains() {
    for record in [
      OperationRecord(domain: "com.microsoft", type: "Gelu"),
      OperationRecord(type: "Relu", overload: "v2"),
    ] {
      #expect(Operation(record, opset: 20) == .opaque(record))
    }
  }
}
