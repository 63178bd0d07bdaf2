import PressTestSupport
import Testing

@testable import PressPasses

@Suite("Clustering") struct ClusteringTests {
  /// Points that are often ties of each other: few different distances and weights.
  static func points(
    _ count: Int, using generator: inout SeededGenerator
  ) -> (numbers: [Double], weights: [Double]) {
    var number = Double.random(in: -10...10, using: &generator)
    var (numbers, weights): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      number += [0.25, 1, 1, 3].randomElement(using: &generator) ?? 1
      numbers.append(number)
      weights.append([1, 1, 2, 5].randomElement(using: &generator) ?? 1)
    }
    return (numbers, weights)
  }

  /// The squared error of a clustering, from its definition.
  static func error(_ numbers: [Double], _ weights: [Double], _ partition: Partition) -> Double {
    var total = 0.0
    for (start, end) in zip(partition.bounds, partition.bounds.dropFirst()) {
      let weight = weights[start..<end].reduce(0, +)
      let mean =
        zip(numbers[start..<end], weights[start..<end]).reduce(0) { $0 + $1.0 * $1.1 }
        / weight
      total += zip(numbers[start..<end], weights[start..<end])
        .reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
    }
    return total
  }

  /// Every way to cut `count` points into so many runs.
  static func partitions(_ count: Int, clusters: Int, from start: Int = 0) -> [Partition] {
    guard clusters > 1 else { return [Partition(bounds: [start, count])] }
    return ((start + 1)..<(count - clusters + 2)).flatMap { cut in
      partitions(count, clusters: clusters - 1, from: cut).map {
        Partition(bounds: [start] + $0.bounds)
      }
    }
  }

  static func normal(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<12).reduce(Float(-6)) { sum, _ in sum + Float.random(in: 0..<1, using: &generator) }
    }
  }

  /// The squared error of entries, each number going to the nearest.
  static func error(_ floats: [Float], _ entries: [Double]) -> Double {
    floats.reduce(0) { total, float in
      let distance = entries.map { abs(Double(float) - $0) }.min() ?? .infinity
      return total + distance * distance
    }
  }

  @Test("Dynamic programming finds what trying everything finds")
  func bruteForce() {
    var generator = SeededGenerator(seed: 1)
    for count in 1...9 {
      for clusters in 1...count {
        let (numbers, weights) = Self.points(count, using: &generator)
        let points = SortedPoints(numbers, weights: weights)
        let best =
          Self.partitions(count, clusters: clusters)
          .map { Self.error(numbers, weights, $0) }.min() ?? .nan
        let found = DividedProgram.partition(points, clusters: clusters)
        #expect(found.count == clusters)
        #expect(abs(Self.error(numbers, weights, found) - best) <= 1e-9 * (1 + best))
      }
    }
  }

  @Test("A penalty for each cluster gives the best clustering of the size that it gives")
  func penalties() {
    var generator = SeededGenerator(seed: 2)
    for count in [2, 3, 7, 40, 300] {
      let (numbers, weights) = Self.points(count, using: &generator)
      let points = SortedPoints(numbers, weights: weights)
      var program = PenalizedProgram(points)
      var sizes: Set<Int> = []
      for power in -20...4 {
        let found = program.partition(penalty: Double(sign: .plus, exponent: power, significand: 1))
        let best = DividedProgram.partition(points, clusters: found.count)
        #expect(abs(found.cost(points) - best.cost(points)) <= 1e-9 * (1 + best.cost(points)))
        sizes.insert(found.count)
      }
      #expect(sizes.count > 1)
    }
  }

  @Test("Many points: the search for a penalty finds the optimum of dynamic programming")
  func search() {
    for (count, clusters) in [(70_000, 10), (3000, 60)] {
      let numbers = Set(Self.normal(count, seed: 3)).map(Double.init).sorted()
      let points = SortedPoints(numbers, weights: numbers.map { _ in 1 })
      let found = OptimalClusters.partition(points, clusters: clusters)
      #expect(found.groups == nil && found.partition.count == clusters)
      let best = DividedProgram.partition(points, clusters: clusters)
      #expect(abs(found.partition.cost(points) / best.cost(points) - 1) <= 1e-10)
    }
  }

  @Test("Points on a grid, whose optimum no penalty finds, are clustered all the same")
  func grid() {
    let numbers = (0..<6000).map(Double.init)
    let points = SortedPoints(numbers, weights: numbers.map { _ in 1 })
    let found = OptimalClusters.partition(points, clusters: 70)
    #expect(found.groups == nil && found.partition.count == 70)
    // 6000 = 50 * 86 + 20 * 85: a run of m neighbours has the error m (m^2 - 1) / 12.
    func error(_ count: Double) -> Double { count * (count * count - 1) / 12 }
    let expected: Double = 50 * error(86) + 20 * error(85)
    let weights = numbers.map { _ in 1.0 }
    #expect(abs(Self.error(numbers, weights, found.partition) / expected - 1) <= 1e-12)
  }

  @Test("The optimum is no worse than what Lloyd's iterations come to from anywhere")
  func starts() throws {
    for (seed, count) in [(4, 50), (5, 1000), (6, 5000)] as [(UInt64, Int)] {
      let floats = Self.normal(count, seed: seed).map { $0 * $0 * $0 }
      let keys = floats.map { UInt32(bits: $0.bitPattern) }
      for clusters in [1, 2, 5, 16, 40] {
        func error(_ start: ClusterStart) throws -> Double {
          let found = try Clusters.find(keys, count: clusters, start: start, threads: 1)
          #expect(found.entries.count <= clusters)
          #expect(zip(found.entries, found.entries.dropFirst()).allSatisfy { $0 < $1 })
          return Self.error(floats, found.entries)
        }
        let best = try error(.optimal)
        for start in [.linear, .density, .random(seed: 1), .random(seed: 2)] as [ClusterStart] {
          #expect(try error(start) >= best * (1 - 1e-9), "\(start), \(clusters) of \(count)")
        }
      }
    }
  }

  @Test("Lloyd's iterations end where means and borders agree")
  func lloyd() {
    var generator = SeededGenerator(seed: 7)
    let (numbers, weights) = Self.points(200, using: &generator)
    let points = SortedPoints(numbers, weights: weights)
    let (found, iterations) = Lloyd.partition(points, from: [-3, -1, 0, 0.1, 0.2, 9])
    #expect(iterations < Lloyd.limit && found.count <= 6)
    let means = found.means(points)
    for (cluster, border) in found.bounds.dropFirst().dropLast().enumerated() {
      let middle = (means[cluster] + means[cluster + 1]) / 2
      #expect(points.values[border - 1] <= middle && points.values[border] > middle)
    }
  }

  @Test("Counting in a histogram comes to the optimum too, for any number of threads")
  func histogram() throws {
    var floats = Self.normal(20_000, seed: 8)
    floats += [Float](repeating: 0, count: 500) + [1e30, -0x1p-140, 3.5, 3.5]
    let keys = floats.map { UInt32(bits: $0.bitPattern) }
    let others = floats.filter { $0 != 0 }
    for start in [.optimal, .density] as [ClusterStart] {
      let sorted = try Clusters.find(keys, zeros: 500, count: 16, start: start, threads: 1)
      let counted = try [1, 3].map { threads in
        try Clusters.find(
          keys, zeros: 500, count: 16, start: start, threads: threads, sortedLimit: 0)
      }
      #expect(counted[0].entries == counted[1].entries)
      let ratio = Self.error(others, counted[0].entries) / Self.error(others, sorted.entries)
      #expect(ratio < 1 + 1e-6, "\(start)")
    }
    let few = [Float](repeating: 0.1, count: 9) + [Float](repeating: -7, count: 3) + [0]
    let found = try Clusters.find(
      few.map { UInt32(bits: $0.bitPattern) }, zeros: 1, count: 4, start: .optimal, threads: 2,
      sortedLimit: 0)
    #expect(found.entries == [-7, Double(Float(0.1))] && found.kind == .exact)
  }

  @Test("Keys order as their numbers do, and rounding to keys goes down")
  func keys() {
    let floats: [Float] = [
      -.greatestFiniteMagnitude, -2, -0x1p-140, 0, .leastNonzeroMagnitude, 0.5, 3,
      .greatestFiniteMagnitude,
    ]
    let keys = floats.map { UInt32(bits: $0.bitPattern) }
    let wide = floats.map { UInt64(bits: Double($0).bitPattern) }
    #expect(keys == keys.sorted() && wide == wide.sorted())
    #expect(keys.map(\.number) == floats.map(Double.init))
    #expect(wide.map(\.number) == floats.map(Double.init))
    #expect(UInt32(bits: Float(-0.0).bitPattern) == UInt32.ofZero)
    #expect(UInt64(bits: (-0.0).bitPattern) == UInt64.ofZero)
    for (float, key) in zip(floats.dropLast(), keys.dropLast()) {
      #expect(UInt32(atMost: Double(float)) == key)
      #expect(UInt32(atMost: Double(float).nextUp) == key)
    }
    for key in [Float.nan, .infinity, -.infinity, -.nan].map({ UInt32(bits: $0.bitPattern) }) {
      #expect(!UInt32.finite.contains(key))
    }
    #expect(UInt32.finite == keys[0]...keys[7])
    var generator = SeededGenerator(seed: 9)
    let list = (0..<5000).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
    #expect(list.radixSorted() == list.sorted())
    let short = list.map { UInt32(truncatingIfNeeded: $0) & 0xFFF0 }
    #expect(short.radixSorted() == short.sorted())
  }
}
