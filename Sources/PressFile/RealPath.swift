import PressTensor

/// Paths as the file system sees them.
public enum RealPath {
  /// The absolute path without symbolic links, `.` or `..`; what it names must exist.
  public static func resolve(_ path: String) throws(FileError) -> String {
    guard let resolved = unsafe realpath(path, nil) else { throw .last("resolve", path) }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
