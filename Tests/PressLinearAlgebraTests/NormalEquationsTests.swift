import Testing

@testable import PressLinearAlgebra

@Suite("Least squares") struct NormalEquationsTests {
  @Test("Equations that hold exactly give back their coefficients, however they are cut")
  func exact() throws {
    let (unknowns, targets, count) = (5, 3, 40)
    let coefficients = (0..<(targets * unknowns)).map { Float($0 * 7 % 11 - 5) }
    let inputs = SingularValueDecompositionTests.random(unknowns * count, seed: 3)
      .map { ($0 * 64).rounded() / 64 }
    let outputs = (0..<(targets * count)).map { place -> Float in
      let (target, observation) = (place / count, place % count)
      return (0..<unknowns).reduce(0) {
        $0 + coefficients[target * unknowns + $1] * inputs[$1 * count + observation]
      }
    }
    var problem = try NormalEquations(unknowns: unknowns, targets: targets)
    for range in [0..<1, 1..<16, 16..<40] {
      func columns(_ matrix: [Float], _ rows: Int) -> [Float] {
        (0..<rows).flatMap { row in range.map { matrix[row * count + $0] } }
      }
      try problem.add(
        inputs: columns(inputs, unknowns), outputs: columns(outputs, targets), count: range.count)
    }
    for (found, expected) in zip(try problem.solution(damping: 0).coefficients, coefficients) {
      #expect(abs(found - Double(expected)) < 1e-9)
    }
  }

  @Test("Two points that one slope can't meet get the closed form; damping shrinks it")
  func closedForm() throws {
    var problem = try NormalEquations(unknowns: 1, targets: 1)
    try problem.add(inputs: [1, 2], outputs: [1, 1], count: 2)
    #expect(problem.outputEnergy == 2)
    let best = try problem.solution(damping: 0)
    #expect(abs(best.coefficients[0] - 3.0 / 5) < 1e-15 && abs(best.residual - 1.0 / 5) < 1e-15)
    let damped = try problem.solution(damping: 1)
    #expect(abs(damped.coefficients[0] - 3.0 / 10) < 1e-15)
    #expect(abs(damped.residual - (0.7 * 0.7 + 0.4 * 0.4)) < 1e-15)
  }

  @Test("An input that is always 0 is singular without damping and 0 with it")
  func singular() throws {
    var problem = try NormalEquations(unknowns: 2, targets: 1)
    try problem.add(inputs: [1, 2, 0, 0], outputs: [3, 6], count: 2)
    #expect(throws: LinearAlgebraError.singular) { try problem.solution(damping: 0) }
    let found = try problem.solution(damping: 1e-12).coefficients
    #expect(abs(found[0] - 3) < 1e-9 && found[1] == 0)
  }

  @Test("Observations of other sizes, and numbers that are not finite, are refused")
  func refused() throws {
    var problem = try NormalEquations(unknowns: 2, targets: 1)
    #expect(throws: LinearAlgebraError.self) {
      try problem.add(inputs: [1], outputs: [1], count: 1)
    }
    #expect(throws: LinearAlgebraError.self) {
      try problem.add(inputs: [1, 1], outputs: [], count: 1)
    }
    #expect(throws: LinearAlgebraError.notFinite) {
      try problem.add(inputs: [1, .nan], outputs: [1], count: 1)
    }
    #expect(throws: LinearAlgebraError.self) { try NormalEquations(unknowns: 0, targets: 1) }
    #expect(throws: LinearAlgebraError.self) { try NormalEquations(unknowns: 1 << 20, targets: 1) }
    #expect(NormalEquations.byteCount(unknowns: .max, targets: 1) == .max)
    #expect(NormalEquations.byteCount(unknowns: 3, targets: 2) == 120)
  }
}
