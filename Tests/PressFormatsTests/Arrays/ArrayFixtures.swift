import FoundationEssentials
import PressFile
import PressTensor
import Testing

/// The folder `Fixtures/` and what its arrays hold.
enum ArrayFixtures {
  static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    return parts.joined(separator: "/") + "/Fixtures"
  }()

  /// The files of a folder below `Fixtures/`, in order.
  static func files(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)").sorted()
  }

  /// A file's bytes.
  static func bytes(_ name: String) throws -> [UInt8] {
    try MappedFile(path: "\(folder)/\(name)").withBytes { Array(copying: $0) }
  }

  /// NumPy's codes and the types they stand for.
  static let types: [(code: String, type: ElementType)] = [
    ("b1", .bool), ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64), ("u1", .uint8),
    ("u2", .uint16), ("u4", .uint32), ("u8", .uint64), ("f2", .float16), ("f4", .float32),
    ("f8", .float64), ("c8", .complex64), ("c16", .complex128), ("V2", .bfloat16),
  ]

  /// The bytes of 0...5 in a type, as `make_arrays.py` fills every array.
  static func counting(_ type: ElementType) throws -> [UInt8] {
    let halves: [UInt16] = [0, 0x3C00, 0x4000, 0x4200, 0x4400, 0x4500]
    var bytes: [UInt8] = []
    for i in 0..<6 {
      let float = Float(i)
      switch type {
      case .bool: bytes.append(UInt8(i % 2))
      case .float16: bytes.appendLittleEndian(halves[i])
      case .bfloat16: bytes.appendLittleEndian(UInt16(float.bitPattern >> 16))
      case .float32: bytes.appendLittleEndian(float.bitPattern)
      case .float64: bytes.appendLittleEndian(Double(i).bitPattern)
      case .complex64:
        bytes.appendLittleEndian(float.bitPattern)
        bytes.appendLittleEndian((2 * float).bitPattern)
      case .complex128:
        bytes.appendLittleEndian(Double(i).bitPattern)
        bytes.appendLittleEndian(Double(2 * i).bitPattern)
      default:
        let width = try #require(type.byteWidth)
        bytes += [UInt8(i)] + [UInt8](repeating: 0, count: width - 1)
      }
    }
    return bytes
  }

  /// Runs `body` with a path in a new folder that is removed afterwards.
  static func withTemporaryPath<Result>(
    _ name: String, _ body: (String) throws -> Result
  ) throws -> Result {
    let folder =
      FileManager.default.temporaryDirectory.path + "/press-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body("\(folder)/\(name)")
  }
}
