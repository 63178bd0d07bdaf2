import PressTensor

/// The constants that can be seen from a place in a graph, by value name.
struct ConstantScope {
  /// What each graph around this one adds, outermost first; `.some(nil)` hides an outer constant.
  private var outer: [[String: WeightID?]] = []
  private var own: [String: WeightID?] = [:]

  /// No constants at all.
  init() {}

  /// The scope of a graph inside another, in time independent of the number of constants.
  init(inside scope: ConstantScope) {
    outer = scope.outer + [scope.own]
  }

  /// The weight that a value always is; `nil` if it is computed or given.
  subscript(_ name: String) -> WeightID? {
    get {
      if let entry = own[name] { return entry }
      for layer in outer.reversed() {
        if let entry = layer[name] { return entry }
      }
      return nil
    }
    set {
      if newValue == nil, outer.isEmpty {
        own.removeValue(forKey: name)
      } else {
        own.updateValue(newValue, forKey: name)
      }
    }
  }
}
