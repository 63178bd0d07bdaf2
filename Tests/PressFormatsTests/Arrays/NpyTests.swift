import PressFile
import PressFormats
import PressTensor
import Testing

@Suite("npy")
struct NpyTests {
  private func read(_ name: String) throws -> Tensor {
    try Npy.read(path: "\(ArrayFixtures.folder)/arrays/\(name)")
  }

  @Test(
    "Files that NumPy wrote give their elements in C order",
    arguments: ["f4", "f4_big_fortran", "version2", "version3"])
  func files(name: String) throws {
    let tensor = try read(name + ".npy")
    #expect(tensor.shape.dimensions == [2, 3])
    #expect(try tensor.floats() == [0, 1, 2, 3, 4, 5])
  }

  @Test("Scalars, vectors and empty arrays keep their shapes")
  func shapes() throws {
    #expect(try read("scalar.npy").shape.dimensions == [])
    #expect(try read("scalar.npy").floats() == [5])
    let vector = try read("vector.npy")
    #expect(vector.shape.dimensions == [6])
    #expect(try vector.storage.copied() == ArrayFixtures.counting(.int64))
    #expect(try read("empty.npy").shape.dimensions == [0, 3])
  }

  @Test("Three axes in Fortran order come out in C order")
  func fortranCube() throws {
    let tensor = try read("cube_fortran.npy")
    #expect(tensor.shape.dimensions == [2, 3, 4])
    var expected: [UInt8] = []
    for i in 0..<24 { expected.appendLittleEndian(Int16(i)) }
    #expect(tensor.storage.copied() == expected)
  }

  @Test("Plain data stays in the file, other data does not")
  func mapping() throws {
    #expect(try read("f4.npy").storage.isMapped)
    #expect(try !read("f4_big_fortran.npy").storage.isMapped)
  }

  @Test("Every type is written and read back, and the header is NumPy's")
  func roundTrip() throws {
    for (code, type) in ArrayFixtures.types {
      let shape = try Shape([2, 3])
      let tensor = try Tensor(
        elementType: type, shape: shape, storage: Storage(ArrayFixtures.counting(type)))
      let bytes = try ArrayFixtures.withTemporaryPath("a.npy") { path in
        var file = try AtomicFile(path: path, mayReplace: false)
        try Npy.write(tensor, to: &file)
        try file.commit()
        return try MappedFile(path: path).withBytes { Array(copying: $0) }
      }
      let again = try Npy.read(MemoryFile(bytes))
      #expect(again.elementType == type, "\(code)")
      #expect(again.shape == shape)
      #expect(again.storage.copied() == tensor.storage.copied())
      if code == "f4" { #expect(try bytes == ArrayFixtures.bytes("arrays/f4.npy")) }
    }
  }

  @Test("Data starts at a multiple of 64 bytes whatever the shape")
  func alignment() throws {
    for rank in 0...64 {
      let shape = try Shape([Int](repeating: 1, count: rank))
      let tensor = try Tensor(elementType: .uint8, shape: shape, storage: Storage([7]))
      let header = try Npy.header(of: tensor)
      #expect(header.count % 64 == 0)
      #expect(try NpyHeader(header.rawSpan).shape == shape)
    }
  }

  @Test("Types and shapes that NumPy lacks are not written")
  func unwritable() throws {
    let tensor = try Tensor(
      elementType: .float8E4M3FN, shape: Shape(vectorOf: 1), storage: Storage([0]))
    #expect(throws: NpyError.unwritable(.float8E4M3FN)) { try Npy.header(of: tensor) }
    let deep = try Tensor(
      elementType: .uint8, shape: Shape([Int](repeating: 1, count: 65)), storage: Storage([0]))
    #expect(throws: NpyError.rank(65)) { try Npy.header(of: deep) }
  }

  @Test("Data that must be copied is bounded")
  func memoryLimit() throws {
    let bytes = try ArrayFixtures.bytes("arrays/f4_big_fortran.npy")
    #expect(throws: NpyError.memoryLimit(needed: 24, limit: 23)) {
      try Npy.read(MemoryFile(bytes), limits: ReadLimits(maximumBytes: 23))
    }
  }
}
