internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A layer's weight whose codes its kernel takes; they are read when they are packed.
struct CodedWeight {
  let weight: Weight
  let parameters: CodeParameters
  /// Whether the codes stand row after row of the layer's matrix, rather than in the tensor's order.
  let isByRows: Bool
}

extension PlanningContext {
  /// A weight that a layer's kernel takes as codes, and why; `nil` where it takes floats.
  ///
  /// Where speed is preferred, dense codes are decoded into the layer's panels as they are packed.
  func codedWeight(
    _ weight: Weight, view: MatrixView, allowsSparse: Bool
  ) throws(PlanningProblem) -> (weight: LayerWeight, reason: String)? {
    guard weight.elementType == .float32, weight.shape.count > 0,
      let order = weight.order(as: view), weight.parts.count == 1 || weight.hasRows(of: view)
    else { return nil }
    let isByRows = order == .rows || view.isRowMajor
    let isKept = options.prefer == .memory
    if weight.support == .dense {
      guard weight.values.isCoded else { return nil }
      let isContiguous = weight.parts.count <= view.rows || view.taps == 1
      let usesSigns = isKept && isContiguous && weight.values.areSigns
      let parameters = try parameters(of: weight, view: view, asSigns: usesSigns)
      let coded = CodedWeight(weight: weight, parameters: parameters, isByRows: isByRows)
      return (.coded(coded, isKept: isKept), weight.values.reason(isKept, asSigns: usesSigns))
    }
    guard isKept, allowsSparse,
      weight.values == .plain || weight.values == .codebook(bits: 0) || weight.values.isCoded
    else { return nil }
    let parameters = try parameters(of: weight, view: view, asSigns: false)
    let coded = CodedWeight(weight: weight, parameters: parameters, isByRows: isByRows)
    return (.compact(coded), "kept as gaps and \(weight.values.name(of: .float32))")
  }

  /// What a weight's codes stand for.
  private func parameters(
    of weight: Weight, view: MatrixView, asSigns: Bool
  ) throws(PlanningProblem) -> CodeParameters {
    do {
      return try weight.codeParameters(columns: view.columns, asSigns: asSigns)
    } catch {
      throw .weight(weight.name, error)
    }
  }

  /// Codes in panels, as they are.
  mutating func panels(
    _ coded: CodedWeight, _ layout: CodedPanels.Layout, rowScale: [Float]?
  ) throws(PlanningProblem) -> CodedPanels {
    try reserve(coded.weight.shape.count, elementBytes: max(1, coded.parameters.streamBytes))
    do {
      return try CodedPanels(layout, coded.parameters, rowScale: rowScale) { body in
        try coded.weight.forEachPiece(body)
      }
    } catch {
      throw .weight(coded.weight.name, error)
    }
  }

  /// Why a layer's weight has its form, which for codes under a mask shows when they are packed.
  func reason(_ reason: String, _ matrix: PackedMatrix) -> String {
    guard let count = matrix.compactCount else { return reason }
    let zeros = 1 - Double(count) / Double(max(matrix.rows * matrix.columns, 1))
    return "sparse: \(Int((zeros * 100).rounded())) % zeros, \(reason)"
  }

  /// Codes under a mask, as gaps and codes.
  mutating func compactRows(
    _ coded: CodedWeight, rows: Int, columns: Int, rowScale: [Float]?
  ) throws(PlanningProblem) -> CompactRows {
    let compact: CompactRows
    do {
      let whole =
        coded.isByRows ? nil : try coded.turned(rows: rows, columns: columns)
      compact = try CompactRows(
        rows: rows, columns: columns, coded.parameters, rowScale: rowScale
      ) { body in
        if let whole { try body(whole) } else { try coded.weight.forEachPiece(body) }
      }
    } catch {
      throw .weight(coded.weight.name, error)
    }
    try reserve(compact.byteCount, elementBytes: 1)
    return compact
  }
}

extension CodedWeight {
  /// All that is stored of a (columns, rows) tensor, row after row of (rows, columns): as one piece,
  /// since the first row is complete only where the tensor ends.
  fileprivate func turned(rows: Int, columns: Int) throws -> CodePiece {
    let unit = parameters.streamBytes
    var mask = [UInt8](repeating: 0, count: (rows * columns + 7) / 8)
    var starts = [Int](repeating: 0, count: rows + 1)
    try weight.forEachStored { place, _ in
      let (column, row) = place.quotientAndRemainder(dividingBy: rows)
      let target = row * columns + column
      mask[target >> 3] |= 1 << UInt8(target & 7)
      starts[row + 1] += 1
    }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    var codes = [UInt8](repeating: 0, count: starts[rows] * unit)
    // Columns come in order, so the elements of a row do.
    try weight.forEachStored { place, code in
      let row = place % rows
      for byte in 0..<unit { codes[starts[row] * unit + byte] = code[code.startIndex + byte] }
      starts[row] += 1
    }
    return CodePiece(places: 0..<(rows * columns), mask: mask, codes: codes)
  }
}

