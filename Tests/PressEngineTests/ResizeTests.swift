import PressEngine
import PressGraph
import PressTensor
import Testing

@Suite("Sampling at other positions")
struct ResizeTests {
  private func resized(
    _ x: Tensor, scales: [Float], _ words: [String: String] = [:]
  ) throws -> Tensor {
    try outputs(
      of: "Resize",
      [(x, false), (tensor([], [0]), true), (tensor(scales, [scales.count]), true)],
      words.map { Attribute($0.key, .string(Array($0.value.utf8))) })[0]
  }

  private let asymmetric = [
    "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor",
  ]

  @Test(
    "The nearest element is picked, whether places are evenly spaced or not",
    arguments: [0.5, 1, 1.25, 1.5, 2, 3, 2.6] as [Float], [0.5, 1, 1.4, 2] as [Float])
  func nearest(down: Float, across: Float) throws {
    let (rows, columns) = (5, 7)
    let x = try tensor((0..<35).map { Float($0) }, [1, rows, columns])
    let y = try resized(x, scales: [1, down, across], asymmetric)
    let (height, width) = (Int(Float(rows) * down), Int(Float(columns) * across))
    #expect(y.shape.dimensions == [1, height, width])
    let expected = (0..<(height * width)).map { index -> Float in
      let row = min(Int(Double(index / width) / Double(down)), rows - 1)
      let column = min(Int(Double(index % width) / Double(across)), columns - 1)
      return Float(row * columns + column)
    }
    #expect(try y.floats() == expected)
  }

  @Test("Integers are sampled as numbers and rounded, to the even one where two are as near")
  func integers() throws {
    let x = try Tensor(
      elementType: .uint8, shape: Shape([1, 1, 1, 3]), storage: Storage([0, 1, 255]))
    let y = try resized(
      x, scales: [1, 1, 1, 2],
      ["mode": "linear", "coordinate_transformation_mode": "asymmetric"])
    #expect(y.storage.copied() == [0, 0, 1, 128, 255, 255])
  }

  @Test("A tensor that keeps its size keeps its elements")
  func identity() throws {
    let elements = (0..<24).map { Float($0) / 7 }
    for mode in ["nearest", "linear", "cubic"] {
      let y = try resized(
        try tensor(elements, [1, 2, 3, 4]), scales: [1, 1, 1, 1], ["mode": mode])
      #expect(try y.floats() == elements)
    }
  }

  @Test("Doubles are summed as doubles")
  func doubles() throws {
    var bytes: [UInt8] = []
    for element in [1.0, 1 + 0x1p-40] { bytes.appendLittleEndian(element.bitPattern) }
    let x = try Tensor(elementType: .float64, shape: Shape([2]), storage: Storage(bytes))
    let y = try resized(
      x, scales: [2], ["mode": "linear", "coordinate_transformation_mode": "align_corners"])
    let second = y.storage.copied().rawSpan.loadLittleEndian(UInt64.self, at: 8)
    #expect(abs(Double(bitPattern: second) - (1 + 0x1p-40 / 3)) < 0x1p-50)
  }

  @Test("Scales that are no scales are errors, and so are sizes that nothing could hold")
  func errors() throws {
    let x = try tensor([1, 2], [2])
    for scale in [0, -1, .nan, .infinity, 1e30, 1e12] as [Float] {
      for mode in ["nearest", "linear"] {
        #expect(throws: EngineError.self) { try resized(x, scales: [scale], ["mode": mode]) }
      }
    }
    #expect(throws: EngineError.self) { try resized(x, scales: [1, 1]) }
  }
}
