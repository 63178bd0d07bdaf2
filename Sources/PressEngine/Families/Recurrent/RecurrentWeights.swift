internal import PressGraph
internal import PressKernels
internal import PressTensor

/// The matrices of one direction.
struct RecurrentWeights: Sendable {
  /// (gates * hidden, input size).
  let input: PackedMatrix
  /// (gates * hidden, hidden); of a GRU that resets before its product the last gate's by itself.
  let states: [PackedMatrix]

  var byteCount: Int { states.reduce(input.byteCount) { $0 + $1.byteCount } }
}

extension Recurrent {
  /// The rows of the matrices of the state, in units of a gate.
  var stateParts: [Range<Int>] {
    kind == .gru && !linearBeforeReset ? [0..<2, 2..<3] : [0..<kind.gates]
  }
}

extension RecurrentWeights {
  /// The matrices of a direction from elements that only a run knows.
  init(
    _ attributes: Recurrent, _ sizes: RecurrentSizes, direction: Int, w: FloatBuffer,
    r: FloatBuffer
  ) {
    let gates = attributes.kind.gates
    func matrix(_ elements: FloatBuffer, _ part: Range<Int>, columns: Int) -> PackedMatrix {
      let start = (direction * gates + part.lowerBound) * sizes.hidden * columns
      let rows = part.count * sizes.hidden
      let slice = FloatBuffer(count: rows * columns) { target in
        for index in 0..<target.count { target[index] = elements.span[start + index] }
      }
      return PackedMatrix(slice, rows: rows, columns: columns, isTransposed: false)
    }
    input = matrix(w, 0..<gates, columns: sizes.input)
    states = attributes.stateParts.map { matrix(r, $0, columns: sizes.hidden) }
  }
}

extension PlanningContext {
  /// The matrices of all directions from constants (directions, gates * hidden, columns).
  mutating func recurrentWeights(
    _ attributes: Recurrent, w: Weight, r: Weight
  ) throws(PlanningProblem) -> [RecurrentWeights] {
    let input = try layerWeight(w, view: MatrixView(byLastAxis: w.shape), allowsCodes: false)
    let state = try layerWeight(r, view: MatrixView(byLastAxis: r.shape), allowsCodes: false)
    let hidden = r.shape.dimensions[2]
    var directions: [RecurrentWeights] = []
    for direction in 0..<attributes.directions {
      let start = direction * attributes.kind.gates
      let matrix = try self.matrix(
        input.weight, of: w, gates: start..<(start + attributes.kind.gates), hidden: hidden)
      var states: [PackedMatrix] = []
      for part in attributes.stateParts {
        let gates = (start + part.lowerBound)..<(start + part.upperBound)
        states.append(try self.matrix(state.weight, of: r, gates: gates, hidden: hidden))
      }
      directions.append(RecurrentWeights(input: matrix, states: states))
    }
    return directions
  }

  /// The rows of some gates, as a matrix of its own.
  private mutating func matrix(
    _ loaded: LayerWeight, of weight: Weight, gates: Range<Int>, hidden: Int
  ) throws(PlanningProblem) -> PackedMatrix {
    let columns = weight.shape.dimensions[2]
    let range = (gates.lowerBound * hidden * columns)..<(gates.upperBound * hidden * columns)
    return try matrix(
      loaded.part(range), of: weight, rows: gates.count * hidden, columns: columns,
      isTransposed: false, rowScale: nil)
  }
}

extension PlanningContext.LayerWeight {
  /// A range of the elements.
  func part(_ range: Range<Int>) -> Self {
    switch self {
    case .uniform, .coded, .compact: return self
    case .dense(let elements):
      return .dense(
        FloatBuffer(count: range.count) { target in
          for index in 0..<range.count { target[index] = elements.span[range.lowerBound + index] }
        })
    case .sparse(let mask, let values, let isByRows):
      var bits = [UInt8](repeating: 0, count: (range.count + 7) / 8)
      var (place, kept): (Int, [Float]) = (0, [])
      mask.withBytes { span in
        span.forEachSetBit { position in
          if range.contains(position), place < values.count {
            let index = position - range.lowerBound
            bits[index / 8] |= 1 << UInt8(index % 8)
            kept.append(values.span[place])
          }
          place += 1
        }
      }
      return .sparse(mask: Storage(bits), values: FloatBuffer(kept), isByRows: isByRows)
    }
  }
}
