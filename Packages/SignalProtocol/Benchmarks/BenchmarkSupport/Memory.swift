import Foundation

/// What processes use of the memory.
public enum Memory {
    /// Bytes of a process that are in memory now, where the system tells it (Linux, proc(5), `VmRSS`).
    public static func resident(of process: String = "self") -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
        else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map {
            $0 * 1024
        }
    }
}
