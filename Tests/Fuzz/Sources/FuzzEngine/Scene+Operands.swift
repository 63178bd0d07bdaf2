import PressTensor

/// Which numbers a tensor holds.
enum Numbers {
  /// Multiples of 1/8 from -2 to 2; integers from 0 on.
  case small
  /// These, in turn.
  case listed([Int])
  /// From 1/8 to 1.
  case positive
}

extension Scene {
  /// The length of an axis; 1 where the usual shape does not have it.
  func size(_ axis: Int) -> Int { dimensions.indices.contains(axis) ? dimensions[axis] : 1 }

  /// Type, dimensions and numbers of an operand for a role in a recipe.
  mutating func contents(_ role: String) -> (ElementType, [Int], Numbers) {
    let (channels, last) = (size(1), dimensions.last ?? 1)
    let spatial = dimensions.dropFirst(2)
    let quantized: ElementType = choices.rarely(2) ? .uint8 : .int8
    switch role {
    case "x": return (elementType, dimensions, .small)
    case "y": return (elementType, broadcast(), .small)
    case "b": return (.bool, broadcast(), .small)
    case "c": return (elementType, [channels], .positive)
    case "l": return (elementType, [last], .small)
    case "s", "N": return (elementType, choices.rarely(4) ? [1] : [], .listed([number(0...5)]))
    case "S": return (.int64, choices.rarely(2) ? [1] : [], .listed([number(-2...3)]))
    case "B": return (.bool, [], .listed([choices.below(2)]))
    case "pair": return (elementType, [2], .small)
    case "conv", "qconv":
      let kernel = spatial.map { _ in choices.within(1...3) }
      let shape = [group * choices.within(1...9), max(channels / group, 1)] + kernel
      return (role == "conv" ? elementType : quantized, shape, .small)
    case "deconv":
      let kernel = spatial.map { _ in choices.within(1...3) }
      return (elementType, [channels, choices.within(1...5)] + kernel, .small)
    case "matrix", "qmatrix":
      let outer = choices.rarely(3) ? Array(dimensions.dropLast(2)) : []
      let shape = outer + [last] + (choices.rarely(8) ? [] : [choices.pick([1, 3, 16, 33])])
      return (role == "matrix" ? elementType : quantized, shape, .small)
    case "gemm":
      let other = choices.pick([1, 3, 16, 33])
      return (elementType, choices.rarely(2) ? [last, other] : [other, last], .small)
    case "q": return (quantized, dimensions, .small)
    case "z": return (quantized, choices.rarely(4) ? [channels] : [], .small)
    case "r": return (.float32, choices.rarely(4) ? [channels] : [], .positive)
    case "v": return (.int32, [channels], .small)
    default: return special(role)
    }
  }

  /// Shapes, axes, indices, and what only one operator takes.
  private mutating func special(_ role: String) -> (ElementType, [Int], Numbers) {
    let rank = dimensions.count
    switch role {
    case "i":
      let count = choices.rarely(6) ? choices.below(6) : rank
      let sizes = choices.list(count) { _ in 0 }.indices.map { index in
        turnsHostile(30) ? choices.hostile() : choices.pick([size(index), 1, 2, 3, -1, 0])
      }
      return (.int64, [count], .listed(sizes))
    case "a":
      let axes = axisList()
      return (choices.rarely(3) ? .int32 : .int64, [axes.count], .listed(axes))
    case "p":
      let pads = integers(2 * rank, 0...2)
      return (.int64, [pads.count], .listed(pads))
    case "P":
      // As much taken away on one side as is put on the other, or nearly.
      let begins = choices.list(rank) { $0.pick([1 << 62, -(1 << 62), 1 << 40, 5, -5, -1, 1]) }
      let pads = begins + begins.map { choices.within(0...2) - $0 }
      return (.int64, [pads.count], .listed(pads))
    case "j":
      let shape = choices.list(choices.below(4)) { $0.within(1...3) }
      return (choices.rarely(3) ? .int32 : .int64, shape, .listed(indices()))
    case "e":
      let shape = dimensions.map { choices.rarely(3) ? min($0, 1) : $0 }
      return (choices.rarely(3) ? .int32 : .int64, shape, .listed(indices()))
    case "scales":
      return (.float32, [choices.rarely(6) ? choices.below(5) : rank], .positive)
    case "roi": return (.float32, [2 * rank], .positive)
    case "h": return (elementType, [choices.within(1...2), size(1), hiddenSize], .small)
    default: return recurrent(role)
    }
  }

