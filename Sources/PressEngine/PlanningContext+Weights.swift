internal import PressGraph
internal import PressKernels
internal import PressTensor

extension PlanningContext {
  /// A layer's weight as the engine keeps it.
  enum LayerWeight {
    /// All elements are the same.
    case uniform(Float)
    case dense(FloatBuffer)
    /// Elements under a mask, both row after row of the layer's matrix where `isByRows`, else in the
    /// tensor's order.
    case sparse(mask: Storage, values: FloatBuffer, isByRows: Bool)
    /// Dense codes, to be kept or to be decoded while they are packed.
    case coded(CodedWeight, isKept: Bool)
    /// Codes under a mask, row after row.
    case compact(CodedWeight)

    /// Whether only some elements are stored.
    var isSparse: Bool {
      switch self {
      case .uniform, .dense, .coded: false
      case .sparse, .compact: true
      }
    }

    /// Whether dense codes are to be kept.
    var isKept: Bool {
      if case .coded(_, isKept: true) = self { true } else { false }
    }

    /// The words for it in a kernel's name.
    var name: String {
      switch self {
      case .uniform, .dense, .coded(_, isKept: false): "dense"
      case .sparse: "sparse"
      case .coded(let weight, _):
        weight.parameters.areSigns ? "added and subtracted" : "decoded by tiles"
      case .compact: "sparse, expanded by rows"
      }
    }
  }

  /// Where a sparse product begins to win over a dense one, as a fraction of zeros.
  private static let breakEven = 0.7

  /// A layer's weight, dense where that is faster or all there is, and why.
  ///
  /// - Parameter view: the matrix that the layer multiplies by; by default that of the first axis and
  ///   the others.
  mutating func layerWeight(
    _ weight: Weight, view: MatrixView? = nil, allowsSparse: Bool = true, allowsCodes: Bool = true
  ) throws(PlanningProblem) -> (weight: LayerWeight, reason: String) {
    let view = view ?? MatrixView(weight.shape)
    if allowsCodes, let coded = try codedWeight(weight, view: view, allowsSparse: allowsSparse) {
      return coded
    }
    let contents = try contents(of: weight)
    if contents.mask == nil, case .codebook(bits: 0) = weight.values, weight.parts.count == 1 {
      let entry = try floats(weight, contents.codebook ?? .empty, count: 1)
      return (.uniform(entry.span[0]), "uniform: all weights are equal")
    }
    guard let mask = contents.mask else {
      return (.dense(try decoded(weight, contents)), "dense")
    }
    let stored = mask.withBytes { $0.setBitCount }
    let zeros = 1 - Double(stored) / Double(max(weight.shape.count, 1))
    let percent = Int((zeros * 100).rounded())
    let order = weight.order(as: view)
    guard let order, allowsSparse,
      options.prefer == .memory || zeros >= PlanningContext.breakEven
    else {
      return (.dense(try decoded(weight, contents)), "kept dense: \(percent) % zeros")
    }
    try reserve(stored, elementBytes: 8)
    let values = try storedValues(weight, contents, count: stored)
    return (
      .sparse(mask: mask, values: values, isByRows: order == .rows), "sparse: \(percent) % zeros"
    )
  }

