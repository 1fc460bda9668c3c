import Database
import Foundation
import HTTP
import RelayAPI
import Testing
import TestSupport
import VectorSupport

@testable import RelayServer

/// A relay's file that was damaged by chance: either it is told, or every message is still in its place. What is damaged
/// inside an envelope its recipient notices, by the message's code.
@Suite(.timeLimit(.minutes(5)))
struct DamagedRelayTests {
    /// What a bad disk or a copy that was cut short does.
    private static func damage(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        func flip(_ place: Int) { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: flip(Int.random(in: bytes.indices, using: &random))
        // Where pages have their structure.
        case 1: flip(bytes.randomPage(using: &random).lowerBound + Int.random(in: 0..<64, using: &random))
        case 2: for _ in 0..<50 { flip(Int.random(in: bytes.indices, using: &random)) }
        case 3: bytes.cutShort(using: &random)
        case 4: bytes.blankPage(using: &random)
        default: bytes.exchangePages(using: &random)
        }
    }

    private static func filled(_ path: String) async throws -> (
        devices: [TestDevice], sent: [[QueuedMessage]]
    ) {
        let devices = try ["alice", "bob", "carol"].map { try TestDevice($0) }
        let store = try SQLiteRelayStore(path: path)
        for (number, device) in devices.enumerated() {
            try await store.register(device.known, tokenHash: [UInt8(number)], at: 1)
        }
        for number in 0..<40 {
            let text = "\(number) " + String(repeating: "x", count: number % 4 * 700)
            for recipient in devices.dropFirst() {
                _ = try await store.accept(devices[0].envelope(to: recipient, text), at: 10)
            }
        }
        let sent = try await waiting(store, devices)
        #expect(sent.map(\.count) == [0, 40, 40])
        #expect(try await store.damage() == [])
        _ = try store.writer.performAndWait { try $0.checkpoint(.truncate) }
        return (devices, sent)
    }

    private static func waiting(_ store: SQLiteRelayStore, _ devices: [TestDevice]) async throws
        -> [[QueuedMessage]]
    {
        var queues: [[QueuedMessage]] = []
        for device in devices {
            var queue: [QueuedMessage] = []
            for part in [QueuePart.regular(after: 0), .setAside] {
                queue += try await store.messages(
                    for: device.address, part, maxCount: 1000, maxByteCount: .max, at: 20
                ).messages
            }
            queues.append(queue)
        }
        return queues
    }

    @Test(arguments: 1...4) func damageIsToldOrHarmless(seed: UInt64) async throws {
        let folder = try ScratchDirectory()
        let original = folder.file("relay.db")
        let (devices, sent) = try await Self.filled(original)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: original)))
        var random = SeededRandom(seed: seed)
        var (told, harmless) = (0, 0)
        for _ in 1...50 {
            var damaged = bytes
            Self.damage(&damaged, using: &random)
            let scratch = try ScratchDirectory()
            let path = scratch.file("relay.db")
            try Data(damaged).write(to: URL(filePath: path))
            do {
                let store = try SQLiteRelayStore(path: path)
                defer { store.writer.close() }
                guard try await store.damage().isEmpty else {
                    told += 1
                    continue
                }
                let found = try await Self.waiting(store, devices)
                #expect(found.map { $0.map(\.sequence) } == sent.map { $0.map(\.sequence) })
                for (one, other) in zip(found.joined(), sent.joined()) {
                    #expect(one.envelope.count == other.envelope.count)
                }
                harmless += 1
            } catch is DatabaseError {
                told += 1
            } catch is StoreError {
                told += 1
            } catch is LaterVersion {
                told += 1
            }
        }
        #expect(told > 10 && harmless > 0)
    }

    /// The relay is killed, and a bit of its log falls over: SQLite reads the log up to there and no further.
    @Test(arguments: [40, 5000, 60_000]) func damagedLogIsTold(place: Int) async throws {
        let folder = try ScratchDirectory()
        let path = folder.file("relay.db")
        let devices = try ["alice", "bob"].map { try TestDevice($0) }
        let store = try SQLiteRelayStore(path: path)
        for (number, device) in devices.enumerated() {
            try await store.register(device.known, tokenHash: [UInt8(number)], at: 1)
        }
        for number in 0..<10 {
            _ = try await store.accept(devices[0].envelope(to: devices[1], "\(number)"), at: 10)
        }
        let other = try ScratchDirectory()
        for isDamaged in [false, true] {
            for suffix in ["", "-wal"] {
                var bytes = try Data(contentsOf: URL(filePath: path + suffix))
                if isDamaged, suffix == "-wal" { bytes[place] ^= 1 }
                try bytes.write(to: URL(filePath: other.file("relay.db") + suffix))
            }
            let problems: [String]
            do {
                let killed = try SQLiteRelayStore(path: other.file("relay.db"))
                problems = try await killed.damage()
                killed.readers.close()
                killed.writer.close()
            } catch let error as DatabaseError {
                problems = [error.message]
            }
            #expect(problems.isEmpty != isDamaged)
            for file in try FileManager.default.contentsOfDirectory(atPath: other.url.path) {
                try FileManager.default.removeItem(atPath: other.file(file))
            }
        }
    }

    @Test func damageIsLoggedAndStandsInTheHealth() async throws {
        let folder = try ScratchDirectory()
        _ = try await Self.filled(folder.file("relay.db"))
        let database = try Connection(folder.file("relay.db"))
        try database.run("DELETE FROM messages WHERE place IN (SELECT place FROM messages LIMIT 3)")
        database.close()
        try await TestRelay.run(in: folder) { relay in
            while !relay.log.messages.contains(where: { $0.contains("the database is damaged") }) {
                await Task.yield()
            }
            let health = try await relay.request(.get, "/health").json(Health.self)
            #expect(health.status == "degraded")
            #expect(
                health.problem?.contains("queues whose totals are not those of their messages: 1") == true)
            let metrics = try await relay.request(.get, "/metrics").body
            #expect(String(decoding: metrics, as: UTF8.self).contains("sysmaint_relay_database_problems 1"))
        }
        let sound = try ScratchDirectory()
        _ = try await Self.filled(sound.file("relay.db"))
        try await TestRelay.run(in: sound) { relay in
            let health = try await relay.request(.get, "/health").json(Health.self)
            #expect(health.status == "ok")
        }
    }
}
