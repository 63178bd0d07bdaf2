internal import PressKernels
internal import PressTensor

/// A family that moves elements, for strings too: what moves is the strings' numbers.
///
/// No arena holds strings, so that all operands have to be known when the step is scheduled.
struct MovingStrings: StepFamily {
  private let family: any StepFamily
  /// The operands whose elements move; `nil` is all.
  private let moved: Set<Int>?

  /// Strings for a family that moves elements of any fixed width and computes with none of them.
  init(_ family: any StepFamily, moved: Set<Int>?) {
    self.family = family
    self.moved = moved
  }

  var kernel: String { family.kernel }
  var reason: String { family.reason }
  var weightBytes: Int { family.weightBytes }
  var layouts: LayoutRule { family.layouts }
  var demanded: [Int] { family.demanded }

  func missing(for types: [ElementType?]) -> String? {
    var stand = types
    for (place, type) in types.enumerated() where type == .string {
      guard moved?.contains(place) ?? true else { return "an operand of type string" }
      // No family computes with elements of this type.
      stand[place] = .complex64
    }
    guard stand != types else { return family.missing(for: types) }
    return family.missing(for: stand).map { _ in "an operand of type string" }
  }

  func scheduled(for inputs: [StepInput]) throws(ShapeProblem) -> any ScheduledStep {
    guard inputs.contains(where: { $0.elementType == .string && !$0.isAbsent }) else {
      return try family.scheduled(for: inputs)
    }
    // Number 0 is the string that zeros stand for.
    var strings: [[UInt8]] = [[]]
    var numbered: [StepInput] = []
    for input in inputs {
      guard !input.isAbsent, input.elementType == .string else {
        numbered.append(input)
        continue
      }
      guard let found = input.known?.strings else {
        throw .unsupported("strings that are not known")
      }
      let numbers = Constant(
        Array(strings.count..<(strings.count + found.count)), input.shape)
      numbered.append(StepInput(numbers.form, known: numbers))
      strings += found
    }
    guard numbered.allSatisfy({ $0.isAbsent || $0.known != nil }) else {
      throw .unsupported("strings that move as only a run knows")
    }
    let results = try evaluated(
      family, numbered, limit: PlanningContext.foldedBytes)
    guard let results else { throw .overflow }
    return KnownStep(results.map { Constant(strings: strings, picked: $0) })
  }
}

extension Constant {
  /// The strings of a tensor, as `Storage` packs them; `nil` for other types.
  fileprivate var strings: [[UInt8]]? {
    guard elementType == .string else { return nil }
    let bytes = bytes.array()
    var strings: [[UInt8]] = []
    var offset = 0
    for _ in 0..<shape.count {
      guard offset <= bytes.count - 4 else { return nil }
      let length = Int(bytes.rawSpan.loadLittleEndian(UInt32.self, at: offset))
      guard length <= bytes.count - 4 - offset else { return nil }
      strings.append(Array(bytes[(offset + 4)..<(offset + 4 + length)]))
      offset += 4 + length
    }
    return strings
  }

  /// Strings by their numbers; a number that an attribute gives for a new element is an empty one.
  fileprivate init(strings: [[UInt8]], picked numbers: Constant) {
    var bytes: [UInt8] = []
    for number in numbers.integers ?? [] {
      let string = strings.indices.contains(number) ? strings[number] : []
      bytes.appendLittleEndian(UInt32(string.count))
      bytes += string
    }
    self.init(.string, numbers.shape, AlignedBuffer(bytes))
  }
}
