import BenchmarkSupport
import Foundation
import Networking
import RelayAPI

@testable import RelayServer

/// What waits: offline queues, idle connections, a relay that starts over a full database.
enum QueueBenchmarks {
    /// Messages that are sent to absent receivers, which then connect.
    static func drain(in folder: URL, _ report: inout Report) async throws {
        report.section("draining offline queues", columns: ["messages/s", "CPU µs each"])
        for (pairCount, byteCount) in [(1, 200), (8, 1024)] {
            let load = TrafficBenchmarks.Load(
                pairCount: pairCount, byteCount: byteCount, count: 40_000 / (4 * pairCount), pace: .window(64)
            )
            let database = folder.appending(path: "drain-\(pairCount).db").path
            let pairs = try await TrafficBenchmarks.makePairs(load, database: database)
            try await RelayProcess.run(database: database) { relay in
                let port = relay.port
                for pair in pairs { try await pair.openSender(port: port) }
                _ = try await TrafficBenchmarks.run(pairs)
                let clock = ContinuousClock()
                let (start, processorTime) = (clock.now, relay.processorTime)
                let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
                    for pair in pairs { group.addTask { try await pair.drain(port: port) } }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                let elapsed = (clock.now - start).microseconds
                let count = Double(latencies.count)
                report.add(
                    "\(pairCount) → \(pairCount), \(byteCount) bytes",
                    [
                        (count / elapsed * 1e6).fixed(0),
                        ((relay.processorTime - processorTime) / count).fixed(0),
                    ])
                for pair in pairs { pair.close() }
            }
        }
    }

    /// Sockets that say nothing: as many as one address may open.
    static func idle(in folder: URL, _ report: inout Report) async throws {
        let count = 8_000
        let database = folder.appending(path: "idle.db").path
        let devices = try await BenchmarkDevice.registered(
            (0..<count).map { "device\($0)" }, in: try SQLiteRelayStore(path: database))
        report.section("\(count) idle connections", columns: ["KiB each"])
        try await RelayProcess.run(database: database) { relay in
            let before = relay.residentByteCount
            var sockets: [ClientSocket] = []
            for batch in stride(from: 0, to: count, by: 100) {
                sockets += try await open(devices[batch..<batch + 100], port: relay.port)
            }
            let each = Double(relay.residentByteCount - before) / Double(count) / 1024
            report.add("resident memory", [each.fixed(1)], .atMost(15, "KiB", is: each))
            for socket in sockets { socket.close() }
        }
    }

    /// Opens sockets side by side; returns when each was told that nothing waits.
    private static func open(_ devices: ArraySlice<BenchmarkDevice>, port: Int) async throws -> [ClientSocket]
    {
        try await withThrowingTaskGroup(of: ClientSocket.self) { group in
            for device in devices {
                group.addTask {
                    let (signals, signal) = AsyncStream.makeStream(of: Void.self)
                    let socket = try await ClientSocket.open(
                        device, port: port, on: .shared
                    ) { event in
                        if case .frame(.queueEmpty) = event { signal.finish() }
                    }
                    for await _ in signals {}
                    return socket
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// A start over a database in which a million messages wait.
    static func coldStart(in folder: URL, _ report: inout Report) async throws {
        let (deviceCount, perDevice) = (100, 10_000)
        let database = folder.appending(path: "full.db").path
        try await fill(database, deviceCount: deviceCount, perDevice: perDevice)
        report.section("\(deviceCount * perDevice) messages queued", columns: ["seconds"])
        let clock = ContinuousClock()
        let start = clock.now
        try await RelayProcess.run(database: database) { _ in
            let elapsed = (clock.now - start).microseconds / 1e6
            report.add("start until ready", [elapsed.fixed(2)], .atMost(2, "s", is: elapsed))
        }
    }

    private static func fill(_ database: String, deviceCount: Int, perDevice: Int) async throws {
        let store = try SQLiteRelayStore(path: database, limits: .unshared)
        let devices = try await BenchmarkDevice.registered((0..<deviceCount).map { "device\($0)" }, in: store)
        let sender = devices[0]
        let now = Date().milliseconds
        try await withThrowingTaskGroup(of: Void.self) { group in
            for device in devices {
                group.addTask {
                    for _ in stride(from: 0, to: perDevice, by: 50) {
                        try await withThrowingTaskGroup(of: Void.self) { batch in
                            for _ in 0..<50 {
                                batch.addTask {
                                    _ = try await store.accept(
                                        sender.envelope(to: device.address, byteCount: 200), if: .none,
                                        at: now)
                                }
                            }
                            try await batch.waitForAll()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
