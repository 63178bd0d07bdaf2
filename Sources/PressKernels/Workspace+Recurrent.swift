internal import CPressKernels

/// A function inside a recurrent cell.
public enum CellActivation: Sendable, Hashable {
  /// One that has a kernel, with its parameters.
  case unary(UnaryKernel, alpha: Float = 0, beta: Float = 0)
  /// alpha * x + beta.
  case affine(alpha: Float, beta: Float)
  /// alpha * tanh(beta * x).
  case scaledTanh(alpha: Float, beta: Float)

  var view: press_cell_function {
    switch self {
    case .unary(let kernel, let alpha, let beta):
      press_cell_function(kind: press_cell_unary, unary: kernel.view, alpha: alpha, beta: beta)
    case .affine(let alpha, let beta):
      press_cell_function(
        kind: press_cell_affine, unary: press_unary_tanh, alpha: alpha, beta: beta)
    case .scaledTanh(let alpha, let beta):
      press_cell_function(
        kind: press_cell_scaled_tanh, unary: press_unary_tanh, alpha: alpha, beta: beta)
    }
  }
}

/// What follows the products of one step of a recurrent layer, the same for all its steps.
public struct RecurrentCell: Sendable {
  /// What a cell computes, and which products it takes; elements are by example.
  public enum Phase: Sendable {
    /// h = f(x + gates).
    case simple
    /// Gates i, o, f, c: c = f(f) * c + f(i) * g(c), h = f(o) * h(c).
    case lstm
    /// Gates z, r, h: h = (1 - f(z)) * g(x + f(r) * gate) + f(z) * h.
    case gru
    /// Gates z and r: z stays in its gate; the reset state f(r) * h is made.
    case gruReset
    /// h = (1 - z) * g(x + candidates) + z * h, with the product of the reset state.
    case gruUpdate
  }

  /// A matrix of rows by time and example, within a slice: strides in elements.
  public struct Rows: Sendable {
    var slice: ArenaSlice
    var offset: Int
    var time: Int
    var example: Int

    /// Rows from an element offset on.
    public init(_ slice: ArenaSlice, offset: Int = 0, time: Int, example: Int) {
      self.slice = slice
      self.offset = offset
      self.time = time
      self.example = example
    }

    /// Whether rows of `count` elements lie inside the slice.
    func fits(steps: Int, batch: Int, count: Int) -> Bool {
      guard steps > 0, batch > 0 else { return true }
      let end = offset + (steps - 1) * time + (batch - 1) * example + count
      return offset >= 0 && time >= 0 && example >= 0 && end <= slice.byteCount / 4
    }
  }

  /// The number of elements of a state.
  public let hidden: Int
  /// Whether sequences are read backwards.
  public let isReverse: Bool
  /// Each example's number of steps, none beyond the longest.
  public let lengths: AlignedBuffer<Int32>
  /// The longest that a sequence may be.
  public let steps: Int
  /// The functions f, g and h.
  public var functions: [CellActivation]
  /// The bound of what goes into functions.
  public var clip: Float
  /// LSTM: weights of the cell for the gates i, o and f.
  public var peepholes: FloatBuffer?
  /// LSTM: whether the forget gate is 1 minus the input gate.
  public var inputForget: Bool

  /// A cell without clipping and peepholes.
  ///
  /// Lengths are forced to be from 0 up to `steps`.
  public init(
    hidden: Int, isReverse: Bool, lengths: [Int32], steps: Int, functions: [CellActivation]
  ) {
    precondition(hidden >= 0 && (0...Int(Int32.max)).contains(steps), "a cell has sizes")
    self.hidden = hidden
    self.isReverse = isReverse
    self.lengths = AlignedBuffer(lengths.map { min(max($0, 0), Int32(steps)) })
    self.steps = steps
    self.functions = functions
    clip = .infinity
    inputForget = false
  }

