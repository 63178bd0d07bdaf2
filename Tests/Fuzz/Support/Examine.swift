import PressEngine
public import PressGraph
import PressTensor

/// Looks at a model in every way that the commands do, short of running it.
public func examine(_ model: Model) {
  for weight in model.weights {
    guard let contents = try? weight.contents() else { continue }
    touch(contents.values)
    _ = try? weight.countNonzeros(in: contents)
    if let bytes = try? weight.decoded(from: contents) { touch(bytes) }
  }
  try? model.validate()
  _ = model.weightUses()
  if let shapes = try? model.inferShapes() { _ = model.costs(shapes) }
  _ = try? Plan(model, options: PlanOptions(limits: fuzzLimits))
}
