public import PressGraph
public import PressTensor

/// Inputs made up for a graph: floats uniform in 0...1, integers 0 or 1, reproducible by seed.
public enum RandomInputs {
  /// One tensor for each input that must be given.
  ///
  /// - Parameter batch: The first dimension where the graph leaves it open.
  /// - Parameter shapes: Shapes that override what the graph says.
  /// - Throws: `DatasetError.openDimension` for any other open dimension, `TensorError`.
  public static func make(
    for graph: Graph, batch: Int, shapes: [String: [Int]], seed: UInt64
  ) throws -> [String: Tensor] {
    let inputs = graph.requiredInputs
    if let unknown = shapes.keys.filter({ key in !inputs.contains { $0.name == key } }).min() {
      throw DatasetError.unknownInput(unknown, expected: inputs.map(\.name))
    }
    var generator = SplitMix(seed: seed)
    var tensors: [String: Tensor] = [:]
    for input in inputs {
      let declared = try DeclaredInput(input)
      let shape = try Shape(
        shapes[input.name] ?? (try sizes(declared, batch: batch, inputs)))
      let type = declared.elementType ?? .float32
      tensors[input.name] = try tensor(type, shape, input.name, &generator)
    }
    return tensors
  }

  private static func sizes(
    _ input: DeclaredInput, batch: Int, _ inputs: [ValueInfo]
  ) throws(DatasetError) -> [Int] {
    guard let dimensions = input.dimensions else {
      throw .openDimension(input: input.name, inputs: inputs.map(\.name))
    }
    var sizes: [Int] = []
    for (axis, dimension) in dimensions.enumerated() {
      if case .known(let size) = dimension {
        sizes.append(size)
      } else if axis == 0 {
        sizes.append(batch)
      } else {
        throw .openDimension(input: input.name, inputs: inputs.map(\.name))
      }
    }
    return sizes
  }

  private static func tensor(
    _ type: ElementType, _ shape: Shape, _ name: String, _ generator: inout SplitMix
  ) throws -> Tensor {
    if type == .float32 {
      let floats = (0..<shape.count).map { _ in
        Float(generator.next() >> 40) * 0x1p-24
      }
      return try Tensor(floats, shape: shape)
    }
    guard !type.isFloatingPoint, let width = type.byteWidth, width <= 8 else {
      throw DatasetError.elementType(
        input: name, expected: "float32, an integer type or bool", found: type)
    }
    var bytes = [UInt8](repeating: 0, count: shape.count * width)
    for index in 0..<shape.count { bytes[index * width] = UInt8(generator.next() >> 63) }
    return try Tensor(elementType: type, shape: shape, storage: Storage(bytes))
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, and the same on every machine.
package struct SplitMix {
  private var state: UInt64

  /// Starts from a seed.
  package init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
