import PressKernels
import PressTensor
import PressTestSupport

/// The bound that holds for any order of a float32 sum of `depth` products.
///
/// `magnitude` is the sum of their absolute values.
func productTolerance(depth: Int, magnitude: Double) -> Double {
  Double(depth + 2) * magnitude * 0x1p-23
}

/// Floats from -1 to 1, a share of them zero.
func randomFloats(
  _ count: Int, zeros: Double = 0, _ generator: inout SeededGenerator
) -> [Float] {
  (0..<count).map { _ in
    let isZero = Double.random(in: 0..<1, using: &generator) < zeros
    return isZero ? 0 : Float.random(in: -1...1, using: &generator)
  }
}

/// One bit for each element that is not zero, lowest first; and those elements.
func sparse(_ elements: [Float]) -> (mask: [UInt8], values: [Float]) {
  var mask = [UInt8](repeating: 0, count: (elements.count + 7) / 8)
  for (index, element) in elements.enumerated() where element != 0 {
    mask[index / 8] |= 1 << UInt8(index % 8)
  }
  return (mask, elements.filter { $0 != 0 })
}

/// The forms that a matrix can have.
enum MatrixForm: CaseIterable {
  case dense, sparse

  /// A matrix from row-major elements.
  func matrix(
    _ elements: [Float], rows: Int, columns: Int
  ) -> PackedMatrix? {
    switch self {
    case .dense:
      return PackedMatrix(
        FloatBuffer(elements), rows: rows, columns: columns, isTransposed: false)
    case .sparse:
      let (mask, values) = PressKernelsTests.sparse(elements)
      let sparse = mask.withSpan { span in
        SparseRows(
          rows: rows, columns: columns, mask: span, values: FloatBuffer(values),
          isTransposed: false)
      }
      return sparse.map { PackedMatrix($0, columns: columns) }
    }
  }
}

extension Array where Element == UInt8 {
  /// Calls `body` with the bytes.
  func withSpan<Result>(_ body: (RawSpan) -> Result) -> Result { body(rawSpan) }
}

/// Places for the operands of one layer, one behind the other.
struct Places {
  private(set) var byteCount = 0

  mutating func add(bytes: Int) -> ArenaSlice {
    let slice = ArenaSlice(offset: byteCount, byteCount: bytes)
    byteCount += (bytes + Arena.alignment - 1) / Arena.alignment * Arena.alignment
    return slice
  }

  mutating func add(floats: Int) -> ArenaSlice { add(bytes: floats * 4) }
}

extension Workspace {
  /// The floats of a slice.
  func floats(_ slice: ArenaSlice) -> [Float] {
    let bytes = arena.copy(of: slice)
    return bytes.withSpan { span in
      (0..<(slice.byteCount / 4)).map {
        Float(bitPattern: span.loadLittleEndian(UInt32.self, at: 4 * $0))
      }
    }
  }
}

extension Workspace {
  /// The elements of a slice.
  func elements<Element: BitwiseCopyable>(
    _ slice: ArenaSlice, as type: Element.Type = Element.self
  ) -> [Element] {
    let bytes = arena.copy(of: slice)
    let width = MemoryLayout<Element>.size
    return (0..<(bytes.count / width)).map { index in
      unsafe bytes.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: index * width, as: type)
      }
    }
  }
}

extension Operand {
  /// A constant of any type's elements.
  static func elements<Element: BitwiseCopyable>(_ elements: [Element]) -> Operand {
    let bytes = unsafe elements.withUnsafeBytes { unsafe Array($0) }
    return .bytes(AlignedBuffer(bytes))
  }
}

/// What a step of a workspace writes into an output of `count` elements.
func output<Element: BitwiseCopyable>(
  _ count: Int, kernels: KernelTable = .best, threads: Int = 2,
  _ step: (inout Workspace, ArenaSlice) -> Void
) -> [Element] {
  var workspace = Workspace(threads: threads, kernels: kernels)
  var places = Places()
  let slice = places.add(bytes: count * MemoryLayout<Element>.size)
  workspace.arena.reserve(places.byteCount)
  step(&workspace, slice)
  return workspace.elements(slice)
}
