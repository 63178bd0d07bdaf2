import PressCoding
import PressTensor

extension TensorRecord {
  /// What can be said without reading the streams.
  func check() throws(ContainerError) {
    let type = stored.elementType
    guard stored.kept <= shape.count, nonzeros <= stored.kept else {
      throw .tensorRecord(
        name: name, what: "\(nonzeros) non-zeros, \(stored.kept) kept of \(shape.count) elements")
    }
    if type == .string { try checkStrings() }
    try checkForm()
    if case .relative(_, let symbols) = stored.support, symbols > stored.places {
      throw .tensorRecord(name: name, what: "\(symbols) gaps in \(stored.places) places")
    }
    if stored.support != .dense || stored.hasPlanes {
      guard let width = type.byteWidth, !stored.hasPlanes || width > 1 else {
        throw .tensorRecord(name: name, what: "a support or planes over \(type.name)")
      }
    }
    for stream in stored.streams where stream.role.holdsParameters || stream.coding == .raw {
      do {
        let (count, width) = try stored.symbols(of: stream.role)
        let (bits, overflow) = count.multipliedReportingOverflow(by: width)
        let expected = bits / 8 + (bits % 8 == 0 ? 0 : 1)
        guard !overflow, stream.coding == .raw, stream.bytes.byteCount == expected else {
          throw ContainerError.tensorRecord(
            name: name, what: "a raw stream of \(stream.bytes.byteCount) bytes, not \(expected)")
        }
      } catch let error as ContainerError {
        throw error
      } catch {
        throw .tensorRecord(name: name, what: "a stream of impossible size")
      }
    }
  }

  /// Strings take four bytes each and more, and no byte of a stream stands for many.
  private func checkStrings() throws(ContainerError) {
    guard stored.values == .plain else { return }
    let length = stored.stringBytes
    guard shape.count <= length / 4, length - (1 << 20) <= 8 * stored.byteCount else {
      throw .tensorRecord(
        name: name, what: "\(shape.count) strings of \(length) bytes in \(stored.byteCount)")
    }
  }

  /// Checks that the form is one that a tensor of this type and shape can have.
  private func checkForm() throws(ContainerError) {
    let type = stored.elementType
    guard stored.granularity == .tensor || stored.values.hasParameters else {
      throw .tensorRecord(name: name, what: "parts without parameters")
    }
    switch stored.values {
    case .plain: break
    case .codebook(let bits):
      guard bits == 0 || type.byteWidth != nil else {
        throw .tensorRecord(name: name, what: "codebook indices over \(type.name)")
      }
      guard stored.granularity == .tensor || type.byteWidth != nil else {
        throw .tensorRecord(name: name, what: "codebooks of parts over \(type.name)")
      }
      guard !stored.hasHalves || type == .float32 else {
        throw .tensorRecord(name: name, what: "a codebook in float16 over \(type.name)")
      }
    case .narrow, .fixed, .affine, .ternary, .binary:
      guard [.float32, .float64, .float16, .bfloat16].contains(type) else {
        throw .tensorRecord(name: name, what: "codes for numbers over \(type.name)")
      }
    }
    guard stored.view == nil || type.byteWidth != nil else {
      throw .tensorRecord(name: name, what: "a view of \(type.name)")
    }
    if let groups = stored.groups, groups.kept != stored.kept {
      throw .tensorRecord(name: name, what: "\(stored.kept) kept, \(groups.kept) in groups")
    }
  }
}
