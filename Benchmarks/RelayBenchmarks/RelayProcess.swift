import BenchmarkSupport
import Foundation
import HTTPEdge
import Logging
import RelayAPI
import Services

@testable import RelayServer

/// A relay in a process of its own, so that its time and memory are not mixed up with those of its clients.
final class RelayProcess {
    static let serveCommand = "serve"

    let port: Int
    private let process: Process

    /// Starts a relay over a database file; returns when it takes requests.
    init(database: String) throws {
        process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = [Self.serveCommand, database]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw BenchmarkError("the relay did not start")
        }
        self.port = port
    }

    /// Runs a relay while `body` runs.
    static func run<Value>(database: String, _ body: (RelayProcess) async throws -> Value) async throws
        -> Value
    {
        let relay = try RelayProcess(database: database)
        defer { relay.stop() }
        return try await body(relay)
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    var residentByteCount: Int { Memory.resident(of: String(process.processIdentifier)) ?? 0 }

    /// Microseconds of processor time so far (Linux, proc(5), `utime` and `stime`).
    var processorTime: Double {
        let path = "/proc/\(process.processIdentifier)/stat"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        // The second field, a name in parentheses, may hold spaces.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +)
        return ticks * 1e6 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The child's side: serves until it is ended. Rates and shares are out of the way: they are not what is measured.
    static func serve(database: String) async throws {
        var configuration = RelayConfiguration()
        configuration.port = 0
        configuration.rates = .unlimited
        configuration.maxConnectionCountPerAddress = configuration.maxConnectionCount
        let logger = Logger(label: "relay", target: LogTarget(from: .error, write: LogLine.text.write))
        let store = try SQLiteRelayStore(path: database, limits: .unshared)
        let relay = try buildRelay(
            configuration, store: store, logger: logger,
            onRunning: { port in
                print(port)
                fflush(nil)
            })
        try await ServiceGroup([("relay", relay)], logger: logger).run()
    }
}

extension QueueLimits {
    /// One sender may fill a queue alone.
    static var unshared: QueueLimits {
        var limits = QueueLimits()
        limits.maxShareMessageCount = limits.maxMessageCount
        limits.maxShareByteCount = limits.maxByteCount
        limits.maxSenderMessageCount = .max
        limits.maxSenderByteCount = .max
        return limits
    }
}

extension RateLimits {
    fileprivate static var unlimited: RateLimits {
        let rate = Rate(perSecond: 1e9, burst: 1e9)
        var rates = RateLimits()
        rates.requests = rate
        rates.messages = rate
        rates.messageBytes = rate
        rates.messagesOfTarget = rate
        return rates
    }
}
