import Database
import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport
import VectorSupport

@testable import KeyStore

/// Sessions with many kept keys: a message writes what it changed.
struct SessionPartsTests {
    private let fixture: StoreFixture
    private let store, peer: KeyStore
    private let bob, alice: DeviceAddress

    init() async throws {
        fixture = try StoreFixture()
        store = try KeyStore.create(
            at: fixture.path, passphrase: StoreFixture.passphrase, owner: fixture.owner,
            logAge: .seconds(86_400))
        let other = try StoreFixture(owner: "bob")
        peer = try other.create()
        (alice, bob) = (fixture.owner, other.owner)
        let bundle = try await store.bundle()
        try await peer.begin(with: alice, bundle: bundle)
    }

    /// Messages of bob's, of which only some will arrive.
    private func messages(_ count: Int) async throws -> [CiphertextMessage] {
        try await peer.write { [alice] peer in
            try (0..<count).map { _ in try peer.encrypt([1], for: alice) }
        }
    }

    private func receive(_ message: CiphertextMessage, in store: KeyStore) async throws {
        _ = try await store.decrypt(message, from: bob)
    }

    /// What receiving a message writes to the log.
    private func bytesWritten(by message: CiphertextMessage) async throws -> Int {
        store.eraseLog()
        try await receive(message, in: store)
        return try Data(contentsOf: URL(fileURLWithPath: fixture.path + "-wal")).count
    }

    @Test func messageWritesWhatItChanged() async throws {
        let count = 1900
        let messages = try await messages(count + 12)
        try await receive(messages[0], in: store)
        // A gap: the keys of all these are kept.
        try await receive(messages[count], in: store)
        let record = try await record()
        #expect(record.count > 40 * count)
        // How many parts a change touches depends on random keys, so the middle of several messages is held to the bound.
        func middle(_ numbers: some Sequence<Int>) async throws -> Int {
            var written: [Int] = []
            for number in numbers { written.append(try await bytesWritten(by: messages[number])) }
            return written.sorted()[written.count / 2]
        }
        let next = try await middle(count + 1...count + 9)
        let late = try await middle(stride(from: 500, to: 950, by: 50))
        #expect(next <= record.count / 3, "\(next) bytes of \(record.count)")
        #expect(late <= record.count * 3 / 5, "\(late) bytes of \(record.count)")
        // Nothing is lost by it.
        store.close()
        let reopened = try fixture.open()
        for number in [2, 63, 64, 65, 501, count - 1, count + 10] {
            try await receive(messages[number], in: reopened)
        }
        await #expect(throws: SignalError.self) { try await receive(messages[500], in: reopened) }
    }

    @Test func recordComesTogetherAsItWas() async throws {
        let messages = try await messages(300)
        try await receive(messages[200], in: store)
        try await receive(messages[100], in: store)
        // Sessions that were replaced, too.
        for _ in 1...3 {
            let bundle = try await store.bundle()
            try await peer.begin(with: alice, bundle: bundle)
            let later = try await self.messages(80)
            try await receive(later[70], in: store)
        }
        try await receive(messages[150], in: store)
        let record = try await record()
        #expect(try await partCount() > 5)
        store.close()
        let reopened = try fixture.open()
        let again = try await reopened.read { [bob] in try $0.sessions.session(with: bob)?.serialized }
        #expect(again == record)
        // A part that is missing is damage, and nothing is made up.
        try await reopened.write { try $0.scope.database.run("DELETE FROM sessionPart WHERE id % 2") }
        await #expect(throws: KeyStoreError.self) {
            try await reopened.read { [bob] in try $0.sessions.session(with: bob) }
        }
    }

    private func record() async throws -> [UInt8] {
        try await store.read { [bob] in try $0.sessions.session(with: bob)?.serialized ?? [] }
    }

    private func partCount() async throws -> Int {
        try await store.read { try $0.scope.database.value("SELECT COUNT(*) FROM sessionPart") ?? 0 }
    }

    @Test func chunksAreTheBytesAndAChangeMovesFewOfThem() throws {
        var random = SeededRandom(seed: 7)
        for length in [0, 1, 63, 64, 1023, 1024, 1025, 3839, 3840, 3841, 200_000] {
            var bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let chunks = Array(Chunks(bytes))
            #expect(Array(chunks.joined()) == bytes)
            #expect(chunks.allSatisfy { $0.count <= Chunks.maxByteCount })
            #expect(chunks.dropLast().allSatisfy { $0.count >= Chunks.minByteCount })
            guard length > 100_000 else { continue }
            bytes.remove(at: 70_000)
            bytes.insert(contentsOf: [1, 2, 3], at: 120_000)
            let known = Set(chunks.map(Array.init))
            #expect(Chunks(bytes).count { !known.contains(Array($0)) } <= 6)
        }
        // Bytes that are all the same have no place to cut, and are cut all the same.
        #expect(
            Array(Chunks([UInt8](repeating: 0, count: 20_000))).map(\.count) == [
                3840, 3840, 3840, 3840, 3840, 800,
            ])
    }

    @Test func recordOfManyPartsNamesThemInParts() async throws {
        var random = SeededRandom(seed: 11)
        let bytes = (0..<3_000_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        try await store.write { store in
            let division = store.sessions.divide(bytes, of: [1])
            #expect(division.depth == 2)
            #expect(division.frame.count < 8192)
            try store.sessions.write(division.parts, over: [], of: [1])
            // The same again writes nothing.
            let before = try store.scope.database.value("SELECT total_changes()", as: Int.self)
            try store.sessions.write(division.parts, over: Set(division.parts.keys), of: [1])
            #expect(try store.scope.database.value("SELECT total_changes()", as: Int.self) == before)
        }
    }

    @Test func forgottenSessionLeavesNoParts() async throws {
        let messages = try await messages(200)
        try await receive(messages[190], in: store)
        #expect(try await partCount() > 0)
        try await store.write { [bob] in try $0.sessions.forget(bob) }
        #expect(try await partCount() == 0)
    }
}
