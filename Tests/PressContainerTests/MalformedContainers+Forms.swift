import PressFile
import PressTensor

@testable import PressCoding
@testable import PressContainer

extension MalformedContainers {
  /// Two rows of two columns, in order.
  private static let square: [UInt8] = [1, 2, 2, 1, 2, 1]
  /// The tensor's granularity, and the view.
  private static let whole: [UInt8] = [0] + square
  private static let one: [UInt8] = [0, 0, 0x80, 0x3F]

  /// A 2 x 2 tensor of version 2.
  private static func form(
    type: UInt8 = 1, support: [UInt8] = [0], values: [UInt8] = [0], nonzeros: UInt8 = 0,
    version: Int = 2, _ streams: [Stream] = [Stream(bytes: [])]
  ) -> [UInt8] {
    tensor(
      type: type, dimensions: [2, 2, 2], support: support, values: values, nonzeros: nonzeros,
      streams: streams, version: version)
  }

  /// Codes of four bits and their scale.
  private static func affine(_ layout: [UInt8], scales: Stream = Stream(bytes: one)) -> [UInt8] {
    form(values: [0x86, 4] + layout, [scales, Stream(bytes: [0x88, 0x88])])
  }

  /// Records of version 2 that contradict themselves.
  static func forms() -> [String: [UInt8]] {
    let huge: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]
    return [
      "unknownCode-supportOfVersion2": form(support: [0x13], version: 1),
      "unknownCode-valuesOfVersion2": form(values: [6, 4], version: 1),
      "unknownCode-codingOfVersion2": form(
        values: [1, 0, 1], version: 1, [Stream(coding: 2, bytes: [0, 0])]),
      "unknownCode-codingOfVersion3": form([Stream(coding: 4, bytes: [0, 0])]),
      "unknownCode-supportForm": form(support: [4, 0]),
      "unknownCode-structure": form(support: [0x31, 0]),
      "unknownCode-positionsOfNone": form(support: [0x03, 0]),
      "unknownCode-denseGroups": form(support: [0x10, 0]),
      "unknownCode-valuesForm": form(values: [10]),
      "unknownCode-halvesOfNothing": form(values: [0x40]),
      "unknownCode-narrow": form(values: [3, 1]),
      "unknownCode-narrowType": form(values: [3, 99]),
      "unknownCode-fixedBits": form(values: [5, 17, 0]),
      "unknownCode-affineBits": form(values: [6, 1]),
      "unknownCode-granularity": affine([3] + square),
      "unknownCode-groupSize": affine([2, 0] + square),
      "unknownCode-groupSize-wide": affine([2, 0x80, 0x80, 0x80, 0x80, 0x08] + square),
      "unknownCode-keep": form(support: [0x11, 2, 3, 2], values: [0x80] + whole),
      "unknownCode-positionsWide": form(support: [0x13, 2, 1, 0x81, 2], values: [0x80] + whole),
      "unknownCode-blockRows": form(support: [0x21, 2, 0, 2], values: [0x80] + whole),
      "tensorRecord-radix": form(values: [5, 8, 0x81, 0x10]),
      "tensorRecord-rows": form(support: [0x11, 2, 1, 2]),
      "tensorRecord-view-small": affine([0, 1, 2, 2, 1, 1, 1]),
      "tensorRecord-view-overlapping": affine([0, 1, 2, 1, 1, 2, 1]),
      "tensorRecord-view-gap": affine([0, 1, 2, 3, 1, 2, 1]),
      "tensorRecord-view-empty": affine([0, 1, 0, 1, 1, 2, 1]),
      "tensorRecord-view-overflow": affine([0, 1] + huge + [1, 1, 4] + huge),
      "tensorRecord-view-axes": affine([0, 65] + [UInt8](repeating: 1, count: 200)),
      "tensorRecord-view-nibbles": form(type: 22, values: [0x80] + whole),
      "tensorRecord-viewOfNothing": tensor(
        type: 1, dimensions: [2, 0, 4], values: [0x80, 0, 1, 0, 1, 1, 4, 1],
        streams: [Stream(bytes: [])], version: 2),
      "tensorRecord-groups": form(
        support: [0x11, 3, 1, 2], values: [0x80] + whole,
        [Stream(bytes: [7]), Stream(bytes: one + one + one)]),
      "tensorRecord-places": form(
        support: [0x22, 4, 1, 2, 2, 2], values: [0x80] + whole,
        [Stream(bytes: [0]), Stream(bytes: one + one + one + one)]),
      "tensorRecord-parts": form(
        values: [0x80, 1] + square, [Stream(bytes: one + one + one + one)]),
      "tensorRecord-numbers": form(
        type: 2, values: [6, 4], [Stream(bytes: one), Stream(bytes: [0, 0])]),
      "tensorRecord-halves": form(
        type: 2, values: [0x41, 1, 2], [Stream(bytes: [0, 0, 0, 0]), Stream(bytes: [0])]),
      "tensorRecord-codebooks": form(
        type: 22, values: [0x81, 0, 1, 1] + square, [Stream(bytes: [0, 0])]),
      "tensorRecord-scales": affine([1] + square),
      "tensorRecord-codedScales": affine(whole, scales: Stream(coding: 2, bytes: [0, 0])),
      "tensorRecord-codes": form(
        values: [8], [Stream(bytes: one + one), Stream(bytes: [0, 0])]),
    ]
  }

  /// Streams of version 2 that cannot be decoded, or are not what their record says.
  static func formStreams() -> [String: [UInt8]] {
    /// Elements of a byte under a support.
    func support(_ support: [UInt8], _ stream: [UInt8], kept: Int = 2) -> [UInt8] {
      form(
        type: 2, support: support, values: [0x80] + whole,
        [Stream(bytes: stream), Stream(bytes: [UInt8](repeating: 0, count: kept))])
    }
    func ternary(_ byte: UInt8) -> [UInt8] {
      form(values: [8], nonzeros: 4, [Stream(bytes: one + one), Stream(bytes: [byte])])
    }
    func coded(_ coding: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      form(type: 2, [Stream(coding: coding, bytes: bytes)])
    }
    // Symbols 0 and 1, each 128 of 256, and one state.
    let pair: [UInt8] = [8, 0, 1, 0x08, 0x40, 0]
    return [
      "stream-badCode-trits": ternary(243),
      "stream-badCode-spareTrits": ternary(81),
      "stream-badCode-affine": form(
        values: [6, 4], [Stream(bytes: one), Stream(isCoded: true, bytes: [0, 16])]),
      "stream-badCode-plane": form(
        values: [5, 9, 0],
        [
          Stream(isPlane: true, bytes: [0, 0, 0, 0]),
          Stream(isCoded: true, isPlane: true, bytes: [0, 2]),
        ]),
      "stream-trailingBits-binary": form(
        values: [9], nonzeros: 4, [Stream(bytes: one), Stream(bytes: [0x10])]),
      "stream-trailingBits-zeroPoints": form(
        values: [7, 4],
        [Stream(bytes: one), Stream(bytes: [0x18]), Stream(bytes: [0x88, 0x88])]),
      "stream-groupCount": support([0x11, 2, 1, 2], [0x03]),
      "stream-badPosition": support([0x13, 2, 1, 3], [0x02]),
      "stream-badPosition-twice": support([0x13, 4, 2, 2], [0x00], kept: 4),
      "stream-keptCount-blocks": support([0x21, 2, 1, 2], [0x03]),
      "stream-maskPadding-blocks": support([0x21, 2, 1, 2], [0x05]),
      "stream-badGaps-blocks": support([0x22, 2, 2, 1, 1, 2], [0x02]),
      "stream-unknownTable-rans": coded(2, [7, 0, 1]),
      "stream-badTableRange-rans": coded(2, [8, 0, 1, 0xF0]),
      "stream-badFrequencies": coded(2, [8, 0, 1, 0x08, 0x08, 0]),
      "stream-trailingBits-rans": coded(2, [8, 0, 1, 0x08, 0x40, 0x80, 0, 0, 1, 0]),
      "stream-truncated-rans": coded(2, pair + [0, 0, 1]),
      "stream-truncated-ransWords": coded(2, pair + [0, 0, 1, 0]),
      "stream-badState": coded(2, pair + [0, 0, 0, 0]),
      "stream-badState-end": coded(2, pair + [0, 0, 0, 1]),
      "stream-trailingBytes-rans": coded(2, [0, 0, 0]),
      "stream-inflate": coded(3, [0xFF, 0xFF]),
      "stream-inflate-short": coded(3, Deflate.deflate([0, 0, 0])),
      "stream-inflate-bomb": coded(3, Deflate.deflate([UInt8](repeating: 0, count: 100_000))),
      "miscount-affine": form(
        values: [6, 4], nonzeros: 1, [Stream(bytes: one), Stream(bytes: [0x88, 0x88])]),
      "miscount-ternary": form(
        values: [8], nonzeros: 4, [Stream(bytes: one + one), Stream(bytes: [40])]),
    ]
  }
}
