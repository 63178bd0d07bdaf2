#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What swift-protobuf holds the fields of type `bytes` in.
typealias ProtobufBytes = Data

extension [UInt8] {
  /// The bytes for a field of a message.
  var forProtobuf: ProtobufBytes { Data(self) }
}
