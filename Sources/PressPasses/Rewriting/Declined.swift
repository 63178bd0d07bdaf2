/// Why a pass leaves a layer as it is.
struct Declined: Error {
  /// The reason, for people.
  let reason: String
  /// Whether what was asked for is out of the layer's reach, rather than of no use to it.
  let isUnreachable: Bool

  /// A reason.
  init(_ reason: String, isUnreachable: Bool = false) {
    self.reason = reason
    self.isUnreachable = isUnreachable
  }
}
