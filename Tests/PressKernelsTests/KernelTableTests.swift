import PressKernels
import PressTensor
import Testing

@Test("Every kernel has a name of its own, and the portable ones are first")
func kernelNames() {
  let tables = KernelTable.available
  #expect(tables.first?.instructionSet == "portable")
  #expect(tables.last?.instructionSet == KernelTable.best.instructionSet)
  for table in tables {
    let names = table.kernels.map(\.name)
    #expect(names.contains("multiply") && names.contains("sparse_product"))
    #expect(Set(names).count == names.count)
  }
  #expect(tables[0].kernels.allSatisfy { !$0.isSpecialized })
  for table in tables.dropFirst() {
    #expect(table.kernels.contains { $0.name == "multiply" && $0.isSpecialized })
  }
}

@Test("An arena keeps what is written, and grows")
func arena() {
  var arena = Arena()
  arena.reserve(200)
  let slice = ArenaSlice(offset: 64, byteCount: 3)
  let bytes: [UInt8] = [1, 2, 3]
  arena.write(bytes.rawSpan, to: slice)
  #expect(arena.copy(of: slice) == bytes)
  #expect(arena.bytes(of: slice).loadLittleEndian(UInt8.self, at: 2) == 3)
  arena.reserve(100)
  #expect(arena.copy(of: slice) == bytes)
  arena.reserve(1 << 20)
  #expect(arena.byteCount == 1 << 20)
}

@Test("A slice outside the arena is misuse")
func sliceOutside() async {
  await #expect(processExitsWith: .failure) {
    let arena = Arena()
    _ = arena.copy(of: ArenaSlice(offset: 0, byteCount: 1))
  }
}

@Test("Teams of threads can be made and ended at any time")
func manyTeams() {
  for count in [1, 2, 4] {
    for _ in 0..<20 {
      var workspace = Workspace(threads: count)
      workspace.arena.reserve(400_000)
      let slice = ArenaSlice(offset: 0, byteCount: 400_000)
      for _ in 0..<3 {
        workspace.map(.neg, count: 100_000, input: .slice(slice), output: slice)
      }
      #expect(workspace.arena.copy(of: ArenaSlice(offset: 0, byteCount: 4)) == [0, 0, 0, 128])
    }
  }
}
