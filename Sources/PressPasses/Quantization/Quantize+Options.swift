import PressTensor

extension Quantize {
  /// Refuses bits, granularities and switches that the form does not have.
  public func check() throws(PassError) {
    try Override.check(
      overrides, allowed: bitRange == nil ? [] : ["bits"], pass: "\(Self.name) --to \(to.rawValue)")
    for bits in [bits].compactMap(\.self) + overrides.compactMap(\.bits) {
      guard let bitRange else {
        throw .option(name: "bits", expected: "none with --to \(to.rawValue)", found: "\(bits)")
      }
      guard bitRange.contains(bits) else {
        throw .option(
          name: "bits", expected: "\(bitRange.lowerBound) to \(bitRange.upperBound)",
          found: "\(bits)")
      }
    }
    if case .group(let size)? = granularity, size < 1 {
      throw .option(name: "granularity", expected: "group:1 or more", found: "group:\(size)")
    }
    if let granularity, granularity != .tensor, !hasScales {
      throw .option(
        name: "granularity", expected: "tensor with --to \(to.rawValue)", found: granularity.name)
    }
    if asymmetric, to != .int {
      throw .option(name: "asymmetric", expected: "--to int", found: "--to \(to.rawValue)")
    }
    if twoScales, to != .ternary {
      throw .option(name: "two-scales", expected: "--to ternary", found: "--to \(to.rawValue)")
    }
    try checkActivations()
  }

  private func checkActivations() throws(PassError) {
    guard activations else {
      if let calibrate {
        throw .option(
          name: "calibrate", expected: "--activations with it", found: "only '\(calibrate)'")
      }
      return
    }
    guard to == .int || to == .fixed else {
      throw .option(
        name: "activations", expected: "--to int or fixed", found: "--to \(to.rawValue)")
    }
    guard calibrate != nil else {
      throw .option(name: "activations", expected: "--calibrate FILE.npz with it", found: "none")
    }
    if case .group(let size)? = granularity {
      throw .option(
        name: "granularity", expected: "tensor or channel with --activations",
        found: "group:\(size)")
    }
    for bits in [bits].compactMap(\.self) + overrides.compactMap(\.bits) where bits > 8 {
      throw .option(name: "bits", expected: "at most 8 with --activations", found: "\(bits)")
    }
  }

  /// The bits that a code may have; `nil` where the form says it.
  private var bitRange: ClosedRange<Int>? {
    switch to {
    case .int: 2...8
    case .fixed: 4...16
    case .ternary, .binary, .fp16, .bf16: nil
    }
  }

  private var hasScales: Bool { to == .int || to == .ternary || to == .binary }
}

extension Quantize {
  private enum Key: String, CodingKey {
    case to, bits, granularity, asymmetric, activations, calibrate, method, layers, skip, overrides
    case twoScales = "two-scales"
  }

  /// Reads options; those that are missing have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      to: try values.decodeIfPresent(Form.self, forKey: .to) ?? .int,
      bits: try values.decodeIfPresent(Int.self, forKey: .bits),
      granularity: try values.decodeIfPresent(String.self, forKey: .granularity).map {
        try Granularity.option($0)
      },
      asymmetric: try values.decodeIfPresent(Bool.self, forKey: .asymmetric) ?? false,
      twoScales: try values.decodeIfPresent(Bool.self, forKey: .twoScales) ?? false,
      activations: try values.decodeIfPresent(Bool.self, forKey: .activations) ?? false,
      calibrate: try values.decodeIfPresent(String.self, forKey: .calibrate),
      method: try values.decodeIfPresent(Method.self, forKey: .method) ?? .minmax,
      layers: try values.decodeIfPresent([String].self, forKey: .layers) ?? [],
      skip: try values.decodeIfPresent([String].self, forKey: .skip) ?? [],
      overrides: try values.decodeIfPresent([Override].self, forKey: .overrides) ?? [])
  }

  /// Writes the options; what is not given, what is off, and empty lists are left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(to, forKey: .to)
    try values.encodeIfPresent(bits, forKey: .bits)
    try values.encodeIfPresent(granularity?.name, forKey: .granularity)
    if asymmetric { try values.encode(true, forKey: .asymmetric) }
    if twoScales { try values.encode(true, forKey: .twoScales) }
    if activations { try values.encode(true, forKey: .activations) }
    try values.encodeIfPresent(calibrate, forKey: .calibrate)
    try values.encode(method, forKey: .method)
    if !layers.isEmpty { try values.encode(layers, forKey: .layers) }
    if !skip.isEmpty { try values.encode(skip, forKey: .skip) }
    if !overrides.isEmpty { try values.encode(overrides, forKey: .overrides) }
  }
}
