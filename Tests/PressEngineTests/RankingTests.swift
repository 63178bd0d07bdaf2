import PressEngine
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@Suite("Families that rank, add up and draw")
struct RankingTests {
  @Test("The first of equal elements comes first, NaN is the largest, few or many are asked for")
  func topK() throws {
    let x = try tensor([2, .nan, 7, 2, -1, 7], [6])
    let largest = try outputs(of: "TopK", [(x, false), (integers([5]), true)], count: 2)
    #expect(largest[1].integers == [1, 2, 5, 0, 3])
    let smallest = try outputs(
      of: "TopK", [(x, false), (integers([6]), true)], [Attribute("largest", .int(0))], count: 2)
    #expect(smallest[1].integers == [4, 0, 3, 2, 5, 1])
    var generator = SeededGenerator(seed: 11)
    let many = (0..<200).map { _ in Float(Int.random(in: 0..<40, using: &generator)) }
    let order = many.indices.sorted { (many[$1], $0) < (many[$0], $1) }
    for count in [0, 1, 2, 49, 50, 63, 64, 65, 200] {
      let y = try outputs(
        of: "TopK", [(try tensor(many, [200]), false), (integers([count]), false)], count: 2)
      #expect(y[1].integers == Array(order.prefix(count)), "\(count)")
      #expect(try y[0].floats() == order.prefix(count).map { many[$0] })
    }
    #expect(throws: EngineError.self) {
      try outputs(of: "TopK", [(x, false), (integers([7]), true)], count: 2)
    }
  }

  @Test("NaN is the position of both the largest and the smallest")
  func argReduce() throws {
    let x = try tensor([1, .nan, 3, 0, 0, -1, 5, 5], [2, 4])
    func places(_ name: String, last: Int) throws -> [Int] {
      try outputs(
        of: name, [(x, false)],
        [Attribute("axis", .int(1)), Attribute("select_last_index", .int(last))])[0].integers
    }
    #expect(try places("ArgMax", last: 0) == [1, 2])
    #expect(try places("ArgMax", last: 1) == [1, 3])
    #expect(try places("ArgMin", last: 0) == [1, 1])
    #expect(
      try outputs(of: "ArgMax", [(x, false)], [Attribute("axis", .int(0))])[0].integers
        == [0, 0, 1, 1])
    // Numbers that only integers tell apart.
    let large = try integers([.max - 1, .max, .min + 1, .min], [4])
    #expect(try outputs(of: "ArgMax", [(large, false)])[0].integers == [1])
    #expect(try outputs(of: "ArgMin", [(large, false)])[0].integers == [3])
  }

  @Test("Axes without elements have no largest one, and cost nothing beside long ones")
  func emptyAxes() throws {
    let empty = try integers([], [1 << 30, 0, 1 << 30])
    let axis = [Attribute("axis", .int(1))]
    #expect(throws: EngineError.self) { try outputs(of: "ArgMax", [(empty, false)], axis) }
    #expect(
      try outputs(of: "CumSum", [(empty, false), (integers([1], []), true)])[0].integers == [])
    let top = try outputs(of: "TopK", [(empty, false), (integers([0]), true)], axis, count: 2)
    #expect(top[1].integers == [])
    let sum = try outputs(of: "ReduceSum", [(empty, false), (integers([0, 2]), true)])
    #expect(sum[0].shape.dimensions == [1, 0, 1])
  }

  @Test("Running sums wrap around in integers, along an axis that only the run knows too")
  func sums() throws {
    let x = try integers([.max, 1, 5, 2], [2, 2])
    for isConstant in [true, false] {
      let y = try outputs(of: "CumSum", [(x, false), (integers([-1], []), isConstant)])
      #expect(y[0].integers == [.max, .min, 5, 7])
      let z = try outputs(
        of: "CumSum", [(x, false), (integers([0], []), isConstant)],
        [Attribute("reverse", .int(1)), Attribute("exclusive", .int(1))])
      #expect(z[0].integers == [5, 2, 0, 0])
    }
  }

  @Test("Updates of one element are taken in order, and reduced")
  func scatter() throws {
    let x = (try tensor([1, 2, 3], [3]), false)
    let indices = (try integers([2, 0, 2]), true)
    let updates = (try tensor([5, -4, 7], [3]), false)
    let expected: [String: [Float]] = [
      "none": [-4, 2, 7], "add": [-3, 2, 15], "mul": [-4, 2, 105],
    ]
    for (reduction, elements) in expected {
      let y = try outputs(
        of: "ScatterElements", [x, indices, updates],
        [Attribute("reduction", .string(Array(reduction.utf8)))])
      #expect(try y[0].floats() == elements, "\(reduction)")
    }
  }

  @Test("Outside training dropout changes nothing, and its mask is true everywhere")
  func dropout() throws {
    let x = (try tensor([1, 2, 3, 4], [4]), false)
    let ratio = (try tensor([0.5], []), false)
    for (trains, isConstant) in [(UInt8(0), true), (0, false), (1, false)] {
      let mode = try Tensor(elementType: .bool, shape: .scalar, storage: Storage([trains]))
      let y = try outputs(of: "Dropout", [x, ratio, (mode, isConstant)], count: 2)
      let mask = y[1].storage.copied()
      #expect(y[1].elementType == .bool)
      if trains == 0 { #expect(mask == [1, 1, 1, 1]) }
      let expected = zip([1, 2, 3, 4] as [Float], mask).map { element, isKept in
        isKept == 0 ? 0 : trains == 0 ? element : 2 * element
      }
      #expect(try y[0].floats() == expected)
    }
  }
}
