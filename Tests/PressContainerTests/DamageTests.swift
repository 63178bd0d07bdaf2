import PressCoding
import PressFile
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressContainer

@Suite("Damaged containers") struct DamageTests {
  /// A small model whose container has every kind of stream and padding.
  static func sample() throws -> [UInt8] {
    let weights = try Samples.weights().filter { $0.elementType != .int64 }
    return try Samples.bytes(Model(graph: Graph(name: "g"), weights: weights))
  }

  func isCaught(_ bytes: [UInt8]) -> Bool {
    do {
      try Samples.open(bytes).verify()
      return false
    } catch {
      return true
    }
  }

  @Test("Changing any single byte is caught")
  func changed() throws {
    let bytes = try Self.sample()
    var generator = SeededGenerator(seed: 1)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= UInt8.random(in: 1...255, using: &generator)
      #expect(isCaught(damaged), "byte \(index) of \(bytes.count)")
    }
  }

  @Test("Dropping or inserting any single byte is caught")
  func shifted() throws {
    let bytes = try Self.sample()
    for index in bytes.indices {
      var shorter = bytes
      shorter.remove(at: index)
      #expect(isCaught(shorter), "without byte \(index)")
      for byte in [UInt8(0), bytes[index]] {
        var longer = bytes
        longer.insert(byte, at: index)
        #expect(isCaught(longer), "with \(byte) before \(index)")
      }
    }
    #expect(isCaught(bytes + [0]))
  }

  @Test("Any truncation is caught")
  func truncated() throws {
    let bytes = try Self.sample()
    for length in 0..<bytes.count { #expect(isCaught(Array(bytes[..<length]))) }
  }

  /// A container put together from sections, all checksums right.
  static func assembled(
    data: [UInt8] = [], strings: [UInt8] = [1, 0, 1, 0x77], metadata: [UInt8]? = nil,
    tensors: [UInt8] = [0], graph: [UInt8] = [0, 0], version: Int = 1,
    change: (inout [(kind: UInt8, bytes: [UInt8])]) -> Void = { _ in }
  ) -> [UInt8] {
    var writer = RecordWriter()
    writer.append(ModelMetadata(), History())
    // Every string of the empty metadata is string 0, which is whatever the test puts there.
    var sections: [(kind: UInt8, bytes: [UInt8])] = [
      (1, data), (2, strings), (3, metadata ?? writer.takeSection()), (4, tensors), (5, graph),
    ]
    change(&sections)
    var body: [UInt8] = []
    var directory = Directory()
    for section in sections {
      let start = Header.byteCount + body.count
      directory.sections.append(
        Section(
          kind: section.kind, isRequired: section.kind < 128,
          range: start..<(start + section.bytes.count), checksum: CRC32(section.bytes).value))
      body += section.bytes
    }
    let bytes = directory.bytes
    let header = Header(
      version: version, directoryLength: bytes.count,
      fileLength: Header.byteCount + body.count + bytes.count,
      directoryChecksum: CRC32(bytes).value)
    return header.bytes + body + bytes
  }

  /// A tensors section with one record: `[4]` floats, dense and plain, over 16 bytes of data.
  static func tensor(
    type: UInt8 = 1, dimensions: [UInt8] = [1, 4], support: [UInt8] = [0], values: [UInt8] = [0],
    nonzeros: UInt8 = 0, streams: [UInt8] = [0, 16, 0], checksum: [UInt8]
  ) -> [UInt8] {
    [1, 1, 0, type] + dimensions + support + values + [0, nonzeros] + streams + checksum
  }

  func error(_ bytes: [UInt8]) -> ContainerError? {
    do {
      try Samples.open(bytes).verify()
      return nil
    } catch { return error }
  }

  @Test("The hand-made container is sound, so that each of its faults is the only one")
  func sound() throws {
    let zeros = [UInt8](repeating: 0, count: 16)
    var checksum: [UInt8] = []
    checksum.appendLittleEndian(CRC32(zeros).value)
    #expect(error(Self.assembled()) == nil)
    #expect(
      error(Self.assembled(data: zeros, tensors: Self.tensor(checksum: checksum))) == nil)
    let skippable = Self.assembled { $0.append((200, [1, 2, 3])) }
    #expect(error(skippable) == nil)
  }

  @Test("Each fault of the header has its error")
  func header() {
    var bytes = Self.assembled()
    #expect(error([]) == .notAContainer)
    #expect(error(Header.magic) == .truncatedHeader(found: 8))
    bytes[9] = 1
    if case .headerChecksum = error(bytes) {} else { Issue.record("checksum") }
    func resealed(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
      var bytes = Self.assembled()
      change(&bytes)
      var seal: [UInt8] = []
      seal.appendLittleEndian(CRC32(Array(bytes[..<28])).value)
      bytes.replaceSubrange(28..<32, with: seal)
      return bytes
    }
    #expect(error(resealed { $0[8] = 3 }) == .newerVersion(3))
    #expect(
      error(resealed { $0[8] = 0 })
        == .unknownCode(section: "header", what: "version", code: 0))
    #expect(error(resealed { $0[10] = 4 }) == .reservedFlags(4))
    let length = Self.assembled().count
    #expect(
      error(resealed { $0[16] = UInt8(length + 1) })
        == .length(expected: length + 1, found: length))
    #expect(error(resealed { $0[15] = 1 }) == .directoryLength(1 << 24 | Int(Self.assembled()[12])))
    if case .sectionChecksum("directory", _, _) = error(resealed { $0[24] ^= 1 }) {
    } else {
      Issue.record("directory checksum")
    }
  }

  @Test("Each fault of sections and their records has its error")
  func sections() {
    #expect(error(Self.assembled { $0.append((9, [])) }) == .unknownSection(9))
    #expect(
      error(Self.assembled { $0.swapAt(1, 2) })
        == .sectionOrder("data, metadata, strings, tensors, graph"))
    #expect(error(Self.assembled(strings: [1, 1, 0])) == .stringTable(index: 0))
    #expect(
      error(Self.assembled(strings: [0])) == .stringIndex(section: "metadata", index: 0, count: 0))
    #expect(error(Self.assembled(strings: [1, 0, 1, 0xFF])) == .malformedString(index: 2))
    #expect(error(Self.assembled(tensors: [0, 0])) == .trailingBytes(section: "tensors", count: 1))
    #expect(error(Self.assembled(tensors: [])) == .truncatedRecord(section: "tensors", offset: 0))
    #expect(
      error(Self.assembled(tensors: [0x80, 0])) == .malformedNumber(section: "tensors", offset: 0))
    #expect(error(Self.assembled(data: [0])) == .trailingBytes(section: "data", count: 1))
    // A value type of sequences within sequences, one level too many.
    let info: [UInt8] = [1, 0, 1, 0] + [UInt8](repeating: 3, count: 80)
    #expect(error(Self.assembled(graph: info)) == .nesting(limit: RecordReader.nestingLimit))
  }

  @Test("Each fault of a tensor's record has its error")
  func tensors() {
    let zeros = [UInt8](repeating: 0, count: 16)
    var seal: [UInt8] = []
    seal.appendLittleEndian(CRC32(zeros).value)
    func fault(_ tensor: [UInt8], data: [UInt8] = zeros) -> ContainerError? {
      error(Self.assembled(data: data, tensors: tensor))
    }
    func isRecord(_ error: ContainerError?) -> Bool {
      if case .tensorRecord("w", _) = error { true } else { false }
    }
    #expect(
      fault(Self.tensor(type: 99, checksum: seal))
        == .unknownCode(section: "tensors", what: "element type", code: 99))
    #expect(
      fault(Self.tensor(support: [7], checksum: seal))
        == .unknownCode(section: "tensors", what: "support", code: 7))
    #expect(
      fault(Self.tensor(support: [2, 0, 9, 0], checksum: seal))
        == .unknownCode(section: "tensors", what: "index width", code: 9))
    #expect(
      fault(Self.tensor(values: [1, 9, 1], checksum: seal))
        == .unknownCode(section: "tensors", what: "codebook bits", code: 9))
    #expect(isRecord(fault(Self.tensor(values: [1, 1, 3], checksum: seal))))
    #expect(isRecord(fault(Self.tensor(nonzeros: 5, checksum: seal))))
    #expect(isRecord(fault(Self.tensor(streams: [0, 12, 0], checksum: seal))))
    #expect(isRecord(fault(Self.tensor(streams: [0, 99, 0], checksum: seal))))
    #expect(
      isRecord(
        fault(
          Self.tensor(type: 21, support: [1, 4], streams: [0, 1, 0, 0, 15, 0], checksum: seal))))
    #expect(isRecord(fault(Self.tensor(type: 2, values: [2], checksum: seal))))
    if case .tensor("w", .sizeOverflow) = fault(
      Self.tensor(
        dimensions: [2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 4], checksum: seal))
    {
    } else {
      Issue.record("overflow")
    }
    if case .tensorChecksum("w", _, _) = fault(Self.tensor(checksum: [1, 2, 3, 4])) {
    } else {
      Issue.record("tensor checksum")
    }
    #expect(
      fault(Self.tensor(nonzeros: 1, checksum: seal))
        == .miscount(tensor: "w", what: "number of non-zeros", expected: 1, found: 0))
    #expect(
      fault(Self.tensor(streams: [0, 16, 3], checksum: seal))
        == .miscount(tensor: "w", what: "entropy", expected: 3, found: 0))
    let twice = Self.tensor(checksum: seal)
    #expect(fault([2] + twice.dropFirst() + twice.dropFirst(), data: zeros + zeros) == .weightID(1))
    var coded: [UInt8] = []
    coded.appendLittleEndian(CRC32([9, 9]).value)
    let stream = fault(Self.tensor(streams: [1, 2, 0], checksum: coded), data: [9, 9])
    #expect(
      stream == .stream(tensor: "w", .unknownTable(9)))
  }

  @Test("Padding must be 0")
  func padding() {
    let data: [UInt8] = [5, 0, 1, 0] + [UInt8](repeating: 0, count: 16)
    var first: [UInt8] = []
    first.appendLittleEndian(CRC32([5]).value)
    var second: [UInt8] = []
    second.appendLittleEndian(CRC32([UInt8](repeating: 0, count: 16)).value)
    let byte = Self.tensor(
      type: 2, dimensions: [1, 1], nonzeros: 1, streams: [0, 1, 0], checksum: first)
    var floats = Self.tensor(checksum: second)
    floats[1] = 2
    let bytes = Self.assembled(data: data, tensors: [2] + byte.dropFirst() + floats.dropFirst())
    #expect(error(bytes) == .padding(tensor: "w"))
  }
}
