import Foundation

/// The memory limit that a container or a unit sets for this process (cgroup v2).
package enum MemoryLimit {
    /// The lowest limit of the process's group and those above it, in bytes; nil if there is none.
    package static func current(root: String = "") -> Int? {
        let text = (try? String(contentsOfFile: root + "/proc/self/cgroup", encoding: .utf8)) ?? ""
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
            return nil
        }
        var names = line.dropFirst(3).split(separator: "/")
        var limits: [Int] = []
        while true {
            let path = ([root + "/sys/fs/cgroup"] + names.map(String.init) + ["memory.max"]).joined(
                separator: "/")
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            if let limit = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) { limits.append(limit) }
            guard names.popLast() != nil else { return limits.min() }
        }
    }
}

extension LoadLimits {
    /// Sheds load before the system would end the process: at three quarters of its memory limit at the latest.
    package mutating func stay(below memoryLimit: Int?) {
        if let memoryLimit { maxAllocatedByteCount = min(maxAllocatedByteCount, memoryLimit / 4 * 3) }
    }
}
