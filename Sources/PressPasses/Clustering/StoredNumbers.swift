import PressTensor

/// The stored elements of a weight as keys, in the order of the streams that they are to have.
struct StoredNumbers<Key: OrderedKey> {
  /// A key for each stored element.
  private(set) var keys: [Key]
  /// The support in the same order; `nil` where it is dense.
  private(set) var mask: Storage?
  /// Where the stored elements of each part begin, and behind the last part the end.
  let starts: [Int]
  /// The bytes of codebook, scales and zero points that the weight had.
  let parameterBytes: Int

  /// Reads a weight's elements.
  ///
  /// - Parameter form: The weight in the form that it is to have; with its support.
  init(_ base: Weight, like form: Weight) throws {
    let contents = try base.contents()
    keys = try base.storedElements(contents).withBytes { span in
      Self.keys(base.elementType, span)
    }
    mask = contents.mask
    let parameters = [contents.codebook, contents.scales, contents.zeroPoints]
    parameterBytes = parameters.reduce(0) { $0 + ($1?.byteCount ?? 0) }
    if !base.isOrdered(like: form) {
      let places = try base.places(inOrderOf: form)
      if let mask {
        (keys, self.mask) = Self.moved(keys, under: mask, to: places)
      } else {
        keys = places.map { [keys] place in keys[Int(place)] }
      }
    }
    starts = Self.starts(form.parts, count: form.shape.count, mask: mask)
  }

  /// The first key that stands for no finite number.
  var nonFinite: Key? {
    let (lowest, highest) = (Key.finite.lowerBound, Key.finite.upperBound)
    for key in keys where key < lowest || key > highest { return key }
    return nil
  }

  private static func keys(_ type: ElementType, _ span: RawSpan) -> [Key] {
    let count = span.byteCount / (type.byteWidth ?? 1)
    switch type {
    case .float64:
      return [Key](capacity: count) { output in
        for index in 0..<count {
          let bits = span.loadLittleEndian(UInt64.self, at: 8 * index)
          output.append(Key(truncatingIfNeeded: UInt64(bits: bits)))
        }
      }
    case .float32:
      return [Key](capacity: count) { output in
        for index in 0..<count {
          let bits = span.loadLittleEndian(UInt32.self, at: 4 * index)
          output.append(Key(truncatingIfNeeded: UInt32(bits: bits)))
        }
      }
    default:
      return [Key](capacity: count) { output in
        for index in 0..<count {
          let half = span.loadLittleEndian(UInt16.self, at: 2 * index)
          let number = type == .float16 ? Float(float16Bits: half) : Float(bfloat16Bits: half)
          output.append(Key(truncatingIfNeeded: UInt32(bits: number.bitPattern)))
        }
      }
    }
  }

  /// The stored elements and the mask in another order.
  private static func moved(
    _ keys: [Key], under mask: Storage, to places: [UInt32]
  ) -> (keys: [Key], mask: Storage) {
    var ranks = [UInt32](repeating: .max, count: places.count)
    mask.withBytes { bits in
      var rank: UInt32 = 0
      bits.forEachSetBit { place in
        ranks[place] = rank
        rank += 1
      }
    }
    var moved: [Key] = []
    moved.reserveCapacity(keys.count)
    var bits = [UInt8](repeating: 0, count: (places.count + 7) / 8)
    for (target, place) in places.enumerated() where ranks[Int(place)] != .max {
      moved.append(keys[Int(ranks[Int(place)])])
      bits[target >> 3] |= 1 << UInt8(target & 7)
    }
    return (moved, Storage(bits))
  }

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

extension Weight {
  /// Whether the streams of another form of the tensor hold its elements in the same order.
  fileprivate func isOrdered(like form: Weight) -> Bool {
    view == form.view || (isInTensorOrder && form.isInTensorOrder)
  }

  /// For each place in the order of another form's streams, the place in the order of these.
  fileprivate func places(inOrderOf form: Weight) throws -> [UInt32] {
    guard let last = UInt32(exactly: shape.count) else {
      throw TensorError.sizeOverflow(shape.dimensions)
    }
    var numbers: [UInt8] = []
    numbers.reserveCapacity(4 * shape.count)
    for number in 0..<last { numbers.appendLittleEndian(number) }
    let numbering = Weight(
      id: id, name: name, elementType: .uint32, shape: shape, view: view,
      source: LoadedWeight(WeightContents(values: Storage(numbers))))
    var ordered = try numbering.decoded()
    if let view = form.view { ordered = try numbering.elements(ordered, byRowsOf: view) }
    return ordered.withBytes { span in
      (0..<shape.count).map { span.loadLittleEndian(UInt32.self, at: 4 * $0) }
    }
  }
}
