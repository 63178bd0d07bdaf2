public import PressTensor

extension ReadLimits {
  /// Half of this machine's memory.
  public static var standard: ReadLimits {
    let pages = max(sysconf(Int32(_SC_PHYS_PAGES)), 1)
    let size = max(sysconf(Int32(_SC_PAGESIZE)), 1)
    return ReadLimits(maximumBytes: pages * size / 2)
  }
}

/// The memory of the running program.
public enum ProcessMemory {
  /// The most bytes that were resident so far, mapped files included; `nil` where the system does
  /// not say.
  public static var peakResidentBytes: Int? {
    #if canImport(Darwin)
      var usage = rusage()
      return unsafe getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
    #else
      // getrusage would count what ran before in this process: it survives exec.
      status?.split(separator: "\n").lazy.compactMap { line -> Int? in
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, words[0] == "VmHWM:", words[2] == "kB" else { return nil }
        return Int(words[1]).map { $0 * 1024 }
      }.first
    #endif
  }

  /// What the kernel says of this process; such files have no size and can't be mapped.
  private static var status: String? {
    let descriptor = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor, buffer.baseAddress, buffer.count)
    }
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
