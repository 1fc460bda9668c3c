import Cryptography
import Database
import Foundation
import RelayAPI
import TestSupport
import Testing

@testable import RelayServer

/// What somebody achieves who can write the relay's database, and has not the key of its audit log.
struct AuditLogTests {
    /// A store whose audit log has eight rows: four devices of four identities.
    private struct Fixture {
        let folder: ScratchDirectory
        let store: SQLiteRelayStore
        var path: String { folder.file("relay.db") }
        var keyPath: String { AuditKey.path(besides: path) }

        init(_ folder: ScratchDirectory, _ names: [String] = ["alice", "bob", "carol", "dave"]) async throws {
            self.folder = folder
            store = try SQLiteRelayStore(path: folder.file("relay.db"))
            for name in names {
                let device = try TestDevice(name)
                try await store.register(device.known, tokenHash: Array(name.utf8), at: 1)
            }
        }

        init() async throws { try await self.init(try ScratchDirectory()) }

        func change(_ body: @Sendable (Connection) throws -> Void) throws {
            try store.writer.writeAndWait(body)
        }

        var verdict: AuditLog.Verdict {
            get throws { try SQLiteRelayStore.verifyAuditLog(path: path) }
        }

        var newest: String {
            get throws {
                guard case .intact(_, _, let newest) = try verdict else { throw TestFailure("not intact") }
                return newest
            }
        }
    }

    /// Rewrites the log from row `number` on as one who computes each hash anew, under a key or without.
    private static func rewrite(_ database: Connection, from number: Int, _ key: AuditKey?) throws {
        let count: Int = try database.value("SELECT COUNT(*) FROM audit") ?? 0
        try database.run("DELETE FROM audit WHERE number >= ?", number)
        for _ in number...count {
            try AuditLog(database, key).append(.revoked, of: try IdentityID("mallory"), at: 1)
        }
    }

    @Test(arguments: [
        ("UPDATE audit SET subject = 'mallory' WHERE number = 4", Int64(4)),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 2", 3),
        ("INSERT INTO audit SELECT 9, at, event, subject, detail, hash FROM audit WHERE number = 8", 9),
    ]) func whatIsChangedIsFound(_ change: String, _ number: Int64) async throws {
        let fixture = try await Fixture()
        try fixture.change { try $0.execute(change) }
        #expect(try fixture.verdict == .broken(number: number))
    }

    @Test(arguments: [1, 3, 8]) func chainThatIsComputedAnewWithoutTheKeyIsFound(_ number: Int) async throws {
        let fixture = try await Fixture()
        try fixture.change { try Self.rewrite($0, from: number, nil) }
        #expect(try fixture.verdict == .broken(number: Int64(number)))

        // Under the key of another relay.
        let (mine, other) = (try await Fixture(), try await Fixture())
        let key = try #require(try AuditKey(besides: other.path))
        try mine.change { try Self.rewrite($0, from: number, key) }
        #expect(try mine.verdict == .broken(number: Int64(number)))
    }

    /// What `verify` cannot show, so that nobody relies on it: an end that is cut off without a noted hash, and whatever is
    /// done with the key.
    @Test func whatIsCutOffIsFoundByANotedHashAlone() async throws {
        let fixture = try await Fixture()
        let noted = try fixture.newest
        try fixture.change { try $0.execute("DELETE FROM audit WHERE number > 6") }
        guard case .intact(6, 0, _) = try fixture.verdict else { throw TestFailure("not intact") }
        #expect(
            try SQLiteRelayStore.verifyAuditLog(path: fixture.path, noted: noted) == .cutShort(count: 6))

        let key = try #require(try AuditKey(besides: fixture.path))
        try fixture.change { try Self.rewrite($0, from: 2, key) }
        guard case .intact(6, 0, _) = try fixture.verdict else { throw TestFailure("not intact") }
    }

    @Test func logOfAnEarlierVersionGoesOnUnderAKey() async throws {
        let folder = try ScratchDirectory()
        let old = try await Fixture(folder, [])
        try old.change { database in
            for name in ["alice", "bob", "carol"] {
                try AuditLog(database, nil).append(.revoked, of: try IdentityID(name), at: 1)
            }
        }
        try FileManager.default.removeItem(atPath: old.keyPath)
        guard case .intact(3, 3, let noted) = try old.verdict else { throw TestFailure("not intact") }

        let new = try await Fixture(folder, ["dave"])
        guard case .intact(5, 3, _) = try new.verdict else { throw TestFailure("not intact") }
        guard case .intact = try SQLiteRelayStore.verifyAuditLog(path: new.path, noted: noted) else {
            throw TestFailure("the row that was noted is gone")
        }
        // The rows of before can be computed anew by anybody, but not any more so that the last of them fits.
        try new.change { database in
            try database.execute("DELETE FROM audit")
            for _ in 1...5 {
                try AuditLog(database, nil).append(.revoked, of: try IdentityID("mallory"), at: 1)
            }
        }
        #expect(try new.verdict == .broken(number: 3))
        try new.change { try $0.execute("DELETE FROM audit WHERE number > 2") }
        #expect(try new.verdict == .cutShort(count: 2))
    }

    @Test func keyIsForItsOwnerAndIsNotMadeAnew() async throws {
        let fixture = try await Fixture()
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.keyPath)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let key = FileManager.default.contents(atPath: fixture.keyPath)
        _ = try await Fixture(fixture.folder, ["erin"])
        #expect(FileManager.default.contents(atPath: fixture.keyPath) == key)
        guard case .intact(10, 0, _) = try fixture.verdict else { throw TestFailure("not intact") }

        // A command on the database makes none.
        try FileManager.default.removeItem(atPath: fixture.keyPath)
        _ = try SQLiteRelayStore(existing: fixture.path)
        #expect(!FileManager.default.fileExists(atPath: fixture.keyPath))
        // Without the key, rows that have one are no rows of an earlier version.
        #expect(try fixture.verdict == .broken(number: 1))
        for text in ["", "{}", #"{"key":"AAAA","lastUnkeyedRow":0,"lastUnkeyedHash":""}"#] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: fixture.keyPath))
            #expect(throws: StoreError.self) { try SQLiteRelayStore(path: fixture.path) }
            #expect(throws: StoreError.self) { try fixture.verdict }
        }
    }
}
