import Foundation

/// A program that runs beside this one.
final class Child {
    private let process = Process()

    init(_ executable: URL, _ arguments: [String], _ environment: [String: String]) throws {
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// What it has used and uses now.
    func usage() throws -> Usage {
        let folder = "/proc/\(process.processIdentifier)"
        return Usage(
            stat: try String(contentsOfFile: "\(folder)/stat", encoding: .utf8),
            status: try String(contentsOfFile: "\(folder)/status", encoding: .utf8))
    }
}

/// What a process uses, as Linux tells it (proc(5)).
struct Usage {
    /// Of all its threads, ended ones included.
    let cpuSeconds: Double
    let residentByteCount: Int
    let anonymousByteCount: Int
    let fileByteCount: Int
    let threadCount: Int

    init(stat: String, status: String) {
        // The second field, a name in parentheses, may hold spaces.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +)
        cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        func number(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        residentByteCount = number("VmRSS") * 1024
        anonymousByteCount = number("RssAnon") * 1024
        fileByteCount = (number("RssFile") + number("RssShmem")) * 1024
        threadCount = number("Threads")
    }
}
