import FuzzSupport
import PressEngine
import PressFile
import PressFormats
import PressGraph
import PressTensor

/// What a model may take: enough for every scene, far below libFuzzer's own limit.
private let limits = ReadLimits(maximumBytes: 1 << 26)

/// Plans and runs a model that the bytes describe, or hold: those of an ONNX file begin with its
/// field 1.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if bytes.first == 0x08 {
    guard let model = try? ONNX.read(MemoryFile(bytes), folder: nil, limits: limits) else {
      return 0
    }
    var choices = Choices(bytes)
    check(model, Scene.tensors(for: model, &choices), comparesFusion: false)
  } else {
    let scene = Scene(bytes)
    check(
      scene.model, scene.tensors,
      comparesFusion: scene.isTame && scene.elementType == .float32
        && scene.operators.isSubset(of: Recipe.smooth))
  }
  return 0
}

/// Runs a model in every way; whatever the model, results may not depend on the way.
private func check(_ model: Model, _ tensors: [String: Tensor], comparesFusion: Bool) {
  var reference: [String: Tensor]?
  for prefer in PlanOptions.Preference.allCases {
    for fuses in [false, true] {
      let options = PlanOptions(prefer: prefer, fuses: fuses, limits: limits)
      guard let plan = plan(model, options) else { continue }
      let results = run(plan, tensors, threads: 1)
      let others = run(plan, tensors, threads: 2)
      precondition(isSame(results, others), "results depend on the number of threads")
      guard comparesFusion, let results else { continue }
      if let reference {
        precondition(isClose(reference, results), "results depend on fusion or preference")
      } else {
        reference = results
      }
    }
  }
}

private func plan(_ model: Model, _ options: PlanOptions) -> Plan? {
  do {
    return try Plan(model, options: options)
  } catch {
    examine(error.description)
    return nil
  }
}

/// The results of two runs, which are the same; `nil` if they fail.
private func run(_ plan: Plan, _ tensors: [String: Tensor], threads: Int) -> [String: Tensor]? {
  var engine = Engine(plan, threads: threads)
  let needed = tensors.filter { plan.inputs.map(\.name).contains($0.key) }
  do {
    let results = try engine.run(needed)
    let again = try engine.run(needed)
    precondition(isSame(results, again), "a second run gives something else")
    for tensor in results.values { touch(tensor.storage) }
    return results
  } catch {
    examine(error.description)
    return nil
  }
}

/// Messages are one line.
private func examine(_ description: String) {
  precondition(!description.isEmpty && !description.contains("\n"), "no message of one line")
}

private func isSame(_ left: [String: Tensor]?, _ right: [String: Tensor]?) -> Bool {
  guard let left, let right else { return left == nil && right == nil }
  return left.count == right.count
    && left.allSatisfy { name, tensor in
      tensor.shape == right[name]?.shape
        && tensor.storage.copied() == right[name]?.storage.copied()
    }
}

/// Whether floats differ by no more than rounding explains.
private func isClose(_ left: [String: Tensor], _ right: [String: Tensor]) -> Bool {
  left.allSatisfy { name, tensor in
    guard let other = right[name], other.shape == tensor.shape else { return false }
    guard let first = try? tensor.floats(), let second = try? other.floats() else { return true }
    return zip(first, second).allSatisfy { left, right in
      // Where numbers get large, so does what rounding did to them.
      guard abs(left) < 1000, abs(right) < 1000 else { return true }
      return abs(left - right) <= 0.01 + 0.01 * abs(left)
    }
  }
}

extension Scene {
  /// Tensors for the inputs of a model from elsewhere; open dimensions are 2.
  static func tensors(for model: Model, _ choices: inout Choices) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for input in model.graph?.requiredInputs ?? [] {
      guard case .tensor(let type?, let dimensions)? = input.type else { continue }
      let sizes = (dimensions ?? []).map { dimension -> Int in
        if case .known(let size) = dimension { size } else { 2 }
      }
      guard let shape = try? Shape(sizes), shape.count <= 1 << 16,
        let count = try? type.byteCount(shape.count)
      else { continue }
      // Most bytes are 0 or 1, so that integers are small.
      let bytes = choices.list(count) { $0.rarely(2) ? UInt8(0) : UInt8($0.pick([0, 1, 63, 64])) }
      tensors[input.name] = try? Tensor(
        elementType: type, shape: shape, storage: Storage(bytes))
    }
    return tensors
  }
}
