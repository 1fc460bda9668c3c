import Database
import Foundation
import Synchronization
import TestSupport
import Testing

let itemSchema = """
    CREATE TABLE item (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL UNIQUE, body BLOB NOT NULL) STRICT;
    """

extension Connection {
    func insert(_ owner: Int, _ byteCount: Int = 10) throws {
        try run(
            "INSERT INTO item (owner, body) VALUES (?, ?)", owner, [UInt8](repeating: 1, count: byteCount))
    }

    /// Inserts one large row after the other until the first failure.
    ///
    /// - Returns: The owner of the row that was not taken, and why.
    func fill() -> (owner: Int, failure: DatabaseError?) {
        var owner = 0
        while owner < 1000 {
            owner += 1
            do { try transaction { try insert(owner, 10_000) } } catch {
                return (owner, error as? DatabaseError)
            }
        }
        return (owner, nil)
    }

    var itemCount: Int { get throws { try value("SELECT COUNT(*) FROM item") ?? -1 } }
    var owners: [Int] { get throws { try values("SELECT owner FROM item ORDER BY owner") } }
}

/// Never ends by itself.
let endlessQuery = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"

/// Which kind of error `body` throws; nil if it throws none.
func kind(_ body: () throws -> Void) -> DatabaseError.Kind? {
    do { try body() } catch { return (error as? DatabaseError)?.kind }
    return nil
}

func kind(_ body: () async throws -> Void) async -> DatabaseError.Kind? {
    do { try await body() } catch { return (error as? DatabaseError)?.kind }
    return nil
}

extension ScratchDirectory {
    func writer() throws -> DatabaseWriter {
        try DatabaseWriter(file("a.db")) { try $0.execute(itemSchema) }
    }

    func database(readerCount: Int = 2) throws -> DatabaseFile {
        try DatabaseFile(file("a.db"), readerCount: readerCount) { try $0.execute(itemSchema) }
    }

    var contents: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }
}

/// Keeps a thread until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() { semaphore.wait() }
    func open() { semaphore.signal() }
}

/// Another process, and what it says.
final class Probe {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest = Data()

    init(_ command: String, _ path: String) throws {
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("database-probe")
        process.arguments = [command, path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { kill() }

    /// Nil when there will be no more.
    func nextLine() -> String? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest = Data(rest[rest.index(after: end)...]) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            rest += more
        }
    }

    func endInput() throws { try input.fileHandleForWriting.close() }

    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
