internal import CPressKernels

/// What the codes of a weight stand for, as kernels read it.
public struct CodeParameters: Sendable {
  /// How a code becomes a number.
  public enum Kind: Sendable {
    /// It is an entry of the table that a part has as its parameters.
    case table
    /// scale * (code - zero point): a part's parameters are scale and zero point.
    case affine
    /// It is the number's own bits.
    case float16, bfloat16, float32
    /// -a, 0 and b are the codes 0, 1 and 2; a part's parameters are a and b.
    case ternary
    /// -a and a are the codes 0 and 1; a part's parameter is a.
    case binary

    var view: press_code_kind {
      switch self {
      case .table: press_code_table
      case .affine: press_code_affine
      case .float16: press_code_float16
      case .bfloat16: press_code_bfloat16
      case .float32: press_code_float32
      case .ternary: press_code_ternary
      case .binary: press_code_binary
      }
    }
  }

  /// How a code becomes a number.
  public let kind: Kind
  /// The bits of a code: 0 to 8; 16 and 32 where it is a number's own bits.
  public let bits: Int
  /// The floats of a part.
  let partFloats: Int
  /// The parts of a row; 0 where there is one part for all rows.
  let rowParts: Int
  /// The columns of a part.
  let partColumns: Int
  /// The parts' parameters, and those of some lanes behind the last row, which are zeros.
  let parameters: FloatBuffer

  /// Parameters of each part in turn, the parts of a row together.
  ///
  /// - Parameter rowParts: the parts of a row; 0 where there is one part for all rows.
  /// - Parameter partColumns: the columns of a part; the last of a row may have fewer.
  public init(
    _ kind: Kind, bits: Int, parameters: [Float] = [], partFloats: Int = 0, rowParts: Int = 0,
    partColumns: Int = .max
  ) {
    precondition(partColumns > 0, "a part has columns")
    (self.kind, self.bits, self.partFloats) = (kind, bits, partFloats)
    (self.rowParts, self.partColumns) = (rowParts, partColumns)
    let behind = Int(PRESS_LANES) * max(rowParts, 1) * partFloats
    self.parameters = FloatBuffer(parameters + [Float](repeating: 0, count: behind))
  }

  /// The codes that there are, which no code may reach; 0 for a number's own bits.
  public var codes: Int {
    switch kind {
    case .table: partFloats
    case .affine: 1 << bits
    case .float16, .bfloat16, .float32: 0
    case .ternary: 3
    case .binary: 2
    }
  }

  /// The bytes of a code in a stream of codes.
  public var streamBytes: Int { bits == 0 ? 0 : (bits + 7) / 8 }

  /// The bytes that the parameters take in memory.
  var byteCount: Int { parameters.byteCount }
}

/// Some of a weight's streams: the stored elements of places that follow one another.
public struct CodePiece {
  /// The first place, and how many there are.
  public var places: Range<Int>
  /// A bit for each place, lowest bit first, from the first place on; `nil` where all are stored.
  public var mask: [UInt8]?
  /// The codes of those that are stored.
  public var codes: [UInt8]

  /// A piece from its parts.
  public init(places: Range<Int>, mask: [UInt8]? = nil, codes: [UInt8]) {
    (self.places, self.mask, self.codes) = (places, mask, codes)
  }
}

/// Streams that are not what a weight's description says.
public enum CodeProblem: Error {
  /// A code that stands for nothing.
  case badCode(Int, codes: Int)
  /// Pieces that leave places out or hold more codes than they have places.
  case badPieces
}

extension CodePiece {
  /// Checks that a piece starts where the last one ended, and its codes.
  func check(_ parameters: CodeParameters, start: Int, end: Int) throws(CodeProblem) {
    let stored = mask.map { mask in mask.reduce(0) { $0 + $1.nonzeroBitCount } } ?? places.count
    guard places.lowerBound == start, places.upperBound <= end,
      mask.map({ $0.count == (places.count + 7) / 8 }) ?? true,
      codes.count == stored * parameters.streamBytes
    else { throw .badPieces }
    guard parameters.codes > 0, parameters.bits > 0 else { return }
    var largest: UInt8 = 0
    for code in codes { largest = max(largest, code) }
    guard codes.isEmpty || Int(largest) < parameters.codes else {
      throw .badCode(Int(largest), codes: parameters.codes)
    }
  }
}