  /// A weight as a matrix of (rows, columns), stored so or transposed, each row times its scale.
  mutating func matrix(
    _ loaded: LayerWeight, of weight: Weight, rows: Int, columns: Int, isTransposed: Bool,
    rowScale: [Float]?
  ) throws(PlanningProblem) -> PackedMatrix {
    switch loaded {
    case .uniform(let element) where rowScale == nil:
      try reserve(columns, elementBytes: 64)
      return PackedMatrix(uniform: element, rows: rows, columns: columns)
    case .uniform(let element):
      try reserve(weight.shape.count, elementBytes: 8)
      let elements = FloatBuffer([Float](repeating: element, count: weight.shape.count))
      return PackedMatrix(
        elements, rows: rows, columns: columns, isTransposed: isTransposed,
        rowScale: rowScale.map { FloatBuffer($0) })
    case .dense(let elements):
      try reserve(weight.shape.count)
      return PackedMatrix(
        elements, rows: rows, columns: columns, isTransposed: isTransposed,
        rowScale: rowScale.map { FloatBuffer($0) })
    case .sparse(let mask, let values, let isByRows):
      let sparse = mask.withBytes { span in
        SparseRows(
          rows: rows, columns: columns, mask: span, values: values,
          isTransposed: isTransposed && !isByRows, rowScale: rowScale)
      }
      guard let sparse else {
        throw .weight(
          weight.name,
          TensorError.byteCount(expected: (weight.shape.count + 7) / 8, found: mask.byteCount))
      }
      return PackedMatrix(sparse, columns: columns)
    case .coded(let coded, let isKept):
      let panels = try panels(
        coded,
        CodedPanels.Layout(
          rows: rows, channels: columns, isTransposed: isTransposed && !coded.isByRows),
        rowScale: rowScale)
      if isKept { return PackedMatrix(panels) }
      try reserve(weight.shape.count)
      return PackedMatrix(decoding: panels)
    case .compact(let coded):
      return PackedMatrix(
        try compactRows(coded, rows: rows, columns: columns, rowScale: rowScale))
    }
  }

  /// All elements of a constant as float32.
  mutating func elements(
    of weight: Weight, scale: Float = 1
  ) throws(PlanningProblem) -> FloatBuffer {
    try decoded(weight, contents(of: weight)).scaled(by: scale)
  }

  private func contents(of weight: Weight) throws(PlanningProblem) -> WeightContents {
    do {
      return try weight.contents()
    } catch {
      throw .weight(weight.name, error)
    }
  }

  private mutating func decoded(
    _ weight: Weight, _ contents: WeightContents
  ) throws(PlanningProblem) -> FloatBuffer {
    let isPlain = weight.values == .plain && contents.mask == nil && weight.isInTensorOrder
    if isPlain, weight.elementType == .float32,
      let elements = FloatBuffer(borrowing: contents.values), elements.count == weight.shape.count
    {
      return elements
    }
    try checkRoom(weight.shape.count * 4)
    if contents.mask == nil, case .codebook(0) = weight.values, weight.parts.count == 1 {
      let element = try floats(weight, contents.codebook ?? .empty, count: 1)
      return FloatBuffer(count: weight.shape.count) { target in
        for index in 0..<target.count { target[index] = element.span[0] }
      }
    }
    if !isPlain {
      let width = weight.elementType.byteWidth ?? 1
      try checkRoom(weight.shape.count * width)
    }
    do {
      let bytes = try weight.decoded(from: contents)
      return try floats(weight, bytes, count: weight.shape.count)
    } catch let problem as PlanningProblem {
      throw problem
    } catch {
      throw .weight(weight.name, error)
    }
  }

  /// The stored elements of a sparse weight as float32, whatever they are held as.
  private func storedValues(
    _ weight: Weight, _ contents: WeightContents, count: Int
  ) throws(PlanningProblem) -> FloatBuffer {
    do {
      return try floats(weight, weight.storedElements(contents), count: count)
    } catch let problem as PlanningProblem {
      throw problem
    } catch {
      throw .weight(weight.name, error)
    }
  }

  private func floats(
    _ weight: Weight, _ bytes: Storage, count: Int
  ) throws(PlanningProblem) -> FloatBuffer {
    let type = weight.elementType
    guard [.float32, .float64, .float16, .bfloat16].contains(type) else {
      throw .unsupported("a constant of type \(type.name)")
    }
    let converted = bytes.withBytes { span in
      FloatBuffer(converting: span, from: type, count: count)
    }
    guard let converted else {
      let expected = count.multipliedReportingOverflow(by: type.byteWidth ?? 1).partialValue
      throw .weight(
        weight.name, TensorError.byteCount(expected: expected, found: bytes.byteCount))
    }
    return converted
  }
}

extension FloatBuffer {
  /// The elements times a factor; the buffer itself where that is 1.
  func scaled(by factor: Float) -> FloatBuffer {
    guard factor != 1 else { return self }
    return FloatBuffer(count: count) { target in
      for index in 0..<count { target[index] = span[index] * factor }
    }
  }
}
