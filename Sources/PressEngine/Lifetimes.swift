internal import PressKernels
internal import PressTensor

/// From when to when each value is needed, and the places in the arena that follow from it.
///
/// Values that lie in the same memory (the same elements under another shape, or a result in place
/// of an operand) share a block. Blocks that are never needed at the same time share memory.
struct Lifetimes {
  private struct Block {
    var bytes: Int
    var first: Int
    var last: Int
    var offset = 0
  }

  private var blocks: [Block] = []
  /// The block of each value, and of each step's scratch memory.
  private var blockOfSlot: [Int]
  private var blockOfScratch: [Int?]
  private var byteCounts: [Int]

  /// The place of each value, once `place` has run.
  private(set) var slices: [ArenaSlice] = []
  /// The place of each step's scratch memory, once `place` has run.
  private(set) var scratch: [ArenaSlice] = []

  init(_ plan: Plan, _ steps: [any ScheduledStep], shapes: [Shape], kept: Set<Int>) {
    let end = plan.steps.count + 1
    var lastUse = [Int](repeating: 0, count: plan.slotCount)
    for (index, step) in plan.steps.enumerated() {
      for case .slot(let slot) in step.inputs { lastUse[slot] = index + 1 }
    }
    var needed = kept
    for name in plan.outputs {
      if case .slot(let slot) = plan.values[name] { needed.insert(slot) }
    }
    for slot in needed { lastUse[slot] = end }
    byteCounts = shapes.map { $0.count * 4 }
    blockOfSlot = [Int](repeating: 0, count: plan.slotCount)
    blockOfScratch = [Int?](repeating: nil, count: plan.steps.count)
    for input in plan.inputs { assign(input.slot, at: 0, until: lastUse[input.slot]) }
    for (index, step) in plan.steps.enumerated() {
      let time = index + 1
      if steps[index].scratchBytes > 0 {
        blockOfScratch[index] = blocks.count
        blocks.append(Block(bytes: steps[index].scratchBytes, first: time, last: time))
      }
      for (number, slot) in step.outputs.enumerated() {
        let shared = number == 0 ? sharedBlock(for: slot, step, steps[index], at: time) : nil
        if let shared {
          blockOfSlot[slot] = shared
          blocks[shared].last = max(blocks[shared].last, lastUse[slot])
        } else {
          assign(slot, at: time, until: max(time, lastUse[slot]))
        }
      }
    }
  }

  private mutating func assign(_ slot: Int, at first: Int, until last: Int) {
    blockOfSlot[slot] = blocks.count
    blocks.append(Block(bytes: byteCounts[slot], first: first, last: last))
  }

  /// The block of an operand that a step's first output may take over.
  private func sharedBlock(
    for output: Int, _ step: Plan.Step, _ scheduled: any ScheduledStep, at time: Int
  ) -> Int? {
    switch scheduled.placement {
    case .apart: return nil
    case .sameAsInput:
      guard case .slot(let slot)? = step.inputs.first else { return nil }
      return blockOfSlot[slot]
    case .replacing:
      for case .slot(let slot) in step.inputs {
        let block = blockOfSlot[slot]
        if blocks[block].last == time, byteCounts[slot] == byteCounts[output] { return block }
      }
      return nil
    }
  }

  /// Gives every block a place.
  ///
  /// The largest come first, each at the lowest offset that is free while it is needed. Returns the size of the arena, `nil` if it overflows.
  mutating func place() -> Int? {
    let order = blocks.indices.sorted { (blocks[$0].bytes, $1) > (blocks[$1].bytes, $0) }
    var placed: [Int] = []
    var total = 0
    for index in order {
      let block = blocks[index]
      var offset = 0
      for other in placed
      where blocks[other].first <= block.last
        && block.first <= blocks[other].last
      {
        let start = blocks[other].offset
        if offset < start, block.bytes <= start - offset { break }
        guard let end = Lifetimes.aligned(start, blocks[other].bytes) else { return nil }
        offset = max(offset, end)
      }
      guard let end = Lifetimes.aligned(offset, block.bytes) else { return nil }
      blocks[index].offset = offset
      total = max(total, end)
      let position = placed.firstIndex { blocks[$0].offset > offset } ?? placed.endIndex
      placed.insert(index, at: position)
    }
    slices = blockOfSlot.indices.map { slot in
      ArenaSlice(offset: blocks[blockOfSlot[slot]].offset, byteCount: byteCounts[slot])
    }
    scratch = blockOfScratch.map { index in
      index.map { ArenaSlice(offset: blocks[$0].offset, byteCount: blocks[$0].bytes) } ?? .empty
    }
    return total
  }

  private static func aligned(_ offset: Int, _ bytes: Int) -> Int? {
    let (end, overflow) = offset.addingReportingOverflow(bytes)
    guard !overflow, end <= Int.max - Arena.alignment else { return nil }
    return (end + Arena.alignment - 1) / Arena.alignment * Arena.alignment
  }
}
