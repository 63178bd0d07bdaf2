import PressFile
import PressFormats
import PressTensor
import PressTestSupport
import Testing

@Suite("npz")
struct NpzTests {
  private func open(_ name: String) throws -> NpzFile {
    try NpzFile(path: "\(ArrayFixtures.folder)/arrays/\(name)")
  }

  @Test("Every type in every layout comes out the same", arguments: ["types", "types_compressed"])
  func types(name: String) throws {
    let file = try open(name + ".npz")
    for (code, type) in ArrayFixtures.types {
      let expected = try ArrayFixtures.counting(type)
      let found = file.names.filter { $0 == code || $0.hasPrefix(code + "_") }
      #expect(found.count == (["b1", "i1", "u1", "V2"].contains(code) ? 2 : 4))
      for name in found {
        let tensor = try file.tensor(name)
        #expect(tensor.elementType == type, "\(name)")
        #expect(tensor.shape.dimensions == [2, 3])
        #expect(tensor.storage.copied() == expected, "\(name)")
      }
    }
  }

  @Test("Type and shape are known without the data")
  func headers() throws {
    for name in ["types.npz", "types_compressed.npz"] {
      let header = try open(name).header("c16_big_fortran")
      #expect(header.elementType == .complex128)
      #expect(header.shape.dimensions == [2, 3])
      #expect(header.isBigEndian && header.isFortranOrder)
      #expect(header.dataByteCount == 96)
    }
  }

  @Test("Names keep every character")
  func names() throws {
    let file = try open("names.npz")
    #expect(file.names == ["a/b", "in.x:0", "größe", "plain"])
    for name in file.names { #expect(try file.tensor(name).floats() == [0, 1, 2, 3, 4, 5]) }
  }

  @Test("Archives with descriptors, with a comment and without entries are read")
  func unusualArchives() throws {
    let streamed = try open("streamed.npz")
    #expect(try streamed.tensor("x").floats() == [0, 1, 2, 3, 4, 5])
    #expect(try streamed.tensor("y").storage.copied() == ArrayFixtures.counting(.int64))
    let comment = try open("comment.npz")
    #expect(comment.names == ["x"])
    #expect(try comment.tensor("x").storage.isMapped)
    #expect(try open("none.npz").names.isEmpty)
  }

  @Test("A missing array is an error that lists those that are there")
  func missing() throws {
    let file = try open("names.npz")
    let error = try #require(throws: NpzError.self) { try file.tensor("z") }
    #expect("\(error)".contains("expected 'z', found a/b, in.x:0"))
  }

  @Test("Inflating is bounded before it starts")
  func memoryLimit() throws {
    let file = try NpzFile(
      MemoryFile(try ArrayFixtures.bytes("arrays/types_compressed.npz")),
      limits: ReadLimits(maximumBytes: 100))
    let error = try #require(throws: NpzError.self) { try file.tensor("f4") }
    guard case .archive(.memoryLimit("f4.npy", needed: 152, limit: 100)) = error else {
      Issue.record("\(error)")
      return
    }
  }

  private func archive(
    _ arrays: [(name: String, tensor: Tensor)], _ method: ZipEntry.Method
  ) throws -> [UInt8] {
    try ArrayFixtures.withTemporaryPath("a.npz") { path in
      var writer = NpzWriter(try AtomicFile(path: path, mayReplace: false), method: method)
      for (name, tensor) in arrays { try writer.add(tensor, named: name) }
      try writer.commit()
      return try MappedFile(path: path).withBytes { Array(copying: $0) }
    }
  }

  @Test("What is written is read back, twice to the same bytes", arguments: [0, 8] as [UInt16])
  func roundTrip(method: UInt16) throws {
    let method = try #require(ZipEntry.Method(rawValue: method))
    var random = SeededGenerator(seed: 7)
    let arrays = try (0..<5).map { index in
      let shape = try Shape([index, 3, 100])
      let floats = (0..<shape.count).map { _ in Float.random(in: -1...1, using: &random) }
      return ("größe/\(index):0", try Tensor(floats, shape: shape))
    }
    let bytes = try archive(arrays, method)
    #expect(try archive(arrays, method) == bytes)
    let file = try NpzFile(MemoryFile(bytes))
    #expect(file.names == arrays.map(\.0))
    for (name, tensor) in arrays {
      let again = try file.tensor(name)
      #expect(again.shape == tensor.shape)
      #expect(again.storage.copied() == tensor.storage.copied())
      #expect(again.storage.isMapped == (method == .stored))
    }
  }

  @Test("Names that cannot be written are refused")
  func unwritableNames() throws {
    let tensor = try Tensor([1], shape: .scalar)
    #expect(throws: NpzError.archive(.duplicateName("a.npy"))) {
      try archive([("a", tensor), ("a", tensor)], .stored)
    }
    #expect(throws: NpzError.archive(.nameLength(70004))) {
      try archive([(String(repeating: "a", count: 70000), tensor)], .stored)
    }
  }

  @Test("An archive of 70000 entries has a ZIP64 end record that is read")
  func manyEntries() throws {
    let count = 70000
    let bytes = try ArrayFixtures.withTemporaryPath("a.zip") { path in
      var writer = ZipWriter(try AtomicFile(path: path, mayReplace: false))
      for index in 0..<count { try writer.add(name: String(index), parts: []) }
      try writer.commit()
      return try MappedFile(path: path).withBytes { Array(copying: $0) }
    }
    let archive = try ZipArchive(MemoryFile(bytes))
    #expect(archive.entries.count == count)
    #expect(archive.entries.last?.name == String(count - 1))
  }
}
