import Foundation
import PressGraph
import PressTensor
import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Share") struct ShareTests {
  static func apply(
    _ share: Share, _ matrix: [Float], columns: Int, threads: Int = 1, seed: UInt64 = 0
  ) throws -> PassResult {
    try share.apply(
      to: PruneTests.model([matrix], columns: columns), PassContext(seed: seed, threads: threads))
  }

  /// A plain matrix of other elements than float32.
  static func weight(_ type: ElementType, _ doubles: [Double], columns: Int) throws -> Weight {
    var bytes: [UInt8] = []
    for double in doubles { bytes.appendLittleEndian(double.bitPattern) }
    return try Weight(
      id: WeightID(1), name: "w", elementType: type,
      shape: Shape([doubles.count / columns, columns]),
      dense: type == .float64 ? Storage(bytes) : type.elements(of: doubles.map(Float.init)))
  }

  @Test("Every element becomes the nearest of at most 2^bits entries, which are those of k-means")
  func nearest() throws {
    let matrix = ClusteringTests.normal(6000, seed: 1)
    for bits in 1...8 {
      let result = try Self.apply(Share(bits: bits), matrix, columns: 60)
      let weight = result.model.weights[0]
      #expect(weight.values == .codebook(bits: bits) && weight.support == .dense)
      #expect(result.layers.map(\.isChanged) == [true])
      let codebook = try weight.contents().codebook
      let entries = try ElementType.float32.floats(
        in: codebook ?? .empty, count: (codebook?.byteCount ?? 0) / 4)
      #expect(entries.count == 1 << bits)
      let shared = try PruneTests.floats(weight)
      for (old, new) in zip(matrix, shared) {
        let least = entries.map { abs(Double($0) - Double(old)) }.min()
        #expect(abs(Double(new) - Double(old)) == least)
      }
      let keys = matrix.map { UInt32(bits: $0.bitPattern) }
      let best = try Clusters.find(keys, count: 1 << bits, start: .optimal, threads: 1)
      #expect(entries == best.entries.map(Float.init))
    }
  }

  @Test("Zeros of a dense weight have an entry to themselves, -0 included")
  func denseZeros() throws {
    var matrix = ClusteringTests.normal(2000, seed: 2).map { $0 + 0.001 }
    for index in stride(from: 0, to: 2000, by: 7) { matrix[index] = index % 2 == 0 ? 0 : -0.0 }
    for start in Share.Initialization.allCases {
      let result = try Self.apply(Share(bits: 3, initialization: start), matrix, columns: 50)
      let shared = try PruneTests.floats(result.model.weights[0])
      #expect(zip(matrix, shared).allSatisfy { ($0 == 0) == ($1 == 0) })
      #expect(Set(shared).count <= 8)
      #expect(result.model.weights[0].knownNonzeros == matrix.count { $0 != 0 })
    }
  }

  @Test("A sparse weight keeps its support, and all entries go to what is stored")
  func sparse() throws {
    let matrix = ClusteringTests.normal(4000, seed: 3)
    let model = try PruneTests.model([matrix], columns: 40)
    let pruned = try Prune(ratio: 0.8).apply(to: model, PassContext()).model
    let shared = try Share(bits: 2).apply(to: pruned, PassContext()).model
    #expect(shared.weights[0].support == .unstructured)
    let (before, after) = (try pruned.weights[0].contents(), try shared.weights[0].contents())
    #expect(after.mask?.copied() == before.mask?.copied())
    #expect(after.values.byteCount == 800 && after.codebook?.byteCount == 16)
    #expect(after.values.copied().max() == 3)
    #expect(shared.weights[0].knownNonzeros == 800)
  }

  @Test("A structured support and its view stay; padding zeros stay zeros")
  func groups() throws {
    // Rows along the second axis: 2 of 4 rows of the tensor kept in each column.
    let view = MatrixView(
      rows: [StridedAxis(size: 6, stride: 1)], columns: [StridedAxis(size: 8, stride: 6)])
    var mask = [UInt8](repeating: 0b0101_0011, count: 6)
    mask[5] = 0b1001_0011
    var stored = ClusteringTests.normal(24, seed: 4)
    stored[3] = 0
    let base = Weight(
      id: WeightID(1), name: "w", elementType: .float32, shape: try Shape([8, 6]),
      support: .groups(kept: 2, of: 4), view: view,
      source: LoadedWeight(
        WeightContents(mask: Storage(mask), values: try ElementType.float32.elements(of: stored))))
    for granularity in [Granularity.tensor, .channel] {
      let pass = Share(bits: 1, granularity: granularity, codebook: .half)
      let result = try pass.apply(to: Model(graph: nil, weights: [base]), PassContext())
      let weight = result.model.weights[0]
      #expect(weight.support == base.support && weight.view == view, "\(result.layers)")
      #expect(weight.granularity == granularity)
      #expect(try weight.contents().mask?.copied() == mask)
      let (old, new) = (try PruneTests.floats(base), try PruneTests.floats(weight))
      #expect(zip(old, new).allSatisfy { ($0 == 0) == ($1 == 0) })
    }
  }

  @Test("Rows and groups have codebooks of their own, also where rows run along the last axis")
  func parts() throws {
    let matrix = ClusteringTests.normal(40 * 64, seed: 5)
    let model = try PruneTests.model([matrix], columns: 40)
    let sparse = try Prune(ratio: 0.3).apply(to: model, PassContext()).model.weights[0]
    let transposed = MatrixView(
      rows: [StridedAxis(size: 40, stride: 1)], columns: [StridedAxis(size: 64, stride: 40)])
    for base in [model.weights[0], sparse] {
      let old = try PruneTests.floats(base)
      for (view, rows) in [(MatrixView(base.shape), 64), (transposed, 40)] {
        for granularity in [Granularity.channel, .group(30)] {
          let layer = SharedLayer(
            base: base, layout: view, bits: 2, pass: Share(bits: 2, granularity: granularity),
            seed: 0, threads: 2)
          let (weight, reason) = try layer.shared()
          let shared = try #require(weight, "\(reason)")
          let new = try PruneTests.floats(shared)
          let columns = matrix.count / rows
          let size = granularity == .channel ? columns : 30
          for row in 0..<rows {
            for start in stride(from: 0, to: columns, by: size) {
              let places = (start..<min(start + size, columns)).map {
                view.rowOffset(row) + view.columnOffset($0)
              }
              let kept = places.filter { old[$0] != 0 }
              #expect(Set(kept.map { new[$0] }).count <= 4)
              #expect(places.allSatisfy { (old[$0] == 0) == (new[$0] == 0) })
              // One row of a dense matrix by itself comes to the same.
              let keys = kept.map { UInt32(bits: old[$0].bitPattern) }
              let best = try Clusters.find(keys, count: 4, start: .optimal, threads: 1)
              #expect(Set(kept.map { new[$0] }) == Set(best.entries.map(Float.init)))
            }
          }
        }
      }
    }
  }

  @Test("Few different elements lose nothing and take fewer bits")
  func fewValues() throws {
    for (values, bits) in [([0], 0), ([2.5], 0), ([0, -1], 1), ([3, 1, -4, 1.5, 9], 3)] {
      let matrix = (0..<300).map { Float(values[$0 % values.count]) }
      let result = try Self.apply(Share(bits: 4), matrix, columns: 20)
      #expect(result.model.weights[0].values == .codebook(bits: bits))
      #expect(try PruneTests.floats(result.model.weights[0]) == matrix)
      #expect(result.layers[0].reason.contains("nothing lost"))
      let again = try Share(bits: 4).apply(to: result.model, PassContext())
      #expect(!again.layers[0].isChanged, "\(again.layers[0].reason)")
    }
  }

  @Test("A shared weight is clustered again with fewer bits, and declined with as many")
  func twice() throws {
    let first = try Self.apply(
      Share(bits: 4), ClusteringTests.normal(3000, seed: 6), columns: 30
    ).model
    let same = try Share(bits: 4).apply(to: first, PassContext())
    #expect(same.layers.map(\.isChanged) == [false])
    let less = try Share(bits: 2).apply(to: first, PassContext())
    #expect(less.model.weights[0].values == .codebook(bits: 2))
    let plain = try PruneTests.model([PruneTests.floats(first.weights[0])], columns: 30)
    let direct = try Share(bits: 2).apply(to: plain, PassContext()).model
    #expect(
      try PruneTests.floats(less.model.weights[0]) == PruneTests.floats(direct.weights[0]))
  }

  @Test("Entries in half precision and fixed point fit into two bytes")
  func narrowEntries() throws {
    let matrix = ClusteringTests.normal(3000, seed: 7).map { $0 * 0.03 }
    let half = try Self.apply(Share(codebook: .half), matrix, columns: 30).model.weights[0]
    for value in Set(try PruneTests.floats(half)) {
      #expect(Float(float16Bits: value.float16Bits) == value)
    }
    let fixed = try Self.apply(Share(codebook: .fixed), matrix, columns: 30).model.weights[0]
    let values = Set(try PruneTests.floats(fixed))
    let largest = values.map(\.magnitude).max() ?? 0
    let unit = Float(sign: .plus, exponent: largest.exponent - 14, significand: 1)
    for value in values {
      #expect((value / unit).rounded() == value / unit && abs(value / unit) <= 32767)
    }
    let large = matrix.map { $0 * 1e7 }
    let declined = try Self.apply(Share(codebook: .half), large, columns: 30)
    #expect(!declined.layers[0].isChanged)
    #expect(declined.layers[0].reason.contains("half precision"))
    #expect(try Self.apply(Share(codebook: .fixed), large, columns: 30).layers[0].isChanged)
  }

  @Test("Elements of every wide type are clustered as what they are")
  func types() throws {
    let doubles = ClusteringTests.normal(1000, seed: 8).map { Double($0) * 1e3 }
    for type in [ElementType.float64, .float16, .bfloat16] {
      let base = try Self.weight(type, doubles, columns: 10)
      let result = try Share(bits: 2).apply(
        to: Model(graph: nil, weights: [base]), PassContext())
      let weight = result.model.weights[0]
      #expect(weight.elementType == type && weight.values == .codebook(bits: 2))
      let (old, new) = (try base.floats(), try weight.floats())
      #expect(Set(new).count == 4)
      let error = zip(old, new).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
      let power = old.reduce(0) { $0 + Double($1) * Double($1) }
      // Four entries for a normal distribution: 9.3 dB (Max 1960).
      #expect(error / power > 0.09 && error / power < 0.14)
    }
    // Values that float32 can't tell apart.
    let near = try Self.weight(.float64, (0..<60).map { [1, 1 + 1e-12][$0 % 2] }, columns: 6)
    let model = Model(graph: nil, weights: [near])
    let shared = try Share(bits: 1).apply(to: model, PassContext()).model.weights[0]
    #expect(try shared.decoded().copied() == near.decoded().copied())
    let huge = try Self.weight(.float64, (0..<99).map { 1e300 * Double($0 + 1) }, columns: 9)
    let few = try Share(bits: 3).apply(
      to: Model(graph: nil, weights: [huge]), PassContext()
    ).model.weights[0]
    #expect(few.values == .codebook(bits: 3))
  }
}
