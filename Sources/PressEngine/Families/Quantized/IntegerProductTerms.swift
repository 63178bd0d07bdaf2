internal import PressKernels
internal import PressTensor

/// Which zero points and scales belong to which rows and columns of a product of integers.
///
/// Those of x are one, one for each row, or one for each row of each matrix; those of w the same by
/// column.
struct IntegerProductTerms: Sendable {
  /// Whether x has a scale for each row.
  let hasRowScales: Bool
  private let rows: Int
  private let columns: Int

  init(
    _ slots: QuantizedSlots, _ inputs: [StepInput], _ product: MatrixShapes
  ) throws(ShapeProblem) {
    rows = product.rows
    columns = product.columns
    let ofRows = [1, rows, rows * product.leftCount]
    let ofColumns = [1, columns, columns * product.rightCount]
    func input(_ place: Int) -> StepInput { inputs.has(place) ? inputs[place] : .absent }
    try input(slots.xZero).expectCount(ofRows, "a zero point")
    try input(slots.xZero).expectType(of: inputs[slots.x], "a zero point")
    try input(slots.wZero).expectCount(ofColumns, "a zero point")
    var hasRowScales = false
    if let scales = slots.scales {
      try inputs.required(scales.x).expectCount(ofRows, "a scale")
      try inputs.required(scales.w).expectCount(ofColumns, "a scale")
      try inputs.required(scales.y).expectCount([1], "a scale")
      try input(scales.yZero).expectCount([1], "a zero point")
      hasRowScales = inputs[scales.x].shape.count != 1
    }
    self.hasRowScales = hasRowScales
  }

  /// The terms of rows of the matrices `left` and `right`; rows may go on over all matrices.
  func values(
    _ values: QuantizedValues, _ slots: QuantizedSlots, left: Int, right: Int, rows: Range<Int>,
    resultIsSigned: Bool
  ) -> IntegerTerms {
    func ofRows<Value>(_ all: [Value]) -> [Value] {
      if all.count == 1 { return all }
      return rows.map { all[(left * self.rows + $0) % all.count] }
    }
    func ofColumns<Value>(_ all: [Value]) -> [Value] {
      (0..<columns).map { all[(right * columns + $0) % all.count] }
    }
    var terms = IntegerTerms(
      inputZeros: ofRows(values.zeros(slots.xZero)),
      weightZeros: ofColumns(values.zeros(slots.wZero)))
    if let places = slots.scales {
      let x = ofRows(values.scales(places.x)).first ?? 1
      let y = values.scales(places.y).first ?? 1
      terms.result = IntegerResult(
        scales: ofColumns(values.scales(places.w)).map { x * $0 / y },
        zero: values.zeros(places.yZero).first ?? 0, isSigned: resultIsSigned)
    }
    return terms
  }
}
