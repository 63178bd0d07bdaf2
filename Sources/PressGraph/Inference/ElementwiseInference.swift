import PressTensor

extension NodeInference {
  func unary(_ function: UnaryFunction) -> Inferred {
    let input = self[0]
    let elements: [Dimension]?
    switch function {
    case .identity: return input
    case .abs: elements = input.elements?.map { $0.size ?? 0 < 0 ? .known(0) - $0 : $0 }
    case .neg: elements = input.elements?.map { .known(0) - $0 }
    case .not: elements = input.elements?.map { .known(1) - $0 }
    default: elements = nil
    }
    return Inferred(input.elementType, input.dimensions, elements: elements)
  }

  func binary(_ function: BinaryFunction) throws(GraphError) -> Inferred {
    let dimensions = try broadcast(0..<2)
    if function == .prelu, let all = dimensions?.allKnown, let input = self[0].dimensions?.allKnown,
      all != input
    {
      throw mismatch(
        expected: "a slope that broadcasts to \(self[0].dimensions?.text ?? "")",
        found: self[1].dimensions?.text ?? "")
    }
    let type: ElementType? =
      switch function {
      case .and, .or, .xor, .equal, .greater, .greaterOrEqual, .less, .lessOrEqual: .bool
      default: self[0].elementType ?? (function == .pow ? nil : self[1].elementType)
      }
    return Inferred(
      type, dimensions, elements: combined(dimensions) { function.applied(to: $0, $1) })
  }

  func modulo(_ attributes: Modulo) throws(GraphError) -> Inferred {
    let dimensions = try broadcast(0..<2)
    let elements = combined(dimensions) { left, right in
      let rest = left - left / right * right
      guard !attributes.truncates, let rest = rest.size, let divisor = right.size else {
        return rest
      }
      return .known(rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest)
    }
    return Inferred(self[0].elementType ?? self[1].elementType, dimensions, elements: elements)
  }

  /// The elements of the first two inputs combined.
  private func combined(
    _ dimensions: [Dimension]?, _ combine: (Dimension, Dimension) -> Dimension
  ) -> [Dimension]? {
    guard let sizes = dimensions?.allKnown, let left = elements(of: self[0], as: sizes),
      let right = elements(of: self[1], as: sizes)
    else { return nil }
    return zip(left, right).map(combine)
  }

  func variadic(_ function: VariadicFunction) throws(GraphError) -> Inferred {
    let dimensions = try broadcast(node.inputs.indices)
    let output = Inferred(inputs.lazy.compactMap(\.elementType).first, dimensions)
    guard let sizes = dimensions?.allKnown, var result = elements(of: self[0], as: sizes) else {
      return output
    }
    for input in inputs.dropFirst() {
      guard let next = elements(of: input, as: sizes) else { return output }
      result = zip(result, next).map { function.applied(to: $0, $1) }
    }
    return Inferred(output.elementType, dimensions, elements: result)
  }

  func select() throws(GraphError) -> Inferred {
    let dimensions = try broadcast(0..<3)
    var output = Inferred(self[1].elementType ?? self[2].elementType, dimensions)
    guard let sizes = dimensions?.allKnown, let conditions = elements(of: self[0], as: sizes),
      let left = elements(of: self[1], as: sizes), let right = elements(of: self[2], as: sizes)
    else { return output }
    output.elements = conditions.indices.map { index in
      guard case .known(let condition) = conditions[index] else {
        return left[index].common(with: right[index])
      }
      return condition != 0 ? left[index] : right[index]
    }
    return output
  }

  func cast(to type: ElementType) -> Inferred {
    let elements = self[0].elements?.map { element -> Dimension in
      guard case .known(let value) = element else { return type == .int64 ? element : .unknown }
      return type == .bool && value != 0 ? .known(1) : element
    }
    return Inferred(type, self[0].dimensions, elements: type.isIntegral ? elements : nil)
  }
}

extension BinaryFunction {
  /// The result for two elements, as far as it can be told.
  fileprivate func applied(to left: Dimension, _ right: Dimension) -> Dimension {
    switch self {
    case .add: return left + right
    case .sub: return left - right
    case .mul: return left * right
    case .div: return left / right
    case .equal: return BinaryFunction.areEqual(left, right)
    default: break
    }
    guard case .known(let a) = left, case .known(let b) = right else { return .unknown }
    return truth(a, b).map { .known($0 ? 1 : 0) } ?? .unknown
  }

  /// The result of a comparison or a logical function; `nil` for the others.
  private func truth(_ a: Int, _ b: Int) -> Bool? {
    switch self {
    case .greater: a > b
    case .greaterOrEqual: a >= b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .and: a != 0 && b != 0
    case .or: a != 0 || b != 0
    case .xor: (a != 0) != (b != 0)
    default: nil
    }
  }

  /// 1 or 0; a named size equals itself and no negative number.
  private static func areEqual(_ left: Dimension, _ right: Dimension) -> Dimension {
    switch (left, right) {
    case (.known(let a), .known(let b)): .known(a == b ? 1 : 0)
    case (.named(let a), .named(let b)) where a == b: .known(1)
    case (.named, .known(let b)) where b < 0: .known(0)
    case (.known(let a), .named) where a < 0: .known(0)
    default: .unknown
    }
  }
}

extension VariadicFunction {
  /// The result for two elements, as far as it can be told.
  fileprivate func applied(to left: Dimension, _ right: Dimension) -> Dimension {
    if self == .sum { return left + right }
    guard case .known(let a) = left, case .known(let b) = right else { return .unknown }
    switch self {
    case .max: return .known(Swift.max(a, b))
    case .min: return .known(Swift.min(a, b))
    case .mean, .sum: return .unknown
    }
  }
}
