import PressKernels
import PressTestSupport
import Testing

@Suite("Weighted sums along an axis")
struct BlendTests {
  @Test("Every entry is the sum of its taps, in order; an entry of weight 0 is left out")
  func sums() throws {
    var generator = SeededGenerator(seed: 5)
    for number in 0..<60 {
      let outer = Int.random(in: 1...3, using: &generator)
      let input = Int.random(in: 1...9, using: &generator)
      let output = Int.random(in: 1...9, using: &generator)
      let inner = [1, 3, 16, 1030][number % 4]
      let taps = Int.random(in: 1...5, using: &generator)
      let entries = (0..<(output * taps)).map { _ in
        (
          place: Int.random(in: 0..<input, using: &generator),
          weight: Double(Int.random(in: -4...4, using: &generator)) / 4
        )
      }
      var x = randomFloats(outer * input * inner, &generator)
      if !entries.contains(where: { $0.place == 0 && $0.weight != 0 }) {
        for index in 0..<inner { x[index] = .nan }
      }
      let blend = Blend(outer: outer, input: input, inner: inner, taps: taps, entries: entries)
      let expected = (0..<blend.count).map { index -> Double in
        let (row, column) = (index / inner, index % inner)
        let own = entries[(row % output * taps)..<((row % output + 1) * taps)]
        return own.reduce(0) { sum, tap in
          guard tap.weight != 0 else { return sum }
          return sum + tap.weight * Double(x[(row / output * input + tap.place) * inner + column])
        }
      }
      for kernels in KernelTable.available {
        var results: [[Float]] = []
        for threads in [1, 2] {
          var workspace = Workspace(threads: threads, kernels: kernels)
          let slice = ArenaSlice(offset: 0, byteCount: blend.count * 4)
          workspace.arena.reserve(slice.byteCount)
          workspace.blend(blend, isDouble: false, input: .constant(FloatBuffer(x)), output: slice)
          workspace.read(.slice(slice), as: Float.self) { span in
            results.append(span.indices.map { span[$0] })
          }
        }
        #expect(results[0] == results[1], "\(kernels.instructionSet) case \(number)")
        let isRight = zip(results[0], expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }
        #expect(isRight, "\(kernels.instructionSet) case \(number) of seed 5")
      }
    }
  }
}
