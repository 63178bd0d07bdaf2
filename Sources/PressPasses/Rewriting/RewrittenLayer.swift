import PressGraph
import PressTensor

/// A weight whose layers a pass may replace.
struct RewrittenLayer {
  /// The weight's place in the model.
  let index: Int
  /// The weight.
  let weight: Weight
  /// The outputs of the nodes that take it, each once.
  let outputs: [String]
  /// The input of those nodes that it is.
  let slot: Int
  /// How they see it.
  let view: MatrixView

  /// Finds the layers of a weight; throws the reason where they can't be replaced.
  ///
  /// They have to be nodes of the graph itself, and all see the weight as the same matrix. Its
  /// elements have to be plain ones: what a pass before made of them would be lost.
  init(_ index: Int, of model: Model, _ sites: [WeightSite]) throws(Declined) {
    self.index = index
    weight = model.weights[index]
    guard [.float32, .float16, .bfloat16].contains(weight.elementType) else {
      throw Declined("elements of type \(weight.elementType.name)")
    }
    guard weight.values != .codebook(bits: 0) else {
      throw Declined("one element stands for all: nothing is smaller")
    }
    guard weight.support == .dense, weight.values == .plain else {
      let form =
        weight.support == .dense
        ? weight.values.name(of: weight.elementType)
        : weight.support.name
      throw Declined("held as \(form), which would be lost: this pass goes first")
    }
    guard let first = sites.first, let view = first.view else {
      throw Declined(sites.isEmpty ? "no layer uses it" : "\(sites[0].label) has no such form")
    }
    for site in sites {
      guard site.output != nil else {
        throw Declined("\(site.label) is in a nested graph")
      }
      guard site.view == view, site.slot == first.slot else {
        throw Declined("\(first.label) and \(site.label) use it differently")
      }
    }
    outputs = sites.compactMap(\.output)
    guard Set(outputs).count == outputs.count else {
      throw Declined("\(first.label) uses it twice")
    }
    (slot, self.view) = (first.slot, view)
  }

  /// Whether the layers see rows and columns of one axis each.
  var isMatrix: Bool { view.rowAxes.count == 1 && view.columnAxes.count == 1 }

  /// The weight's elements as float32, row after row of the view; throws the reason where one is not
  /// finite, and whatever reading them throws.
  func elements() throws -> [Float] {
    let elements = try weight.floats(byRowsOf: view)
    guard elements.allSatisfy(\.isFinite) else {
      throw Declined("holds infinity or what is not a number")
    }
    return elements
  }
}
