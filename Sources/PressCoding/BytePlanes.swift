import PressTensor

/// The bytes of fixed-width elements sorted by significance: plane k holds byte k of every element.
package enum BytePlanes {
  /// Plane `index` of elements of `width` bytes.
  package static func plane(_ index: Int, of span: RawSpan, width: Int) -> [UInt8] {
    [UInt8](capacity: span.byteCount / width) { output in
      for offset in stride(from: index, to: span.byteCount, by: width) {
        output.append(span.loadLittleEndian(UInt8.self, at: offset))
      }
    }
  }

  /// Puts a plane back among the bytes of its elements.
  package static func insert(_ plane: RawSpan, at index: Int, width: Int, into bytes: inout [UInt8])
  {
    var offset = index
    for place in 0..<plane.byteCount {
      bytes[offset] = plane.loadLittleEndian(UInt8.self, at: place)
      offset += width
    }
  }
}