extension Weight {
  /// Calls `body` with the place and the code of each element that is stored.
  fileprivate func forEachStored(_ body: (Int, ArraySlice<UInt8>) -> Void) throws {
    try forEachStreamPiece { piece in
      let stored = piece.mask.map { $0.rawSpan.setBitCount } ?? piece.places.count
      let unit = stored == 0 ? 0 : piece.values.count / stored
      guard stored * unit == piece.values.count else { throw CodeProblem.badPieces }
      var next = 0
      func take(_ place: Int) {
        body(place, piece.values[next..<(next + unit)])
        next += unit
      }
      if let mask = piece.mask {
        mask.rawSpan.forEachSetBit { take(piece.places.lowerBound + $0) }
      } else {
        for place in piece.places { take(place) }
      }
    }
  }

  /// Calls `body` with the weight's streams in pieces, in their order.
  fileprivate func forEachPiece(_ body: (CodePiece) throws -> Void) throws {
    try forEachStreamPiece { piece in
      try body(CodePiece(places: piece.places, mask: piece.mask, codes: piece.values))
    }
  }

  /// Whether the parts of the values are those of a matrix's rows.
  fileprivate func hasRows(of matrix: MatrixView) -> Bool {
    view?.hasSameRows(as: matrix) ?? false
  }

  /// What the codes of a float32 weight stand for, with rows of `columns` columns.
  fileprivate func codeParameters(columns: Int, asSigns: Bool) throws -> CodeParameters {
    let contents = try parameterContents()
    var (rowParts, partColumns) = (0, Int.max)
    if parts.count > 1 {
      partColumns =
        if case .group(let size) = granularity { min(max(size, 1), columns) } else { columns }
      rowParts = (columns + partColumns - 1) / max(partColumns, 1)
      partColumns = max(partColumns, 1)
    }
    func parameters(_ kind: CodeParameters.Kind, bits: Int, _ floats: [Float], each: Int)
      -> CodeParameters
    {
      CodeParameters(
        kind, bits: bits, parameters: floats, partFloats: each, rowParts: rowParts,
        partColumns: partColumns)
    }
    switch values {
    case .plain: return CodeParameters(.float32, bits: 32)
    case .narrow(let type): return CodeParameters(type == .float16 ? .float16 : .bfloat16, bits: 16)
    case .ternary where asSigns:
      return parameters(.ternary, bits: 2, try scaleFloats(contents, each: 2), each: 2)
    case .binary where asSigns:
      return parameters(.binary, bits: 1, try scaleFloats(contents, each: 1), each: 1)
    case .affine(let bits):
      let scales = try scaleFloats(contents, each: 1)
      let zeros = contents.zeroPoints?.copied()
      guard zeros.map({ $0.count == scales.count }) ?? true else {
        throw TensorError.byteCount(expected: scales.count, found: zeros?.count ?? 0)
      }
      let both = scales.indices.flatMap { part -> [Float] in
        [scales[part], zeros.map { Float($0[part]) } ?? Float(1 << (bits - 1))]
      }
      return parameters(.affine, bits: bits, both, each: 2)
    default:
      guard let table = try ValueTable(self, contents) else {
        throw TensorError.elementType(expected: "codes", found: elementType)
      }
      return parameters(
        .table, bits: values.codeBits ?? 0, try table.floats(elementType), each: table.codes)
    }
  }

  private func scaleFloats(_ contents: WeightContents, each: Int) throws(TensorError) -> [Float] {
    try ElementType.float32.floats(in: contents.scales ?? .empty, count: parts.count * each)
  }
}

extension Values {
  /// Whether kernels take the values as codes of at most 16 bits.
  fileprivate var isCoded: Bool {
    switch self {
    case .plain, .codebook(bits: 0): false
    case .fixed(let bits, _): bits <= 8
    case .narrow, .codebook, .affine, .ternary, .binary: true
    }
  }

  fileprivate var areSigns: Bool { self == .ternary || self == .binary }

  /// Why a dense weight of these values is kept, or not.
  fileprivate func reason(_ isKept: Bool, asSigns: Bool) -> String {
    let name =
      if case .codebook(let bits) = self { "codebook of \(1 << bits)" } else { name(of: .float32) }
    return isKept ? "\(name), kept as it is" : "\(name), decoded: products of floats are faster"
  }
}

extension MatrixView {
  /// The elements of a window that follow one another in a row; 1 where columns are single channels.
  fileprivate var taps: Int { columnAxes.dropFirst().reduce(1) { $0 * $1.size } }
}
