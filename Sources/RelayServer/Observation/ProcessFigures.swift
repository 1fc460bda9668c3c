import CMalloc
import Foundation

/// Resource usage of this process, from `/proc/self`; zero if it cannot be read.
struct ProcessFigures: Sendable {
    let residentBytes: Int
    let cpuSeconds: Double
    let openFileDescriptors: Int

    init() {
        residentBytes = Self.currentResidentBytes
        // The command in the second field may contain spaces: count from the closing parenthesis.
        let stat = (try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.count > 12 ? (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0) : 0
        cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        openFileDescriptors =
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    /// Bytes allocated by the process; resident pages may be more.
    static var currentAllocatedBytes: Int { cmalloc_allocated_byte_count() }

    private static var currentResidentBytes: Int { pages.resident * sysconf(Int32(_SC_PAGESIZE)) }

    /// Resident bytes of the process's own, without pages of files.
    static var currentPrivateBytes: Int {
        let (resident, shared) = pages
        return (resident - shared) * sysconf(Int32(_SC_PAGESIZE))
    }

    private static var pages: (resident: Int, shared: Int) {
        let numbers = words("/proc/self/statm").prefix(3).map { Int($0) ?? 0 }
        return numbers.count == 3 ? (numbers[1], numbers[2]) : (0, 0)
    }

    private static func words(_ path: String) -> [Substring] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: " ")
    }
}