  /// The weights of a recurrent layer; the role ends with its number of gates.
  private mutating func recurrent(_ role: String) -> (ElementType, [Int], Numbers) {
    let gates = Int(role.suffix(1)) ?? 1
    let directions = choices.within(1...2)
    return switch role.dropLast() {
    case "rnn": (elementType, [directions, gates * hiddenSize, size(2)], .small)
    case "P": (elementType, [directions, 3 * hiddenSize], .small)
    case "rnnr": (elementType, [directions, gates * hiddenSize, hiddenSize], .small)
    default: (elementType, [directions, 2 * gates * hiddenSize], .small)
    }
  }

  /// A shape that broadcasts to the usual one.
  private mutating func broadcast() -> [Int] {
    let shape = dimensions.map { choices.rarely(4) ? 1 : $0 }
    return choices.rarely(4) ? Array(shape.dropFirst(choices.below(max(shape.count, 1)))) : shape
  }

  private mutating func indices() -> [Int] {
    choices.list(7) { $0.within(-1...2) }.map { turnsHostile(60) ? choices.hostile() : $0 }
  }

  /// An integer from a range, or a hostile one.
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    turnsHostile(20) ? choices.hostile() : choices.within(range)
  }

  /// A list of so many integers, now and then of another length.
  mutating func integers(_ count: Int, _ range: ClosedRange<Int>) -> [Int] {
    let length = turnsHostile(20) ? choices.below(8) : max(count, 0)
    return (0..<length).map { _ in
      turnsHostile(40) ? choices.hostile() : choices.within(range)
    }
  }

  /// A list of axes, which may repeat.
  mutating func axisList() -> [Int] {
    let rank = max(dimensions.count, 1)
    return integers(choices.within(1...min(rank, 3)), -rank...(rank - 1))
  }

  /// The elements of a tensor as a file holds them.
  mutating func encoded(_ numbers: Numbers, _ type: ElementType, count: Int) -> [UInt8] {
    guard let bits = type.bitWidth else {
      return (0..<count).flatMap { [UInt8(1), 0, 0, 0, UInt8(97 + $0 % 3)] }
    }
    guard let width = type.byteWidth else {
      return choices.list((count * bits + 7) / 8) { UInt8($0.below(256)) }
    }
    let wild = turnsHostile(40)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * width)
    for index in 0..<count {
      if wild {
        bytes += choices.list(width) { UInt8($0.below(256)) }
      } else {
        append(element(numbers, index), type, to: &bytes)
      }
    }
    // A boolean is one of two bytes.
    return type == .bool ? bytes.map { $0 & 1 } : bytes
  }

  /// An element in eighths.
  private mutating func element(_ numbers: Numbers, _ index: Int) -> (eighths: Int, whole: Int) {
    switch numbers {
    case .small:
      let eighths = choices.within(-16...16)
      return (eighths, abs(eighths) % 4)
    case .positive:
      let eighths = choices.within(1...16)
      return (eighths, 1)
    case .listed(let list):
      let number = list.isEmpty ? 0 : list[index % list.count]
      return (number.multipliedReportingOverflow(by: 8).partialValue, number)
    }
  }

  private func append(
    _ element: (eighths: Int, whole: Int), _ type: ElementType, to bytes: inout [UInt8]
  ) {
    let real = Double(element.eighths) / 8
    switch type {
    case .float32: bytes.appendLittleEndian(Float(real).bitPattern)
    case .float64: bytes.appendLittleEndian(real.bitPattern)
    case .bfloat16: bytes.appendLittleEndian(UInt16(Float(real).bitPattern >> 16))
    // 1.0 with another exponent and sign is enough variety.
    case .float16: bytes.appendLittleEndian(UInt16(0x3800 + 128 * (element.eighths & 15)))
    default:
      for place in 0..<(type.byteWidth ?? 0) {
        bytes.append(UInt8(truncatingIfNeeded: element.whole >> min(8 * place, 63)))
      }
    }
  }
}
