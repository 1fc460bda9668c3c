import Foundation
import TestSupport

/// What an attack has to work with: a folder of its own, and instances in it.
struct Trial: Sendable {
    let isShort: Bool
    let folder: ScratchDirectory

    init(isShort: Bool) throws {
        self.isShort = isShort
        folder = try ScratchDirectory()
    }

    /// Starts `sysmaint relay` with these settings, on a free port.
    /// `maxDescriptorCount` is the most that it can raise its limit to.
    func relay(_ settings: [String: String] = [:], maxDescriptorCount: Int? = nil) async throws -> Victim {
        try await Victim(
            ["relay", "--port", "0"], announcing: "relay", in: folder, settings, maxDescriptorCount)
    }
}

/// A fresh instance under attack.
struct Victim: Sendable {
    let process: ChildProcess
    let url: String
    let port: Int

    fileprivate init(
        _ arguments: [String], announcing field: String, in folder: ScratchDirectory,
        _ settings: [String: String], _ maxDescriptorCount: Int?
    ) async throws {
        let own = ["HOME": folder.url.path, "SYSMAINT_HOME": folder.url.path, "LOG_LEVEL": "error"]
        let program = [ChildProcess.product("sysmaint")] + arguments + ["--format", "json"]
        let limited =
            maxDescriptorCount.map { ["/bin/sh", "-c", "ulimit -n \($0); exec \"$0\" \"$@\""] } ?? []
        let words = limited + program
        process = try ChildProcess(
            words[0], Array(words.dropFirst()), in: folder,
            environment: own.merging(settings) { $1 })
        try await process.wait(for: "its address", within: .seconds(60)) {
            !$0.lines.isEmpty || $0.status != nil
        }
        guard let line = process.output.lines.first,
            let url = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))[field],
            let port = URLComponents(string: url)?.port
        else { throw Unexpected("no address", process) }
        (self.url, self.port) = (url, port)
    }

    /// Memory that the process has in use, without what it shares with its file.
    var residentBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/\(process.processID)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    var openDescriptorCount: Int {
        let folder = "/proc/\(process.processID)/fd"
        return (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
    }

    /// The most memory the process has while `body` runs.
    func peak(while body: @escaping @Sendable () async throws -> Void) async throws -> Int {
        try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                try await body()
                return nil
            }
            group.addTask {
                var peak = 0
                while !Task.isCancelled {
                    peak = max(peak, residentBytes)
                    try? await Task.sleep(for: .milliseconds(20))
                }
                return peak
            }
            _ = try await group.next()
            group.cancelAll()
            return try await group.next().flatMap(\.self) ?? 0
        }
    }

    /// The resident memory once it is below `bound`, or after `limit`.
    func residentBytes(settlingBelow bound: Int, within limit: Duration) async -> Int {
        let deadline = ContinuousClock.now + limit
        while residentBytes > bound, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(200))
        }
        return residentBytes
    }
}

func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
