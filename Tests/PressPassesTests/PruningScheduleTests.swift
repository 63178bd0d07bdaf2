import PressPasses
import Testing

@Suite("Pruning schedules") struct PruningScheduleTests {
  @Test("One shot prunes once, and to the whole ratio")
  func oneShot() {
    let schedule = PruningSchedule.oneShot(ratio: 0.9, step: 3)
    #expect((0..<6).map(schedule.ratio) == [0, 0, 0, 0.9, 0.9, 0.9])
    #expect((0..<6).filter(schedule.prunes) == [3])
  }

  @Test("Every stage of an iterative schedule keeps the same share of the one before")
  func iterative() {
    let schedule = PruningSchedule.iterative(ratio: 0.875, stages: 3, start: 10, every: 5)
    #expect(schedule.ratio(at: 9) == 0 && schedule.ratio(at: 20) == 0.875)
    #expect(abs(schedule.ratio(at: 10) - 0.5) < 1e-12)
    #expect(abs(schedule.ratio(at: 19) - 0.75) < 1e-12)
    #expect((0..<50).filter(schedule.prunes) == [10, 15, 20])
  }

  @Test("The cubic schedule is its formula at its steps, and constant between them")
  func cubic() {
    let schedule = PruningSchedule.cubic(initial: 0.1, final: 0.9, start: 100, end: 300, every: 50)
    #expect(schedule.ratio(at: 99) == 0 && schedule.ratio(at: 300) == 0.9)
    #expect(schedule.ratio(at: .max) == 0.9)
    for (step, left) in [(100, 1.0), (149, 1.0), (150, 0.75), (200, 0.5), (250, 0.25), (299, 0.25)]
    {
      #expect(abs(schedule.ratio(at: step) - (0.9 - 0.8 * left * left * left)) < 1e-12, "\(step)")
    }
    let ratios = (0..<400).map(schedule.ratio)
    #expect(zip(ratios, ratios.dropFirst()).allSatisfy { $0 <= $1 })
    #expect((0..<400).filter(schedule.prunes) == [100, 150, 200, 250, 300])
  }

  @Test("Senseless parameters give ratios all the same")
  func senseless() {
    for schedule: PruningSchedule in [
      .cubic(initial: -1, final: 7, start: .min, end: .max, every: 0),
      .cubic(initial: 0, final: 0.5, start: 5, end: 5, every: 1),
      .iterative(ratio: 2, stages: 0, start: .min, every: -3), .oneShot(ratio: .nan, step: 0),
    ] {
      for step in [.min, -1, 0, 5, Int.max] {
        let ratio = schedule.ratio(at: step)
        #expect(ratio >= 0 && ratio <= 1, "\(schedule) at \(step)")
        _ = schedule.prunes(at: step)
      }
    }
  }
}
