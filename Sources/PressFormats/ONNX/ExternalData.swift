import PressFile
import PressTensor

/// Files of tensor data beside a model, each mapped once.
struct ExternalData {
  private let folder: String
  private var root: String?
  private var files: [String: MappedFile] = [:]

  /// Files in the folder of a model.
  init(folder: String) {
    self.folder = folder
  }

  /// The `count` bytes that a tensor's entries point to.
  mutating func storage(
    _ entries: [(key: String, value: String)], count: Int, tensor: String
  ) throws(ONNXError) -> Storage {
    var location = ""
    var offset = 0
    for (key, value) in entries {
      switch key {
      case "location": location = value
      case "offset": offset = try number(key, value, tensor)
      case "length":
        let length = try number(key, value, tensor)
        guard length == count else {
          throw .externalLength(expected: count, found: length, tensor: tensor)
        }
      default: break
      }
    }
    let file = try file(location, tensor)
    let (end, overflow) = offset.addingReportingOverflow(count)
    guard !overflow, end <= file.byteCount else {
      throw .externalRange(offset: offset, count: count, fileSize: file.byteCount, tensor: tensor)
    }
    do {
      return try Storage(file, range: offset..<end)
    } catch {
      throw .tensor(error, tensor: tensor)
    }
  }

  private func number(
    _ key: String, _ value: String, _ tensor: String
  ) throws(ONNXError) -> Int {
    guard let number = Int(value), number >= 0 else {
      throw .externalNumber(key: key, value: value, tensor: tensor)
    }
    return number
  }

  /// The file at a relative path, which must not leave the folder, not even through a link.
  private mutating func file(_ location: String, _ tensor: String) throws(ONNXError) -> MappedFile {
    if let file = files[location] { return file }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, location.first != "/", !parts.contains(".."),
      !location.utf8.contains(0)
    else { throw .externalLocation(location, tensor: tensor) }
    do {
      let root = try self.root ?? RealPath.resolve(folder)
      self.root = root
      let path = try RealPath.resolve("\(folder)/\(location)")
      guard path.hasPrefix(root == "/" ? root : root + "/") else {
        throw ONNXError.externalLocation(location, tensor: tensor)
      }
      let file = try MappedFile(path: path)
      files[location] = file
      return file
    } catch let error as FileError {
      throw .externalFile(error, tensor: tensor)
    } catch let error as ONNXError {
      throw error
    } catch {
      throw .externalLocation(location, tensor: tensor)
    }
  }
}
