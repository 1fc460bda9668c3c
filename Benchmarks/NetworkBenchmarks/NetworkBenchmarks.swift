import BenchmarkSupport
import Foundation
import HTTP

@testable import Networking

/// Measures HTTP and WebSockets with clients in this process and the server in one of its own: operations per second, and
/// what the server spends on each. `network-benchmarks serve [PORT [CERTIFICATE KEY]]` only serves.
@main
enum NetworkBenchmarks {
    private static let seconds = 2.0

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "serve" {
            let port = arguments.dropFirst().first.flatMap { Int($0) } ?? 0
            return try await EchoServer.run(port: port, certificate: Array(arguments.dropFirst(2)))
        }
        var report = Report()
        report.section("GET", columns: ["per second", "server µs"])
        for (count, bar) in [(1, 0.0), (50, 40_000)] {
            let (rate, cost) = try await gets(count)
            report.add("\(count) connections", [rate.fixed(0), cost.fixed(1)], .atLeast(bar, "/s", is: rate))
        }
        report.section("WebSocket echo", columns: ["per second", "server µs"])
        for (count, window, size, bar) in [(1, 1, 64, 10.0), (50, 16, 64, 2), (8, 16, 1024, 6)] {
            let (rate, cost) = try await echoes(count, window, size)
            report.add(
                "\(count) × \(window), \(size) B", [rate.fixed(0), cost.fixed(2)],
                .atMost(bar, "µs", is: cost))
        }
        report.section("Idle WebSockets", columns: ["KiB each"])
        let each = try await idleMemory(5_000)
        report.add("5,000", [each.fixed(1)], .atMost(15, "KiB", is: each))
        report.conclude()
        if report.hasFailed { exit(1) }
    }

    private static func gets(_ count: Int) async throws -> (rate: Double, cost: Double) {
        try await ServerProcess.run { server, target in
            let request = MessageWriter.bytes(
                of: HTTPRequestHead(
                    method: .get, target: "/hello", fields: ["Host": "localhost", "Accept": "*/*"]))
            let replyByteCount = try await target.replyByteCount(request)
            return try await load(server, target, count, window: 1) {
                LoadClient(try await target.connect(), request: request, replyByteCount: replyByteCount)
            }
        }
    }

    private static func echoes(_ count: Int, _ window: Int, _ size: Int) async throws -> (
        rate: Double, cost: Double
    ) {
        // Masked with zeros, which is a mask too; the answer comes without.
        let length: [UInt8] = size < 126 ? [UInt8(size)] : [126, UInt8(size >> 8), UInt8(size & 0xFF)]
        let frame =
            [0x82, length[0] | 0x80] + length.dropFirst() + [0, 0, 0, 0] + [UInt8](repeating: 97, count: size)
        return try await ServerProcess.run { server, target in
            try await load(server, target, count, window: window) {
                LoadClient(
                    try await target.connect(opening: handshake), request: frame,
                    replyByteCount: 1 + length.count + size)
            }
        }
    }

    private static func load(
        _ server: ServerProcess, _ target: LoadTarget, _ count: Int, window: Int,
        _ make: () async throws -> LoadClient
    ) async throws -> (rate: Double, cost: Double) {
        var made: [LoadClient] = []
        for _ in 0..<count { made.append(try await make()) }
        let clients = made
        target.loop.execute { for client in clients { client.begin(window: window) } }
        try await Task.sleep(for: .seconds(0.5))
        let (before, spent) = (await total(clients, target), server.processorTime)
        let began = ContinuousClock.now
        try await Task.sleep(for: .seconds(seconds))
        let operations = Double(await total(clients, target) - before)
        let took = began.duration(to: .now) / .seconds(1)
        let cost = (server.processorTime - spent) / operations
        target.loop.execute { for client in clients { client.close() } }
        return (operations / took, cost)
    }

    private static func total(_ clients: [LoadClient], _ target: LoadTarget) async -> Int {
        await withCheckedContinuation { continuation in
            target.loop.execute { continuation.resume(returning: clients.reduce(0) { $0 + $1.count }) }
        }
    }

    private static func idleMemory(_ count: Int) async throws -> Double {
        try await ServerProcess.run { server, target in
            _ = try await target.connect(opening: handshake)
            let before = server.residentByteCount
            for _ in 0..<count { _ = try await target.connect(opening: handshake) }
            return Double(server.residentByteCount - before) / Double(count) / 1024
        }
    }

    private static let handshake = MessageWriter.bytes(
        of: HTTPRequestHead(
            method: .get, target: "/ws",
            fields: [
                "Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade",
                "Sec-WebSocket-Key": WebSocketHandshake.newKey(), "Sec-WebSocket-Version": "13",
            ]))
}

/// A server in a process of its own.
final class ServerProcess {
    private let process = Process()

    static func run<Value>(_ body: (ServerProcess, LoadTarget) async throws -> Value) async throws -> Value {
        let server = ServerProcess()
        let output = Pipe()
        server.process.executableURL = Bundle.main.executableURL
        server.process.arguments = ["serve"]
        server.process.standardOutput = output
        try server.process.run()
        defer { server.process.terminate() }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw ConnectionClosed()
        }
        return try await body(server, LoadTarget(port: port, tls: nil, loop: .shared))
    }

    var residentByteCount: Int { Memory.resident(of: String(process.processIdentifier)) ?? 0 }

    /// Microseconds so far (Linux, proc(5), `utime` and `stime`).
    var processorTime: Double {
        let text =
            (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        // The second field, a name in parentheses, may hold spaces.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +)
        return ticks * 1e6 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
