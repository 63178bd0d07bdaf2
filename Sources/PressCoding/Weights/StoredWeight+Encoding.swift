package import PressTensor

extension StoredWeight {
  /// Codes a weight's streams, each in the smallest of the forms that its coding allows.
  ///
  /// A support whose mask is not what its groups or blocks say is written without them, and a view
  /// that changes nothing is left out.
  ///
  /// - Throws: `TensorError.byteCount` for a stream of another length than the weight's description
  ///   gives it, `TensorError.outOfBounds` for a code that stands for nothing.
  package init(_ weight: Weight, _ contents: WeightContents) throws(TensorError) {
    self.init(elementType: weight.elementType, count: weight.shape.count)
    let isOld = weight.view == nil && !weight.support.isStructured && weight.granularity == .tensor
    guard count > 0 || isOld else {
      // Nothing has no rows.
      streams.append(.raw(.values, .empty))
      return
    }
    kept = weight.keptCount(contents.mask)
    values = weight.values
    takeLayout(weight)
    if let mask = contents.mask {
      guard mask.byteCount == count / 8 + (count % 8 == 0 ? 0 : 1) else {
        throw .byteCount(expected: (count + 7) / 8, found: mask.byteCount)
      }
      append(support: mask, of: weight.support, weight.coding)
    }
    try append(parameters: contents)
    try append(values: contents.values, weight.coding)
  }

  private mutating func takeLayout(_ weight: Weight) {
    granularity = values.hasParameters ? weight.granularity : .tensor
    if weight.support.isStructured || granularity != .tensor || !weight.isInTensorOrder {
      let axes = StridedAxis.rowMajor(weight.shape)
      view = weight.view ?? MatrixView(rows: [], columns: axes)
    }
  }

  private mutating func append(
    values bytes: Storage, _ coding: Coding
  ) throws(TensorError) {
    switch values {
    case .plain:
      if elementType == .string { stringBytes = bytes.byteCount }
      append(elements: bytes, width: elementType.byteWidth ?? 1, coding)
    case .narrow:
      try check(bytes, count: kept * 2)
      append(elements: bytes, width: 2, coding)
    case .codebook(bits: 0): break
    case .codebook(let bits):
      try append(codes: bytes, below: entries, width: bits, coding)
    case .affine(let bits):
      try append(codes: bytes, below: 1 << bits, width: bits, coding)
    case .fixed(let bits, _) where bits <= 8:
      try append(codes: bytes, below: 1 << bits, width: bits, coding)
    case .fixed(let bits, _):
      try check(bytes, count: kept * 2)
      let (low, high) = bytes.withBytes {
        (BytePlanes.plane(0, of: $0, width: 2), BytePlanes.plane(1, of: $0, width: 2))
      }
      try check(codes: high.rawSpan, below: 1 << (bits - 8))
      streams.append(.coded(.plane(0), low, width: 8, coding))
      streams.append(.coded(.plane(1), high, width: bits - 8, coding))
    case .ternary:
      try checkCodes(bytes, below: 3)
      streams.append(.coded(.values, bytes.withBytes { TritPacking.pack($0) }, width: 8, coding))
    case .binary:
      try checkCodes(bytes, below: 2)
      let packed = BitPacking.pack(bytes.copied(), width: 1)
      streams.append(.coded(.values, packed, width: 8, coding))
    }
  }

  /// Elements in one stream, or in planes of their bytes where that is smaller.
  private mutating func append(elements bytes: Storage, width: Int, _ coding: Coding) {
    let raw = StoredStream.raw(.values, bytes)
    guard coding != .raw, bytes.byteCount > 0 else {
      streams.append(raw)
      return
    }
    if width == 1 {
      streams.append(.coded(.values, bytes.copied(), width: 8, coding))
      return
    }
    let planes = (0..<width).map { index in
      let plane = bytes.withBytes { BytePlanes.plane(index, of: $0, width: width) }
      return StoredStream.coded(.plane(index), plane, width: 8, coding)
    }
    let size = planes.reduce(0) { $0 + $1.bytes.byteCount }
    hasPlanes = size < bytes.byteCount
    streams += hasPlanes ? planes : [raw]
  }

  private mutating func append(
    codes bytes: Storage, below limit: Int, width: Int, _ coding: Coding
  ) throws(TensorError) {
    try checkCodes(bytes, below: limit)
    streams.append(.coded(.values, bytes.copied(), width: width, coding))
  }

  private func checkCodes(_ bytes: Storage, below limit: Int) throws(TensorError) {
    try check(bytes, count: kept)
    try bytes.withBytes { (span) throws(TensorError) in try check(codes: span, below: limit) }
  }

  private func check(codes: RawSpan, below limit: Int) throws(TensorError) {
    guard limit < 256, let largest = Histogram(codes).largest, largest >= limit else { return }
    throw .outOfBounds(offset: largest, count: 1, length: limit)
  }

  private func check(_ bytes: Storage, count: Int) throws(TensorError) {
    guard bytes.byteCount == count else {
      throw .byteCount(expected: count, found: bytes.byteCount)
    }
  }
}
