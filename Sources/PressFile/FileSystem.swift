import PressTensor

/// Changes to the file system beyond writing one file.
public enum FileSystem {
  /// Removes a file; one that is not there is as good as removed.
  public static func remove(_ path: String) throws(FileError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
  }

  /// The bytes that are free for this user where a path lies; `nil` where the system does not say.
  public static func freeBytes(beside path: String) -> Int? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var status = statvfs()
    guard unsafe statvfs(folder, &status) == 0 else { return nil }
    let (bytes, overflow) = Int(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    return overflow ? .max : bytes
  }
}
