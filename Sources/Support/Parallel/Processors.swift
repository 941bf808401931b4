import CPlatform
import Glibc

/// How many processors' time this process may use, at least 1: those that it may run on, or what the
/// quota of its container comes to, rounded up, if that is less.
package func usableProcessors() -> Int {
  let processors = Int(usable_processors())
  return Int(min(Double(processors), (processorQuota() ?? .infinity).rounded(.up)))
}

/// The processors' time that the control groups (version 2) of this process allow it, in processors;
/// nil if they do not limit it.
///
/// - Parameters:
///   - membership: the file that names the group.
///   - root: the directory of the groups. Inside a container this is often the container's own group,
///     and the path in `membership` may be one that only the host has.
func processorQuota(
  membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup"
) -> Double? {
  let prefix = "0::/"
  guard let group = lines(of: membership).first(where: { $0.hasPrefix(prefix) }) else { return nil }
  let names = group.dropFirst(prefix.count).split(separator: "/").map(String.init)
  // The limit of every group above counts too.
  return (0...names.count).compactMap { depth in
    let group = ([root] + names.prefix(depth)).joined(separator: "/")
    // Microseconds of processors' time in a period, and those of the period; `max` if unlimited.
    let numbers = lines(of: "\(group)/cpu.max").first?.split(separator: " ").map { Double($0) }
    guard let numbers, numbers.count == 2, let quota = numbers[0], let period = numbers[1],
      quota > 0, period > 0
    else { return nil }
    return quota / period
  }.min()
}

private func lines(of path: String) -> [Substring] {
  guard let file = try? Descriptor(path, O_RDONLY, to: "open"),
    let bytes = readAll(file.number, limit: 1 << 20)
  else { return [] }
  return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
