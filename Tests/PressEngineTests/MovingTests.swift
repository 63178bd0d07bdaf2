import PressEngine
import PressGraph
import PressTensor
import Testing

/// What a model of one node makes of inputs that the run gives.
func outputs(
  of type: String, _ inputs: [(tensor: Tensor, isConstant: Bool)],
  _ attributes: [Attribute] = [], count: Int = 1
) throws -> [Tensor] {
  var builder = ModelBuilder()
  var given: [String: Tensor] = [:]
  let names = inputs.indices.map { "x\($0)" }
  for (name, input) in zip(names, inputs) {
    let tensor = input.tensor
    if input.isConstant {
      builder.add(
        try Weight(
          id: WeightID(UInt32(builder.weights.count + 1)), name: name,
          elementType: tensor.elementType, shape: tensor.shape, dense: tensor.storage))
    } else {
      builder.input(name, nil, tensor.elementType)
      given[name] = tensor
    }
  }
  let outputs = (0..<count).map { "y\($0)" }
  builder.node(type, names, outputs, attributes)
  for output in outputs { builder.outputs(output) }
  var engine = Engine(try Plan(builder.model), threads: 2)
  let results = try engine.run(given)
  return try outputs.map { try #require(results[$0]) }
}

/// 64-bit integers.
func integers(_ elements: [Int], _ dimensions: [Int]? = nil) throws -> Tensor {
  var bytes: [UInt8] = []
  for element in elements { bytes.appendLittleEndian(Int64(element)) }
  return try Tensor(
    elementType: .int64, shape: try Shape(dimensions ?? [elements.count]),
    storage: Storage(bytes))
}

extension Tensor {
  /// The elements of a tensor of 64-bit integers.
  var integers: [Int] {
    let bytes = storage.copied()
    return stride(from: 0, to: bytes.count, by: 8).map {
      Int(bytes.rawSpan.loadLittleEndian(Int64.self, at: $0))
    }
  }
}

@Suite("Families that move elements")
struct MovingTests {
  /// Elements that all differ, of any type.
  private func counted(_ type: ElementType, _ dimensions: [Int]) throws -> Tensor {
    let shape = try Shape(dimensions)
    let width = try #require(type.byteWidth)
    let bytes = (0..<(shape.count * width)).map { (index: Int) -> UInt8 in
      index % width == 0 ? UInt8(index / width) : UInt8(index % width) &* 7
    }
    return try Tensor(elementType: type, shape: shape, storage: Storage(bytes))
  }

  /// The elements of a counted tensor at places.
  private func picked(_ tensor: Tensor, _ places: [Int]) -> [UInt8] {
    let bytes = tensor.storage.copied()
    let width = bytes.count / tensor.shape.count
    return places.flatMap { bytes[($0 * width)..<(($0 + 1) * width)] }
  }

  @Test(
    "Elements of every fixed width are moved",
    arguments: ElementType.allCases.filter { $0.byteWidth != nil })
  func types(type: ElementType) throws {
    let x = try counted(type, [2, 3])
    func expect(
      _ operation: String, _ others: [Tensor] = [], _ attributes: [Attribute] = [],
      gives places: [Int], location: SourceLocation = #_sourceLocation
    ) throws {
      let inputs = [(x, false)] + others.map { ($0, true) }
      let y = try outputs(of: operation, inputs, attributes)[0]
      #expect(y.elementType == type, sourceLocation: location)
      #expect(y.storage.copied() == picked(x, places), sourceLocation: location)
    }
    try expect("Transpose", gives: [0, 3, 1, 4, 2, 5])
    try expect(
      "Slice", [integers([2]), integers([-9]), integers([1]), integers([-2])],
      gives: [2, 0, 5, 3])
    try expect(
      "Gather", [integers([1, -3])], [Attribute("axis", .int(1))], gives: [1, 0, 4, 3])
    try expect("GatherElements", [integers([1, 0], [1, 2])], gives: [3, 1])
    try expect("GatherND", [integers([1, 2, 0, 1], [2, 2])], gives: [5, 1])
    try expect("Tile", [integers([1, 2])], gives: [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
    try expect("Expand", [integers([2, 1, 3])], gives: [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    try expect(
      "Pad", [integers([0, 2, 0, 1])], [Attribute("mode", .string(Array("reflect".utf8)))],
      gives: [2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4])
    try expect(
      "ScatterND", [integers([0, 0], [1, 2]), counted(type, [1])], gives: [0, 1, 2, 3, 4, 5])
    let joined = try outputs(of: "Concat", [(x, false), (x, false)], [Attribute("axis", .int(1))])
    #expect(joined[0].storage.copied() == picked(x, [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]))
    let parts = try outputs(
      of: "Split", [(x, false), (integers([1, 2]), true)], [Attribute("axis", .int(1))], count: 2)
    #expect(parts.map { $0.storage.copied() } == [picked(x, [0, 3]), picked(x, [1, 2, 4, 5])])
  }

  @Test("A slice takes what Python's takes, whatever its bounds")
  func slices() throws {
    let bounds = [Int.min, -4, -3, -1, 0, 1, 2, 4, .max]
    for size in 0...3 {
      let x = try integers(Array(0..<size))
      for step in [1, 2, .max, -1, -2, .min] {
        for start in bounds {
          for end in bounds {
            let y = try outputs(
              of: "Slice",
              [
                (x, false), (integers([start]), true), (integers([end]), true),
                (integers([0]), true), (integers([step]), true),
              ])[0]
            #expect(
              y.integers == expected(size, start, end, step), "\(size) \(start) \(end) \(step)")
          }
        }
      }
    }
  }

  /// A slice by its definition: bounds are moved into the axis, then steps are counted.
  private func expected(_ size: Int, _ start: Int, _ end: Int, _ step: Int) -> [Int] {
    func clamped(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
      min(max(bound < 0 ? bound + size : bound, range.lowerBound), range.upperBound)
    }
    guard size > 0 else { return [] }
    let isForward = step > 0
    var places: [Int] = []
    var place = clamped(start, isForward ? 0...size : 0...(size - 1))
    let stop = clamped(end, isForward ? 0...size : -1...(size - 1))
    while isForward ? place < stop : place > stop {
      places.append(place)
      let (next, overflow) = place.addingReportingOverflow(step)
      if overflow { break }
      place = next
    }
    return places
  }

  @Test("Indices that only a run knows are taken to be the nearest there are; known ones must fit")
  func outside() throws {
    let x = try tensor([1, 2, 3], [3])
    let wild = try integers([5, -7, Int.min, .max])
    #expect(try outputs(of: "Gather", [(x, false), (wild, false)])[0].floats() == [3, 1, 1, 3])
    #expect(
      try outputs(of: "GatherElements", [(x, false), (wild, false)])[0].floats() == [3, 1, 1, 3])
    let tuples = try integers([9, -9], [2, 1])
    #expect(try outputs(of: "GatherND", [(x, false), (tuples, false)])[0].floats() == [3, 1])
    let updates = (try tensor([10, 20], [2]), false)
    #expect(
      try outputs(of: "ScatterND", [(x, false), (tuples, false), updates])[0].floats() == [
        20, 2, 10,
      ])
    for name in ["Gather", "GatherElements"] {
      #expect(throws: EngineError.self) { try outputs(of: name, [(x, false), (wild, true)]) }
    }
    #expect(throws: EngineError.self) { try outputs(of: "GatherND", [(x, false), (tuples, true)]) }
    let none = (try tensor([], [0]), false)
    #expect(throws: EngineError.self) {
      try outputs(of: "Gather", [none, (try integers([0]), false)])
    }
  }

  @Test("Sizes that nothing could hold are errors")
  func hostileSizes() throws {
    let x = (try tensor([1, 2, 3], [3]), false)
    let huge = Int.max / 8
    func expectError(_ name: String, _ others: [Tensor], _ attributes: [Attribute] = []) {
      #expect(throws: EngineError.self, "\(name) \(others.map(\.integers))") {
        try outputs(of: name, [x] + others.map { ($0, true) }, attributes)
      }
    }
    for pads in [[Int.min, .min], [.max, .max], [huge, 0], [-2, -2], [1]] {
      for mode in ["constant", "edge", "reflect", "wrap"] {
        expectError(
          "Pad", [try integers(pads)], [Attribute("mode", .string(Array(mode.utf8)))])
      }
    }
    for size in [huge, .max, -1] {
      expectError("Expand", [try integers([size, 3])])
      expectError("Tile", [try integers([size])])
      #expect(throws: EngineError.self) {
        try outputs(of: "ConstantOfShape", [(try integers([size]), true)])
      }
    }
    for bounds in [[0, huge, 1], [Int.min, .max, 1], [0, 1, 0], [.max, .min, -1]] {
      let inputs = try bounds.map { (try integers([$0], []), false) }
      #expect(throws: EngineError.self) { try outputs(of: "Range", inputs) }
    }
  }

  @Test("Behind a convolution, channels stay last through joins, cuts, pads and samplings")
  func channelsLast() throws {
    var builder = ModelBuilder()
    builder.input("x", [.known(2), .known(3), .known(4), .known(5)])
    try builder.constant("w", [4, 3, 1, 1], (0..<12).map { Float($0 % 5) - 2 })
    try builder.constant("v", [2, 3, 1, 1], (0..<6).map { Float($0 % 4) - 1 })
    try builder.constant("scales", [4], [1, 1, 2, 1.5])
    try builder.integers("pads", [0, 1, 0, 2, 0, 0, 1, 0])
    try builder.integers("from", [1, 4])
    try builder.integers("to", [5, 0])
    try builder.integers("along", [1, 3])
    try builder.integers("steps", [2, -1])
    builder.node("Conv", ["x", "w"], ["a"])
    builder.node("Conv", ["x", "v"], ["b"])
    builder.node("Concat", ["a", "b"], ["joined"], [Attribute("axis", .int(1))])
    builder.node("Pad", ["joined", "pads"], ["padded"])
    builder.node("Slice", ["padded", "from", "to", "along", "steps"], ["cut"])
    builder.node("Resize", ["cut", "", "scales"], ["y"])
    builder.outputs("y")
    let plan = try Plan(builder.model)
    #expect(plan.layers.count { $0.operation == "Layout" } <= 1)
    var engine = Engine(plan)
    let x = try tensor((0..<120).map { Float($0 * 31 % 17) }, [2, 3, 4, 5])
    let values = try engine.run(["x": x], including: ["a", "b", "joined", "padded", "cut"])
    func value(_ name: String) throws -> Tensor { try #require(values[name]) }
    let joined = try outputs(
      of: "Concat", [(value("a"), false), (value("b"), false)], [Attribute("axis", .int(1))])
    #expect(try value("joined").floats() == joined[0].floats())
    let padded = try outputs(
      of: "Pad", [(value("joined"), false), (integers([0, 1, 0, 2, 0, 0, 1, 0]), true)])
    #expect(try value("padded").floats() == padded[0].floats())
    let cut = try outputs(
      of: "Slice",
      [(padded[0], false)]
        + [[1, 4], [5, 0], [1, 3], [2, -1]].map { (try integers($0), true) })
    #expect(try value("cut").floats() == cut[0].floats())
    let y = try outputs(
      of: "Resize",
      [(cut[0], false), (tensor([], [0]), true), (tensor([1, 1, 2, 1.5], [4]), true)])
    #expect(try value("y").shape == y[0].shape && value("y").floats() == y[0].floats())
  }
}

