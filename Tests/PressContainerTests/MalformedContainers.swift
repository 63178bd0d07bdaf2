import PressFile
import PressTensor

@testable import PressCoding
@testable import PressContainer

/// The bytes of `Fixtures/malformed/container/`: a file's name up to the first `-` is the case of
/// `ContainerError` that it must give; for `stream` the next word is the case of `CodingError`.
enum MalformedContainers {
  /// Every file by name, without the suffix.
  static func files() -> [String: [UInt8]] {
    headers().merging(sections()) { $1 }.merging(records()) { $1 }.merging(tensors()) { $1 }
      .merging(streams()) { $1 }.merging(forms()) { $1 }.merging(formStreams()) { $1 }
  }

  /// A stream of a tensor.
  struct Stream {
    var isCoded = false
    /// Instead of Huffman's.
    var coding: UInt8?
    var isPlane = false
    var bytes: [UInt8]
    var entropy: UInt8 = 0

    var tag: UInt8 { coding ?? (isCoded ? 1 : 0) }
  }

  /// A container with one tensor named `w`, all checksums right, its streams aligned.
  static func tensor(
    type: UInt8 = 2, dimensions: [UInt8] = [1, 4], support: [UInt8] = [0], values: [UInt8] = [0],
    strings: [UInt8] = [], nonzeros: UInt8 = 0, streams: [Stream], data: [UInt8]? = nil,
    version: Int = 1
  ) -> [UInt8] {
    let bytes = streams.flatMap(\.bytes)
    var record: [UInt8] =
      [1, 1, 0, type] + dimensions + support + values + strings + [0, nonzeros]
    for stream in streams {
      record += [stream.tag, UInt8(stream.bytes.count), stream.entropy]
    }
    record.appendLittleEndian(CRC32(bytes).value)
    var aligned: [UInt8] = []
    for stream in streams {
      let isAligned = stream.tag == 0 && !stream.isPlane && !stream.bytes.isEmpty
      while isAligned, aligned.count % 4 != 0 { aligned.append(0) }
      aligned += stream.bytes
    }
    return DamageTests.assembled(data: data ?? aligned, tensors: record, version: version)
  }

  /// Four bytes under a Huffman code.
  static func coded(_ bytes: [UInt8]) -> [UInt8] {
    tensor(streams: [Stream(isCoded: true, bytes: bytes)])
  }

  /// A sound container with its header changed and sealed again.
  static func resealed(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes = DamageTests.assembled()
    change(&bytes)
    var seal: [UInt8] = []
    seal.appendLittleEndian(CRC32(Array(bytes[..<28])).value)
    bytes.replaceSubrange(28..<32, with: seal)
    return bytes
  }

