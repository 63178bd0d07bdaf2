public import PressTensor

extension ReadLimits {
  /// Half of this machine's memory.
  public static var standard: ReadLimits {
    let pages = max(sysconf(Int32(_SC_PHYS_PAGES)), 1)
    let size = max(sysconf(Int32(_SC_PAGESIZE)), 1)
    return ReadLimits(maximumBytes: pages * size / 2)
  }
}
