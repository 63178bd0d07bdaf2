#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A JSON value; objects keep their keys sorted, numbers that are not finite become null.
public enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// An integer, or null.
  public static func optional(_ value: Int?) -> JSON { value.map(JSON.integer) ?? .null }

  /// A number, or null where there is none or it is not finite.
  public static func optional(_ value: Double?) -> JSON {
    value.flatMap { $0.isFinite ? JSON.number($0) : nil } ?? .null
  }

  /// A string, or null.
  public static func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

  /// The value of some JSON text, or null if it is not JSON.
  public init(text: String) {
    self = (try? JSONDecoder().decode(JSON.self, from: Data(text.utf8))) ?? .null
  }

  /// The value as text of several lines.
  public var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try? encoder.encode(self)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }
}

extension JSON: Codable {
  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSON].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .bool(let bool): try value.encode(bool)
    case .integer(let integer): try value.encode(integer)
    case .number(let number):
      if number.isFinite { try value.encode(number) } else { try value.encodeNil() }
    case .string(let string): try value.encode(string)
    case .array(let array): try value.encode(array)
    case .object(let object): try value.encode(object)
    }
  }
}
