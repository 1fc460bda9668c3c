import Cryptography
import Database
import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import KeyStore

/// What somebody finds in a copy of the data folder who has the passphrase: no state of a session that was replaced before
/// the write-ahead log was last erased.
struct CopiedFolderTests {
    private let fixture: StoreFixture
    private let store, peer: KeyStore
    private let bob: DeviceAddress

    init() async throws {
        fixture = try StoreFixture()
        // Erased by hand alone, so that the test knows when.
        store = try KeyStore.create(
            at: fixture.path, passphrase: StoreFixture.passphrase, owner: fixture.owner,
            logAge: .seconds(86_400))
        let other = try StoreFixture(owner: "bob")
        peer = try other.create()
        bob = other.owner
        let bundle = try await peer.bundle()
        try await store.begin(with: bob, bundle: bundle)
    }

    /// A message and its answer: both chains go on, and every second time the ratchet turns.
    private func exchange(_ number: Int) async throws {
        let alice = fixture.owner
        let message = try await store.encrypt("question", to: bob)
        _ = try await peer.decrypt(message, from: alice)
        guard number % 2 == 0 else { return }
        _ = try await store.decrypt(peer.encrypt("answer", to: alice), from: bob)
    }

    private func currentState() async throws -> [UInt8] {
        try await store.read { [bob] in try $0.sessions.session(with: bob)?.serialized ?? [] }
    }

    /// Every session state that a copy of the files holds: at the end of each transaction in its log, as an attacker
    /// replays them.
    private func statesInCopy() throws -> Set<[UInt8]> {
        let files = try fixture.fileBytes()
        let name = URL(fileURLWithPath: fixture.path).lastPathComponent
        let (database, log) = (try #require(files[name]), files[name + "-wal"] ?? Data())
        var states: Set<[UInt8]> = []
        for end in [0] + ends(ofCommitsIn: Array(log)) {
            let scratch = try ScratchDirectory()
            let path = scratch.file("copy.db")
            try database.write(to: URL(fileURLWithPath: path))
            try log.prefix(end).write(to: URL(fileURLWithPath: path + "-wal"))
            states.formUnion(try sessions(in: Connection(path)))
        }
        return states
    }

    private func sessions(in database: Connection) throws -> [[UInt8]] {
        guard let wrapped = try KeyStore.wrappedKey(database) else { return [] }
        let sealer = RowSealer(dataKey: try wrapped.dataKey(passphrase: StoreFixture.passphrase))
        guard (try? Account(sealedIn: database, sealer: sealer)) != nil else { return [] }
        let transaction = Transaction(database: database, sealer: sealer, account: store.account, now: Date())
        return try [transaction.sessions.session(with: bob)?.serialized].compactMap(\.self)
    }

    /// Of the log's frames of a page each, those whose header says that a transaction ends there.
    private func ends(ofCommitsIn log: [UInt8]) -> [Int] {
        let (headerByteCount, frameByteCount) = (32, 24 + 4096)
        guard log.count > headerByteCount else { return [] }
        return stride(from: headerByteCount, through: log.count - frameByteCount, by: frameByteCount)
            .filter { log[$0 + 4..<$0 + 8].contains { $0 != 0 } }.map { $0 + frameByteCount }
    }

    @Test func noStateOlderThanTheLastErasureIsFound() async throws {
        // What was replaced before the log was last erased.
        var old: Set<[UInt8]> = []
        var seals: [[UInt8]] = []
        for round in 1...4 {
            var states: Set<[UInt8]> = []
            for number in 0..<6 {
                try await exchange(number)
                if number == 3 {
                    // In the midst of messages: some of this round, none from before it.
                    let found = try statesInCopy()
                    // In comparisons of numbers, as states are not for logs.
                    #expect(found.count > 1, "the log is read as an attacker would")
                    #expect(found.intersection(old).count == 0, "round \(round)")
                }
                seals.append(
                    try await store.read { try $0.scope.database.value("SELECT sealed FROM session") ?? [] })
                states.insert(try await currentState())
            }
            let current = try await currentState()
            old.formUnion(states.subtracting([current]))
            store.eraseLog()
            let left = try statesInCopy()
            #expect(left.count == 1 && left.contains(current))
            // Nor anywhere else in the folder: not in freed pages, not in files that were left.
            for (name, bytes) in try fixture.fileBytes() {
                for seal in seals.dropLast() {
                    #expect(bytes.firstRange(of: seal.prefix(24)) == nil, "in \(name)")
                }
            }
        }
    }

    @Test func logIsErasedByItselfAfterItsAge() async throws {
        store.close()
        let store = try KeyStore.open(
            at: fixture.path, passphrase: StoreFixture.passphrase, logAge: .milliseconds(5))
        try await store.write { _ = try $0.preKeys.make(1) }
        let log = URL(fileURLWithPath: fixture.path + "-wal")
        try await withTimeLimit(.seconds(60)) {
            while try !Data(contentsOf: log).isEmpty { await Task.yield() }
        }
        #expect(try await store.read { try $0.preKeys.preKey(1) } != nil)
    }

    @Test func closingLeavesNoLog() async throws {
        try await exchange(0)
        store.close()
        #expect(try fixture.fileBytes().filter { $0.key.hasSuffix("-wal") }.allSatisfy { $0.value.isEmpty })
    }

    @Test func logOfKilledProcessIsErasedAtTheNextStart() async throws {
        try await exchange(0)
        let files = try fixture.fileBytes()
        store.close()
        for (name, bytes) in files where !name.hasSuffix("-shm") {
            try bytes.write(to: fixture.scratch.url.appendingPathComponent(name))
        }
        #expect(try statesInCopy().count > 1)
        let reopened = try KeyStore.open(
            at: fixture.path, passphrase: StoreFixture.passphrase, logAge: .seconds(86_400))
        let log = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "-wal"))
        #expect(log.isEmpty)
        reopened.close()
    }

    @Test func oldPassphraseIsNotInTheLog() throws {
        try store.changePassphrase(from: StoreFixture.passphrase, to: "another one")
        let log = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "-wal"))
        #expect(log.isEmpty)
    }

    @Test func unfinishedRestorationIsRemoved() throws {
        store.close()
        let left = fixture.path + ".restoring"
        try Data("half a store".utf8).write(to: URL(fileURLWithPath: left))
        try fixture.open().close()
        #expect(!FileManager.default.fileExists(atPath: left))
    }
}
