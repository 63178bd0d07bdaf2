import Press

extension Value {
  /// Why this value is not the expected one; `nil` if it is.
  func disagreement(with expected: Value) -> String? {
    switch (self, expected) {
    case (.tensor(let tensor), .tensor(let other)): tensor.disagreement(with: other)
    case (.sequence(let tensors), .sequence(let others)) where tensors.count == others.count:
      zip(tensors, others).lazy.compactMap { $0.disagreement(with: $1) }.first
    case (.optional(nil), .optional(nil)): nil
    case (.optional(let value?), .optional(let other?)): value.disagreement(with: other)
    default: "\(self), expected \(expected)"
    }
  }

  /// The bytes of all tensors.
  var bytes: [[UInt8]] {
    switch self {
    case .tensor(let tensor): [tensor.storage.copied()]
    case .sequence(let tensors): tensors.map { $0.storage.copied() }
    case .optional(let value): value?.bytes ?? []
    }
  }
}