  private static func headers() -> [String: [UInt8]] {
    var changed = DamageTests.assembled()
    changed[13] ^= 1
    let sound = DamageTests.assembled()
    return [
      "notAContainer": [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
      "notAContainer-empty": [],
      "truncatedHeader": Header.magic,
      "truncatedHeader-31": Array(sound[..<31]),
      "headerChecksum": changed,
      "newerVersion": resealed { $0[8] = 3 },
      "unknownCode-version": resealed { $0[8] = 0 },
      "reservedFlags": resealed { $0[10] = 4 },
      "length-longer": resealed { $0[16] += 1 },
      "length-2-60": resealed { $0[23] = 0x10 },
      "length-cut": Array(sound.dropLast()),
      "length-appended": sound + [0],
      "directoryLength": resealed { $0[15] = 1 },
      "sectionChecksum-directory": resealed { $0[24] ^= 1 },
    ]
  }

  private static func sections() -> [String: [UInt8]] {
    var damaged = DamageTests.assembled(strings: [1, 0, 1, 0x77])
    damaged[35] ^= 1
    return [
      "sectionChecksum": damaged,
      "sectionLengths-short": directory { $0 += 1 },
      "sectionLengths-2-60": directory { $0 = 1 << 60 },
      "unknownSection": DamageTests.assembled { $0.append((9, [])) },
      "sectionOrder": DamageTests.assembled { $0.swapAt(1, 2) },
      "sectionOrder-missing": DamageTests.assembled { $0.removeLast() },
      "sectionOrder-twice": DamageTests.assembled { $0.append($0[4]) },
      "trailingBytes-data": DamageTests.assembled(data: [0]),
      "trailingBytes-tensors": DamageTests.assembled(tensors: [0, 0]),
      "trailingBytes-strings": DamageTests.assembled(strings: [1, 0, 1, 0x77, 0]),
      "stringTable-shared": DamageTests.assembled(strings: [1, 1, 0]),
      "stringTable-expanding": expandingStrings(),
      "stringTable-repeated": repeatedString(),
      "malformedString": DamageTests.assembled(strings: [1, 0, 1, 0xFF]),
      "stringIndex": DamageTests.assembled(strings: [0]),
    ]
  }

  /// A container whose directory gives the graph section another length than it has.
  private static func directory(_ change: (inout Int) -> Void) -> [UInt8] {
    let sound = DamageTests.assembled()
    let length = Int(sound.rawSpan.loadLittleEndian(UInt32.self, at: 12))
    var bytes = Array(sound[(sound.count - length)...])
    var graph = 2
    change(&graph)
    var number: [UInt8] = []
    number.appendVarint(graph)
    bytes.replaceSubrange((bytes.count - 5)..<(bytes.count - 4), with: number)
    let body = Array(sound[32..<(sound.count - length)])
    let header = Header(
      directoryLength: bytes.count, fileLength: 32 + body.count + bytes.count,
      directoryChecksum: CRC32(bytes).value)
    return header.bytes + body + bytes
  }

  /// Strings of which each repeats the 40 000 bytes of the one before: 2^28 bytes and more.
  private static func expandingStrings() -> [UInt8] {
    var strings: [UInt8] = []
    strings.appendVarint(6_800)
    strings.append(0)
    strings.appendVarint(40_000)
    strings += [UInt8](repeating: 0x61, count: 40_000)
    for _ in 1..<6_800 {
      strings.appendVarint(40_000)
      strings.append(0)
    }
    return DamageTests.assembled(strings: strings)
  }

  /// One name of 20 000 bytes that 16 000 inputs of a node share.
  private static func repeatedString() -> [UInt8] {
    var strings: [UInt8] = [2, 0, 0, 0]
    strings.appendVarint(20_000)
    strings += [UInt8](repeating: 0x61, count: 20_000)
    var graph: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 1, 0]
    graph.appendVarint(16_000)
    graph += [UInt8](repeating: 1, count: 16_000)
    return DamageTests.assembled(strings: strings, graph: graph)
  }

  private static func records() -> [String: [UInt8]] {
    let types: [UInt8] = [1, 0, 1, 0] + [UInt8](repeating: 3, count: 80)
    var graphs: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    for _ in 0..<70 {
      graphs =
        [0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 5] + graphs + [0, 0, 0]
    }
    return [
      "truncatedRecord": DamageTests.assembled(tensors: []),
      "truncatedRecord-count": DamageTests.assembled(tensors: [100]),
      "truncatedRecord-2-60": DamageTests.assembled(
        tensors: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]),
      "malformedNumber": DamageTests.assembled(tensors: [0x80, 0]),
      "malformedNumber-wide": DamageTests.assembled(
        tensors: [UInt8](repeating: 0xFF, count: 9) + [1]),
      "malformedNumber-wider": DamageTests.assembled(
        tensors: [UInt8](repeating: 0xFF, count: 10) + [1]),
      "nesting-types": DamageTests.assembled(graph: types),
      "nesting-graphs": DamageTests.assembled(graph: [1] + graphs),
      "unknownCode-valueType": DamageTests.assembled(graph: [1, 0, 1, 0, 7]),
      "unknownCode-dimension": DamageTests.assembled(graph: [1, 0, 1, 0, 1, 1, 1, 1, 3]),
      "unknownCode-node": DamageTests.assembled(graph: [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3]),
      "unknownCode-attribute": DamageTests.assembled(
        graph: [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 15]),
      "unknownCode-flags": directoryFlags(),
      "weightID-wide": DamageTests.assembled(
        tensors: [1, 0x80, 0x80, 0x80, 0x80, 0x10, 0]),
    ]
  }

  /// A directory that says 2 where it must say whether a section may be skipped.
  private static func directoryFlags() -> [UInt8] {
    let sound = DamageTests.assembled()
    let length = Int(sound.rawSpan.loadLittleEndian(UInt32.self, at: 12))
    var bytes = Array(sound[(sound.count - length)...])
    bytes[2] = 2
    let body = Array(sound[32..<(sound.count - length)])
    let header = Header(
      directoryLength: bytes.count, fileLength: sound.count, directoryChecksum: CRC32(bytes).value)
    return header.bytes + body + bytes
  }
}
