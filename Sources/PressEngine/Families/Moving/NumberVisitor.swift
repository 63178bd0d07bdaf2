internal import PressKernels
internal import PressTensor

/// What is done to elements of whatever type they have.
protocol NumberVisitor {
  func visit<Number: StoredNumber>(_ type: Number.Type, in workspace: borrowing Workspace)
}

/// The types that a visitor can be called with.
enum NumberTypes {
  static let all: Set<ElementType> = [
    .float32, .float64, .float16, .bfloat16, .int8, .int16, .int32, .int64, .uint8, .uint16,
    .uint32, .uint64,
  ]
}

/// Calls a visitor with the type of elements, one of `NumberTypes.all`.
func visit<Visitor: NumberVisitor>(
  _ type: ElementType, _ visitor: Visitor, in workspace: borrowing Workspace
) {
  switch type {
  case .float32: visitor.visit(Float.self, in: workspace)
  case .float64: visitor.visit(Double.self, in: workspace)
  case .float16: visitor.visit(Half.self, in: workspace)
  case .bfloat16: visitor.visit(BrainHalf.self, in: workspace)
  case .int8: visitor.visit(Int8.self, in: workspace)
  case .int16: visitor.visit(Int16.self, in: workspace)
  case .int32: visitor.visit(Int32.self, in: workspace)
  case .int64: visitor.visit(Int64.self, in: workspace)
  case .uint8: visitor.visit(UInt8.self, in: workspace)
  case .uint16: visitor.visit(UInt16.self, in: workspace)
  case .uint32: visitor.visit(UInt32.self, in: workspace)
  case .uint64: visitor.visit(UInt64.self, in: workspace)
  default: preconditionFailure("no numbers of type \(type.name)")
  }
}
