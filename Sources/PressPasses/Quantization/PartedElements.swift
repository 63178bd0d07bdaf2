import PressKernels
import PressTensor

/// The stored elements of a weight in its own type, in the order that the streams of its new form are
/// to have, and the parts they fall into.
struct PartedElements: Sendable {
  /// The type of the elements.
  let type: ElementType
  /// The elements, packed.
  let elements: Storage
  /// The support in the same order; `nil` where it is dense.
  let mask: Storage?
  /// Where each part's elements begin, and behind the last part the end.
  let starts: [Int]
  /// The bytes that codebook, scales and zero points took.
  let parameterBytes: Int
  private let kernels: NumberKernels
  private let width: Int

  /// Elements of an item of work; items are cut alike for any number of threads.
  private static let itemSize = 1 << 16

  /// Reads a weight's elements, which are of a type that kernels take.
  ///
  /// - Parameter form: The weight in the form that it is to have, with the same support.
  init(_ base: Weight, like form: Weight, _ kernels: NumberKernels) throws {
    let contents = try base.contents()
    let parameters = [contents.codebook, contents.scales, contents.zeroPoints]
    parameterBytes = parameters.reduce(0) { $0 + ($1?.byteCount ?? 0) }
    type = base.elementType
    width = base.elementType.byteWidth ?? 1
    self.kernels = kernels
    let isInOrder = base.view == form.view || base.isInTensorOrder && form.isInTensorOrder
    if isInOrder {
      (elements, mask) = (try base.storedElements(contents), contents.mask)
    } else {
      let view = form.view ?? MatrixView(form.shape)
      let dense = try base.elements(base.decoded(from: contents), byRowsOf: view)
      mask = try contents.mask.map { try base.moved($0, to: view) }
      elements = mask.map { dense.elements(under: $0, base.elementType) } ?? dense
    }
    let found = elements.byteCount / max(width, 1)
    starts = Self.starts(form.parts, count: form.shape.count, mask: mask)
    guard starts.last == found else {
      throw TensorError.byteCount(expected: (starts.last ?? 0) * width, found: elements.byteCount)
    }
  }

  /// The number of stored elements.
  var count: Int { starts[starts.count - 1] }
  /// The number of parts.
  var parts: Int { starts.count - 1 }

  private static func starts(_ parts: WeightParts, count: Int, mask: Storage?) -> [Int] {
    var starts = [Int](repeating: 0, count: parts.count + 1)
    guard let mask else {
      for part in 0..<parts.count {
        starts[part + 1] = parts.places(of: part, count: count).upperBound
      }
      return starts
    }
    var (part, end) = (0, 0)
    mask.withBytes { bits in
      bits.forEachSetBit { place in
        if place >= end { (part, end) = parts.part(at: place) }
        starts[part + 1] += 1
      }
    }
    for part in 0..<parts.count { starts[part + 1] += starts[part] }
    return starts
  }
}

extension PartedElements {
  /// What `find` makes of each part, on up to so many threads.
  ///
  /// The results of pieces of one part are joined in their order; parts without elements have `empty`.
  func reduced<Result: Sendable>(
    _ empty: Result, threads: Int,
    find: @Sendable (NumberKernels, _ part: Int, RawSpan) -> Result,
    join: (inout Result, Result) -> Void
  ) throws -> [Result] {
    let items = (count + Self.itemSize - 1) / Self.itemSize
    let found = try Parallel.map(items, threads: threads) { item in
      var results: [(part: Int, result: Result)] = []
      elements.withBytes { span in
        forEachRun(of: item) { part, range in
          let bytes = span.extracting((range.lowerBound * width)..<(range.upperBound * width))
          results.append((part, find(kernels, part, bytes)))
        }
      }
      return results
    }
    var results = [Result](repeating: empty, count: parts)
    for item in found { for (part, result) in item { join(&results[part], result) } }
    return results
  }

  /// Codes of so many bytes for all elements, made run by run: elements of one part, whose codes go to
  /// a place of a span.
  func coded(
    width codeWidth: Int, threads: Int,
    _ code:
      @Sendable (
        NumberKernels, _ part: Int, RawSpan, inout MutableSpan<UInt8>, _ place: Int
      ) -> Void
  ) -> Storage {
    let piece = Self.itemSize * codeWidth
    let codes = Parallel.bytes(count * codeWidth, piece: piece, threads: threads) { item, target in
      elements.withBytes { span in
        forEachRun(of: item) { part, range in
          let bytes = span.extracting((range.lowerBound * width)..<(range.upperBound * width))
          let place = (range.lowerBound - item * Self.itemSize) * codeWidth
          code(kernels, part, bytes, &target, place)
        }
      }
    }
    return Storage(codes)
  }

  /// Calls `body` with the parts of an item and their elements in it.
  private func forEachRun(of item: Int, _ body: (_ part: Int, Range<Int>) -> Void) {
    let end = min((item + 1) * Self.itemSize, count)
    var index = item * Self.itemSize
    // The last part that begins no later: the one that holds the element.
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] > index { high = middle } else { low = middle + 1 }
    }
    var part = low - 1
    while index < end {
      let upper = min(starts[part + 1], end)
      if index < upper { body(part, index..<upper) }
      (index, part) = (upper, part + 1)
    }
  }
}

extension Weight {
  /// A mask in the order of this weight's streams, as one row after row of a view.
  fileprivate func moved(_ mask: Storage, to view: MatrixView) throws -> Storage {
    var flags = [UInt8](repeating: 0, count: shape.count)
    mask.withBytes { bits in bits.forEachSetBit { flags[$0] = 1 } }
    let form = Weight(
      id: id, name: name, elementType: .uint8, shape: shape, view: self.view,
      source: LoadedWeight(WeightContents(values: Storage(flags))))
    let moved = try form.elements(form.decoded(), byRowsOf: view).copied()
    var bits = [UInt8](repeating: 0, count: (moved.count + 7) / 8)
    for (place, flag) in moved.enumerated() { bits[place >> 3] |= flag << UInt8(place & 7) }
    return Storage(bits)
  }
}

extension Storage {
  /// The packed elements of a type whose bits are set.
  fileprivate func elements(under mask: Storage, _ type: ElementType) -> Storage {
    let width = type.byteWidth ?? 1
    var bytes: [UInt8] = []
    withBytes { span in
      mask.withBytes { bits in
        bits.forEachSetBit { place in
          for byte in 0..<width {
            bytes.append(span.loadLittleEndian(UInt8.self, at: place * width + byte))
          }
        }
      }
    }
    return Storage(bytes)
  }
}
