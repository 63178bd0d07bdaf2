internal import PressGraph
internal import PressKernels
internal import PressTensor

/// A product of matrices of 8-bit integers, batched and broadcast over leading axes.
///
/// Sums are exact; they are the result, or are scaled to the result's scale and zero point. The first
/// factor has a zero point for all rows, or one for each.
struct IntegerProductFamily: StepFamily {
  let slots: QuantizedSlots
  let weight: IntegerWeight

  var kernel: String { "integer product" }
  var weightBytes: Int { weight.byteCount }

  static func planned(
    _ product: QuantizedProduct, _ node: Node, _ context: inout PlanningContext
  ) throws(PlanningProblem) -> PlannedStep {
    let slots: QuantizedSlots = product == .integer ? .integer : .linearProduct
    guard context.isConstant(node, slots.w) else {
      return PlannedStep(IntegerProductFamily(slots: slots, weight: .operand), node)
    }
    let constant = try context.requiredWeight(node, slots.w, "a second operand")
    let sizes = constant.shape.dimensions
    guard sizes.count == 2 else {
      return PlannedStep(IntegerProductFamily(slots: slots, weight: .operand), node)
    }
    let bytes = try context.bytes(of: constant)
    let packed = PackedIntegers(
      bytes.span, isSigned: constant.elementType == .int8, columns: sizes[1], depth: sizes[0],
      order: .matrix)
    return PlannedStep(
      IntegerProductFamily(slots: slots, weight: .packed(packed, constant.shape)),
      operands: node.inputs(without: slots.w))
  }

  func missing(for types: [ElementType?]) -> String? { slots.missing(for: types) }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    let w = weight.form(try inputs.required(slots.w, unless: weight))
    let product = try MatrixShapes(inputs[slots.x].shape, w.shape)
    let terms = try IntegerProductTerms(slots, inputs, product)
    let isMerged = product.rightCount == 1 && !terms.hasRowScales
    let rows = isMerged ? product.rows * product.batch.count : product.rows
    guard
      let layout = IntegerLayout(
        images: terms.hasRowScales ? 1 : rows, channels: product.depth, columns: product.columns,
        axes: [])
    else { throw .overflow }
    return Step(
      slots: slots, weight: weight, isSigned: w.isSigned, product: product, terms: terms,
      isMerged: isMerged, layout: layout,
      types: inputs.map { $0.isAbsent ? nil : $0.elementType },
      values: QuantizedValues(slots, known: inputs),
      outputs: [ValueForm(slots.resultType(inputs), product.output)])
  }

  private struct Step: ScheduledStep {
    let slots: QuantizedSlots
    let weight: IntegerWeight
    let isSigned: Bool
    let product: MatrixShapes
    let terms: IntegerProductTerms
    /// Whether all batches are one product, of one second factor.
    let isMerged: Bool
    let layout: IntegerLayout
    let types: [ElementType?]
    /// Zero points and scales, where they are known before the run.
    let values: QuantizedValues?
    let outputs: [ValueForm]

    var scratchBytes: Int { layout.scratchBytes }

    func run(in workspace: inout Workspace, on operands: StepOperands) {
      guard product.output.count > 0 else { return }
      let values = values ?? QuantizedValues(slots, operands.inputs, types, in: workspace)
      var packed: (number: Int, weight: PackedIntegers)?
      // Where rows have scales of their own, each is a product by itself.
      let parts = terms.hasRowScales ? product.rows : 1
      for batch in 0..<(isMerged ? 1 : product.batch.count) {
        let (left, right) = product.operands(batch)
        let current =
          packed.flatMap { $0.number == right ? $0.weight : nil }
          ?? packedWeight(right, operands, workspace)
        packed = (right, current)
        for part in 0..<parts {
          let rows = terms.hasRowScales ? part..<(part + 1) : 0..<layout.images
          workspace.convolveIntegers(
            current, layout: layout,
            terms: terms.values(
              values, slots, left: left, right: right, rows: rows,
              resultIsSigned: outputs[0].elementType == .int8),
            inputIsSigned: types[slots.x] == .int8, input: operands.inputs[slots.x],
            inputOffset: (left * product.rows + part) * product.depth,
            output: operands.outputs[0],
            outputOffset: (batch * product.rows + part) * product.columns,
            scratch: operands.scratch)
        }
      }
    }

    /// A second factor.
    private func packedWeight(
      _ number: Int, _ operands: StepOperands, _ workspace: borrowing Workspace
    ) -> PackedIntegers {
      if case .packed(let packed, _) = weight { return packed }
      let size = product.depth * product.columns
      return workspace.read(operands.inputs[slots.w], as: UInt8.self) { elements in
        PackedIntegers(
          elements.extracting((number * size)..<((number + 1) * size)), isSigned: isSigned,
          columns: product.columns, depth: product.depth, order: .matrix)
      }
    }
  }
}