  func gates(_ phase: Phase) -> Int {
    switch phase {
    case .simple: 1
    case .lstm: 4
    case .gru: 3
    case .gruReset, .gruUpdate: 2
    }
  }
}

/// Where a step of a recurrent layer finds its operands.
public struct RecurrentOperands: Sendable {
  /// Products of x, all gates of a row one behind the other.
  public var x: RecurrentCell.Rows
  /// Products of the state (batch, gates, hidden), written over.
  public var gates: ArenaSlice
  /// The states (batch, hidden).
  public var h: ArenaSlice
  /// LSTM: the cells (batch, hidden).
  public var c: ArenaSlice = .empty
  /// Where the states go.
  public var y: RecurrentCell.Rows?
  /// GRU: the product of the reset state (batch, hidden).
  public var candidates: ArenaSlice = .empty
  /// GRU: the reset state (batch, hidden).
  public var reset: ArenaSlice = .empty

  /// Operands that all cells have.
  public init(
    x: RecurrentCell.Rows, gates: ArenaSlice, h: ArenaSlice, y: RecurrentCell.Rows?
  ) {
    self.x = x
    self.gates = gates
    self.h = h
    self.y = y
  }
}

extension Workspace {
  /// Does what follows the products of a step.
  public mutating func recur(
    _ phase: RecurrentCell.Phase, _ cell: RecurrentCell, step: Int, _ operands: RecurrentOperands
  ) {
    let (batch, count) = (cell.lengths.count, cell.lengths.count * cell.hidden)
    let inputGates = phase == .gruReset || phase == .gruUpdate ? 3 : cell.gates(phase)
    precondition(
      step >= 0 && step < cell.steps
        && operands.x.fits(steps: cell.steps, batch: batch, count: inputGates * cell.hidden)
        && operands.y?.fits(steps: cell.steps, batch: batch, count: cell.hidden) ?? true
        && cell.peepholes.map { $0.count == 3 * cell.hidden } ?? true
        && cell.functions.count >= 1, "operands have the sizes of their cell")
    var view = unsafe press_recurrent_step()
    unsafe view.batch = batch
    unsafe view.hidden = cell.hidden
    unsafe view.step = step
    unsafe view.reverse = cell.isReverse
    unsafe view.lengths = cell.lengths.pointer
    unsafe view.clip = cell.clip
    let functions = (0..<3).map { cell.functions[min($0, cell.functions.count - 1)].view }
    unsafe view.functions = (functions[0], functions[1], functions[2])
    unsafe view.x = pointer(operands.x)
    unsafe (view.x_time, view.x_batch) = (operands.x.time, operands.x.example)
    unsafe view.gates = output(operands.gates, count: count * cell.gates(phase))
    unsafe view.h = output(operands.h, count: count)
    if phase == .lstm { unsafe view.c = output(operands.c, count: count) }
    if let y = operands.y {
      unsafe view.y = UnsafeMutablePointer(mutating: pointer(y))
      unsafe (view.y_time, view.y_batch) = (y.time, y.example)
    }
    unsafe view.peepholes = cell.peepholes?.pointer
    unsafe view.input_forget = cell.inputForget
    if phase == .gruReset { unsafe view.reset = output(operands.reset, count: count) }
    if phase == .gruUpdate { unsafe view.candidates = output(operands.candidates, count: count) }
    var team = unsafe team
    switch phase {
    case .simple: unsafe press_step_simple(&team, &view)
    case .lstm: unsafe press_step_lstm(&team, &view)
    case .gru: unsafe press_step_gru(&team, &view)
    case .gruReset: unsafe press_step_gru_reset(&team, &view)
    case .gruUpdate: unsafe press_step_gru_update(&team, &view)
    }
    extendLifetime(cell)
  }

  private func pointer(_ rows: RecurrentCell.Rows) -> UnsafePointer<Float> {
    let start = unsafe arena.pointer(to: rows.slice).assumingMemoryBound(to: Float.self)
    return unsafe UnsafePointer(start + rows.offset)
  }
}
