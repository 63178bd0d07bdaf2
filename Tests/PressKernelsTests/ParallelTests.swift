import PressKernels
import Testing

@Suite("Independent items on several threads")
struct ParallelTests {
  private struct Odd: Error, Equatable { let number: Int }

  @Test("Results come in the order of the items", arguments: [1, 2, 5])
  func order(threads: Int) throws {
    let squares = try Parallel.map(1000, threads: threads) { $0 * $0 }
    #expect(squares == (0..<1000).map { $0 * $0 })
    #expect(try Parallel.map(0, threads: threads) { $0 }.isEmpty)
  }

  @Test("The first error is thrown", arguments: [1, 3])
  func errors(threads: Int) {
    #expect(throws: Odd(number: 7)) {
      try Parallel.forEach(100, threads: threads) { item in
        if item >= 7, item % 2 == 1 { throw Odd(number: item) }
      }
    }
  }
}
