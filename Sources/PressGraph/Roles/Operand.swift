import PressTensor

/// A value that is a constant, or a constant under another shape or float type.
struct Operand {
  /// The constant.
  var weight: WeightID
  /// Its type.
  var elementType: ElementType
  /// Its rank, before whatever was done to it.
  var rank: Int
  /// Its elements as the value's axes see them; `nil` where strides cannot say.
  var axes: StridedAxes?

  /// A constant as it is.
  init(_ weight: Weight) {
    self.weight = weight.id
    elementType = weight.elementType
    rank = weight.shape.rank
    axes = StridedAxes(weight.shape)
  }

  /// The operand after a node that only hands it on; `nil` for any other node.
  ///
  /// These are Identity, Transpose, Reshape, Unsqueeze, and Cast from float to float, which
  /// exporters put behind weights stored in half precision. `target` is the second input, if it is
  /// a constant.
  func handedOn(by operation: Operation, target: [Int]?) -> Operand? {
    var result = self
    switch operation {
    case .unary(.identity): break
    case .cast(let cast):
      guard elementType.isFloatingPoint, cast.target.isFloatingPoint else { return nil }
    case .transpose(let transpose):
      result.axes = axes?.transposed(transpose.permutation)
    case .unsqueeze(let unsqueeze):
      guard let positions = unsqueeze.axes ?? target else { return unseen }
      result.axes = axes?.unsqueezed(positions)
    case .reshape(let reshape):
      guard let target, let sizes = sizes(of: target, allowsZero: reshape.allowsZero) else {
        return unseen
      }
      result.axes = axes?.reshaped(sizes)
    default: return nil
    }
    return result
  }

  /// The same constant, its elements in places that are not known.
  private var unseen: Operand {
    var result = self
    result.axes = nil
    return result
  }

  /// A Reshape's target with its 0 and -1 replaced.
  private func sizes(of target: [Int], allowsZero: Bool) -> [Int]? {
    guard let old = axes?.axes.map(\.size) else { return nil }
    var sizes = target
    for (index, size) in target.enumerated() where size == 0 && !allowsZero {
      guard index < old.count else { return nil }
      sizes[index] = old[index]
    }
    guard let open = sizes.firstIndex(of: -1) else { return sizes }
    var known = 1
    for (index, size) in sizes.enumerated() where index != open {
      let (product, overflow) = known.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { return nil }
      known = product
    }
    let count = old.reduce(1, *)
    guard count % known == 0 else { return nil }
    sizes[open] = count / known
    return sizes
  }

  /// What the operand is to a node that takes it as input `slot`, and how the node sees it.
  ///
  /// `isAddedToProduct` says that the node adds it to a layer's product.
  func role(
    in operation: Operation, slot: Int, isAddedToProduct: Bool
  ) -> (role: Role, view: MatrixView?) {
    if isWeightSlot(slot, of: operation) {
      return isWeight ? (.weight, weightView(in: operation, slot: slot)) : (.other, nil)
    }
    switch (operation, slot) {
    case (.convolution, 2), (.convolutionTranspose, 2), (.gemm, 2), (.recurrent, 3),
      (.quantizedConvolution, 8):
      return (.bias, nil)
    case (.batchNormalization, 1...), (.layerNormalization, 1...), (.instanceNormalization, 1...),
      (.groupNormalization, 1...), (.rmsNormalization, 1...):
      return (.norm, nil)
    case (.gather(let gather), 0) where elementType.isFloatingPoint && rank == 2:
      let axis = gather.axis < 0 ? gather.axis + 2 : gather.axis
      return (.embedding, axes?.matrix(rowAxis: axis))
    case (.binary(.add), _) where isAddedToProduct: return (.bias, nil)
    default: return (.other, nil)
    }
  }

  private var isWeight: Bool { elementType.isFloatingPoint && rank >= 2 }

  private func isWeightSlot(_ slot: Int, of operation: Operation) -> Bool {
    switch operation {
    case .convolution, .convolutionTranspose: slot == 1
    case .gemm, .matrixProduct: slot == 0 || slot == 1
    case .recurrent: slot == 1 || slot == 2
    default: false
    }
  }

  /// How a layer sees its weight.
  private func weightView(in operation: Operation, slot: Int) -> MatrixView? {
    guard let axes else { return nil }
    switch operation {
    case .convolution: return axes.matrix(rowAxis: 0)
    case .convolutionTranspose(let attributes):
      return axes.transposedKernel(group: attributes.group)
    case .gemm(let gemm) where slot == 0: return axes.matrix(rowAxis: gemm.transA ? 1 : 0)
    case .gemm(let gemm): return axes.matrix(rowAxis: gemm.transB ? 0 : 1)
    case .matrixProduct: return axes.matrix(columnAxis: axes.axes.count - 1 - slot)
    case .recurrent: return axes.matrix(columnAxis: 2)
    default: return nil
    }
  }
}