@Suite("Strings that move")
struct MovingStringsTests {
  private func strings(_ strings: [String], _ dimensions: [Int]) throws -> Tensor {
    var bytes: [UInt8] = []
    for string in strings {
      bytes.appendLittleEndian(UInt32(string.utf8.count))
      bytes += Array(string.utf8)
    }
    return try Tensor(
      elementType: .string, shape: try Shape(dimensions), storage: Storage(bytes))
  }

  @Test("Strings are picked, joined, cut and padded like any elements")
  func moves() throws {
    let x = try strings(["a", "", "käse", "dd"], [2, 2])
    for isConstant in [true, false] {
      func expect(
        _ name: String, _ others: [Tensor], _ found: [String], _ dimensions: [Int]
      ) throws {
        let inputs = [(x, isConstant)] + others.map { ($0, true) }
        let y = try outputs(of: name, inputs)[0]
        let expected = try strings(found, dimensions)
        #expect(y.elementType == .string && y.shape == expected.shape)
        #expect(y.storage.copied() == expected.storage.copied())
      }
      try expect("Transpose", [], ["a", "käse", "", "dd"], [2, 2])
      try expect("Gather", [integers([1])], ["käse", "dd"], [1, 2])
      try expect(
        "Pad", [integers([0, 1, 0, 0])], ["", "a", "", "", "käse", "dd"], [2, 3])
      try expect(
        "Pad", [integers([1, 0, 0, 0]), strings(["-"], [])], ["-", "-", "a", "", "käse", "dd"],
        [3, 2])
      try expect(
        "ScatterND", [integers([1, 0], [1, 2]), strings(["new"], [1])], ["a", "", "new", "dd"],
        [2, 2])
    }
    #expect(throws: EngineError.self) {
      try outputs(of: "Gather", [(try tensor([1, 2], [2]), false), (x, true)])
    }
    #expect(throws: EngineError.self) {
      try outputs(of: "CumSum", [(x, true), (try integers([0], []), true)])
    }
  }
}
