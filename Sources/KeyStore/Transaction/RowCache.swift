import Foundation
import SignalProtocol

/// The rows that a transaction uses for one message after the other: opened once, sealed and written once at its end.
///
/// A class, because reading fills it too. It lives as long as its transaction, on that one's thread.
final class RowCache {
    struct Row<Value> {
        /// Absent where there is no such row.
        var value: Value?
        var isChanged = false
    }

    /// A value, so that it can be put back when a part of the transaction is undone.
    struct Contents {
        var sessions: [ProtocolAddress: Row<SessionRecord>] = [:]
        var identities: [String: Row<PinnedIdentity>] = [:]
    }

    var contents = Contents()
    private var retired: [Data]?

    /// The base keys of retired sessions, read once.
    func retiredSessions(_ read: () throws -> [Data]) throws -> [Data] {
        if let retired { return retired }
        let keys = try read()
        retired = keys
        return keys
    }
}

extension StoreTransaction {
    /// Runs `body`; if it throws, the cache holds what it held before.
    mutating func restoringCache<Value>(_ body: (inout StoreTransaction) throws -> Value) throws -> Value {
        let contents = cache.contents
        do { return try body(&self) } catch {
            cache.contents = contents
            throw error
        }
    }

    /// Writes what was changed in the cache.
    func flush() throws {
        for (address, row) in cache.contents.sessions where row.isChanged {
            guard let record = row.value else { continue }
            try writeSession(record, for: address)
            cache.contents.sessions[address]?.isChanged = false
        }
        for (name, row) in cache.contents.identities where row.isChanged {
            guard let identity = row.value else { continue }
            try writeIdentity(identity)
            cache.contents.identities[name]?.isChanged = false
        }
    }
}
