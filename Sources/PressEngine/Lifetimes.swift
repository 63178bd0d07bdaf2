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
  private var blockOfSlot: [Int: Int] = [:]
  private var blockOfScratch: [Int?]
  private let values: Schedule.Values

  /// The place of each value, once `place` has run.
  private(set) var slices: [Int: ArenaSlice] = [:]
  /// The place of each step's scratch memory, once `place` has run.
  private(set) var scratch: [ArenaSlice] = []

  /// The lifetimes of values in a stretch of a plan.
  init(
    _ plan: Plan, _ steps: [(index: Int, step: any ScheduledStep)], from start: Schedule.Start,
    to end: Int, _ values: Schedule.Values
  ) {
    self.values = values
    blockOfScratch = [Int?](repeating: nil, count: steps.count)
    /// The time from 1 on of a value's last use; `end + 1` is behind the stretch.
    func lastUse(_ slot: Int) -> Int {
      start.kept.contains(slot) ? end + 1 : min(plan.lastUses[slot], end + 1)
    }
    for slot in start.forms.keys.sorted() where values.known[slot] == nil {
      assign(slot, at: 0, until: lastUse(slot))
    }
    for (number, (index, step)) in steps.enumerated() {
      let time = index + 1
      if step.scratchBytes > 0 {
        blockOfScratch[number] = blocks.count
        blocks.append(Block(bytes: step.scratchBytes, first: time, last: time))
      }
      for (place, slot) in plan.steps[index].outputs.enumerated() {
        let last = lastUse(slot)
        let shared = place == 0 ? sharedBlock(for: slot, plan.steps[index], step, at: time) : nil
        if let shared {
          blockOfSlot[slot] = shared
          blocks[shared].last = max(blocks[shared].last, last)
        } else {
          assign(slot, at: time, until: max(time, last))
        }
      }
    }
  }

  private mutating func assign(_ slot: Int, at first: Int, until last: Int) {
    blockOfSlot[slot] = blocks.count
    blocks.append(Block(bytes: byteCount(slot), first: first, last: last))
  }

  private func byteCount(_ slot: Int) -> Int { values.forms[slot]?.byteCount ?? 0 }

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
      for case .slot(let slot) in step.inputs.prefix(1) {
        guard let block = blockOfSlot[slot] else { continue }
        if blocks[block].last == time, byteCount(slot) == byteCount(output) { return block }
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
    slices = [:]
    for (slot, block) in blockOfSlot {
      slices[slot] = ArenaSlice(offset: blocks[block].offset, byteCount: byteCount(slot))
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
