#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The passes that recipes and histories may name.
public enum PassRegistry {
  /// All passes, by name.
  public static let all: [any Pass.Type] = [
    Densify.self,
    Encode.self,
    Factorize.self,
    Fold.self,
    Prune.self,
    Quantize.self,
    Separate.self,
    Share.self,
  ]

  /// The names of all passes.
  static var names: [String] { all.map { $0.name } }

  /// The pass with a name.
  static func type(named name: String) -> (any Pass.Type)? { all.first { $0.name == name } }

  /// A pass from its name and its options as JSON, as a history records them.
  ///
  /// - Throws: `PassError.unknown` for a name that no pass has, `PassError.options` for options that
  ///   the pass does not understand.
  public static func pass(named name: String, options: String) throws(PassError) -> any Pass {
    guard let type = type(named: name) else { throw .unknown(pass: name, known: names) }
    do {
      return try type.decoded(from: Data(options.utf8))
    } catch {
      throw .options(pass: name, found: options)
    }
  }
}

extension Pass {
  fileprivate static func decoded(from json: Data) throws -> any Pass {
    try JSONDecoder().decode(Self.self, from: json)
  }

  /// The options as one JSON object with sorted keys, defaults included.
  package func encodedOptions() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
