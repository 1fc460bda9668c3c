import Foundation
import Testing

@testable import SignalProtocol

/// The program that stops in the middle of a conversation.
private let subject: URL? = {
    let runner = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    return [runner, Bundle.main.bundleURL, Bundle.module.bundleURL.deletingLastPathComponent()]
        .map { $0.appending(path: "leak-checks") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path()) }
}()

/// Looks through the memory of a process that has stopped in the middle of a conversation, for keys that it must not have
/// any more.
@Suite(
    .enabled("/proc shows the memory of a child only on Linux, and leak-checks is built beside the tests") {
        FileManager.default.isReadableFile(atPath: "/proc/self/maps") && subject != nil
    })
struct WipingTests {
    /// What Documentation/threat-model.md claims: of the keys that are replaced, none stays; of those that were in a stored
    /// form, which is an ordinary array, fewer than a hundred, however long the conversation.
    @Test(arguments: [("memory", 0), ("bytes", 99)])
    func replacedKeysAreGone(store: String, limit: Int) throws {
        let told = Pipe()
        let process = Process()
        process.executableURL = subject
        process.arguments = ["converse", "300", store]
        process.standardOutput = told
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        // Everything is told before it stops.
        let steps = try Self.read(300, from: told.fileHandleForReading)
        try Self.waitUntilStopped(process.processIdentifier)

        let live = Set(try #require(steps.last))
        let replaced = Set(steps.joined()).subtracting(live)
        #expect(replaced.count > 700 && live.count > 10)
        let memory = try Self.writableMemory(of: process.processIdentifier)
        func found(_ keys: Set<Data>) -> Int {
            keys.count { key in memory.contains { $0.range(of: key) != nil } }
        }
        // Without this the search could find nothing by mistake.
        #expect(found(live) == live.count)
        #expect(found(replaced) <= limit)
    }

    /// The keys after each message; they were told with every bit turned over.
    private static func read(_ count: Int, from handle: FileHandle) throws -> [[Data]] {
        func bytes(_ count: Int) throws -> Data {
            var bytes = Data()
            while bytes.count < count {
                bytes += try #require(
                    try handle.read(upToCount: count - bytes.count), "the process ended early")
            }
            return bytes
        }
        return try (0..<count).map { _ in
            let keyCount = try bytes(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            return try (0..<keyCount).map { _ in Data(try bytes(32).map { ~$0 }) }
        }
    }

    private static func waitUntilStopped(_ process: Int32) throws {
        while try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            .split(separator: ") ").last?.first != "T"
        {
            sched_yield()
        }
    }

    private static func writableMemory(of process: Int32) throws -> [Data] {
        let maps = try String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
        let memory = try FileHandle(forReadingFrom: URL(filePath: "/proc/\(process)/mem"))
        return maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 1, fields[1].hasPrefix("rw") else { return nil }
            let bounds = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
            guard bounds.count == 2, (try? memory.seek(toOffset: bounds[0])) != nil else { return nil }
            return try? memory.read(upToCount: Int(bounds[1] - bounds[0]))
        }
    }
}
