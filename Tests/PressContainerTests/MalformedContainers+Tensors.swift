import PressFile
import PressTensor

@testable import PressCoding
@testable import PressContainer

extension MalformedContainers {
  private static let four = Stream(bytes: [0, 0, 0, 0])

  /// Records that contradict themselves, or what the streams say.
  static func tensors() -> [String: [UInt8]] {
    let huge: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]
    return [
      "weightID-twice": twice(),
      "unknownCode-elementType": tensor(type: 99, streams: [four]),
      "unknownCode-support": tensor(support: [7], streams: [four]),
      "unknownCode-values": tensor(values: [3], streams: [four]),
      "unknownCode-width": tensor(support: [2, 0, 9, 0], streams: [four]),
      "unknownCode-bits": tensor(values: [1, 9, 1], streams: [four]),
      "unknownCode-coding": {
        DamageTests.assembled(
          data: [0, 0, 0, 0], tensors: [1, 1, 0, 2, 1, 4, 0, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0])
      }(),
      "tensor-2-62": tensor(type: 1, dimensions: [1] + huge + [0x40], streams: [four]),
      "tensor-overflow": tensor(dimensions: [2] + huge + [1] + huge + [1], streams: [four]),
      "tensor-memory": tensor(
        dimensions: [1] + huge + [0x01], streams: [Stream(isCoded: true, bytes: [0, 0])]),
      "tensorRecord-beyond": tensor(dimensions: [1, 9], streams: [Stream(bytes: [0])], data: []),
      "tensorRecord-length": tensor(streams: [Stream(bytes: [0])]),
      "tensorRecord-kept": tensor(support: [1, 5], streams: [Stream(bytes: [0]), four]),
      "tensorRecord-nonzeros": tensor(nonzeros: 5, streams: [four]),
      "tensorRecord-entries": tensor(values: [1, 1, 3], streams: [four]),
      "tensorRecord-planes": tensor(values: [2], streams: [four]),
      "tensorRecord-nibbles": tensor(
        type: 22, support: [1, 0], streams: [Stream(bytes: [0]), Stream(bytes: [])]),
      "tensorRecord-indices": tensor(
        type: 22, values: [1, 1, 2], streams: [Stream(bytes: [0, 0]), Stream(bytes: [0])]),
      "tensorRecord-gaps": tensor(
        support: [2, 0, 8] + huge + [0x10],
        streams: [Stream(isCoded: true, bytes: [0, 0]), Stream(bytes: [])]),
      "tensorRecord-codebook": tensor(
        values: [1, 0, 1], streams: [Stream(isCoded: true, bytes: [0, 0])]),
      "tensorRecord-strings": tensor(
        type: 8, strings: [15], nonzeros: 4,
        streams: [Stream(bytes: [UInt8](repeating: 0, count: 15))]),
      "tensorRecord-manyStrings": tensor(
        type: 8, dimensions: [1, 0x80, 0x80, 0x80, 0x10], strings: [0x80, 0x80, 0x80, 0x40],
        streams: [Stream(isCoded: true, bytes: [0, 0])]),
      "tensorChecksum": DamageTests.assembled(
        data: [0, 0, 0, 0], tensors: [1, 1, 0, 2, 1, 4, 0, 0, 0, 0, 0, 4, 0, 1, 2, 3, 4]),
      "miscount-nonzeros": tensor(nonzeros: 1, streams: [four]),
      "miscount-entropy": tensor(streams: [Stream(bytes: [0, 0, 0, 0], entropy: 3)]),
      "miscount-oneSymbol": tensor(
        nonzeros: 3, streams: [Stream(isCoded: true, bytes: [0, 7])]),
      "padding": padded(),
    ]
  }

  private static func record(_ id: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var record: [UInt8] = [
      id, 0, 2, 1, UInt8(bytes.count), 0, 0, 0, 0, 0, UInt8(bytes.count), 0,
    ]
    record.appendLittleEndian(CRC32(bytes).value)
    return record
  }

  private static func twice() -> [UInt8] {
    DamageTests.assembled(
      data: [UInt8](repeating: 0, count: 8),
      tensors: [2] + record(1, [0, 0, 0, 0]) + record(1, [0, 0, 0, 0]))
  }

  /// Two tensors with a byte other than 0 between them.
  private static func padded() -> [UInt8] {
    DamageTests.assembled(
      data: [0, 0, 1, 0, 0], tensors: [2] + record(1, [0]) + record(2, [0]))
  }

  /// Streams that cannot be decoded; of each case of `CodingError` at least one.
  static func streams() -> [String: [UInt8]] {
    // Symbols 0 and 1, one bit each.
    let pair: [UInt8] = [1, 0, 1, 0x11]
    func relative(
      width: UInt8, symbols: UInt8, kept: UInt8, _ packed: [UInt8], isCoded: Bool = false
    ) -> [UInt8] {
      tensor(
        support: [2, kept, width, symbols],
        streams: [
          Stream(isCoded: isCoded, bytes: packed),
          Stream(bytes: [UInt8](repeating: 0, count: Int(kept))),
        ])
    }
    func bitmap(_ mask: UInt8, kept: UInt8, isCoded: Bool = false) -> [UInt8] {
      tensor(
        support: [1, kept],
        streams: [
          Stream(isCoded: isCoded, bytes: isCoded ? [0, mask] : [mask]),
          Stream(bytes: [UInt8](repeating: 0, count: Int(kept))),
        ])
    }
    let strings: [UInt8] = [9, 0, 0, 0] + [UInt8](repeating: 0, count: 12)
    return [
      "stream-truncated": coded([0]),
      "stream-truncated-table": coded([1, 0, 1]),
      "stream-truncated-data": coded(pair),
      "stream-truncated-parts": coded([0x21, 0, 1, 0x11, 1, 0, 1, 0, 0]),
      "stream-unknownTable": coded([9, 9]),
      "stream-unknownTable-parts": coded([0x61, 0]),
      "stream-badTableRange": coded([1, 1, 1, 0x11]),
      "stream-badTableRange-run": coded([2, 0, 2, 0x01, 0x0F, 0]),
      "stream-incompleteCode": coded([1, 0, 1, 0x12, 0]),
      "stream-incompleteCode-over": coded([1, 0, 2, 0x11, 1, 0]),
      "stream-badStreamSizes": coded([0x21, 0, 1, 0x11, 9, 1, 1, 0]),
      "stream-badStreamSizes-wide": coded([0x11, 0, 1, 0x11] + [UInt8](repeating: 0x80, count: 9)),
      "stream-trailingBits": coded(pair + [0x10]),
      "stream-trailingBits-byte": coded(pair + [0, 0]),
      "stream-trailingBits-packed": relative(width: 2, symbols: 1, kept: 1, [4]),
      "stream-trailingBytes": coded([0, 0, 0]),
      "stream-badGaps": relative(width: 3, symbols: 1, kept: 1, [6]),
      "stream-badGaps-skip": relative(width: 1, symbols: 1, kept: 0, [1]),
      "stream-badGaps-oneSymbol": relative(width: 2, symbols: 3, kept: 3, [0, 1], isCoded: true),
      "stream-keptCount": relative(width: 2, symbols: 2, kept: 1, [0]),
      "stream-keptCount-bitmap": bitmap(3, kept: 1),
      "stream-keptCount-oneSymbol": bitmap(3, kept: 1, isCoded: true),
      "stream-maskPadding": bitmap(0x11, kept: 2),
      "stream-maskPadding-oneSymbol": bitmap(0x11, kept: 2, isCoded: true),
      "stream-badIndex": tensor(
        values: [1, 2, 3], streams: [Stream(bytes: [0, 1, 2]), Stream(bytes: [0x03])]),
      "stream-badIndex-oneSymbol": tensor(
        values: [1, 2, 3],
        streams: [Stream(bytes: [0, 1, 2]), Stream(isCoded: true, bytes: [0, 3])]),
      "stream-stringLengths": tensor(
        type: 8, strings: [16], nonzeros: 4, streams: [Stream(bytes: strings)]),
    ]
  }
}
