import Database
import SignalProtocol

/// Large sessions are stored in parts, so that a message writes what it changed and no more.
///
/// Most of a large record does not change from message to message: keys that are kept for messages that have not arrived,
/// and sessions that were replaced. A part is named after its content, by a keyed hash; the session's own row then holds
/// the names in their order. Where these are too many for a row, they are stored in parts themselves.
extension Transaction.Sessions {
    /// A value of up to this size is stored in its row.
    private static let maxWholeByteCount = 8192

    /// A value in parts.
    struct Division {
        /// The number of levels of names; 0 if the value is not divided.
        var depth = 0
        /// The content of the session's row: the value, or names.
        var frame: [UInt8]
        var parts: [[UInt8]: ArraySlice<UInt8>] = [:]
    }

    func divide(_ record: [UInt8], of address: [UInt8]) -> Division {
        var division = Division(frame: record)
        while division.frame.count > Self.maxWholeByteCount {
            var names: [UInt8] = []
            for chunk in Chunks(division.frame) {
                let name = scope.sealer.name(in: "sessionPart", address, Array(chunk))
                division.parts[name] = chunk
                names += name
            }
            division.frame = names
            division.depth += 1
        }
        return division
    }

    func stored(at rowID: RowSealer.RowID) throws -> Scope.SessionRow {
        let row = try scope.database.first(
            "SELECT sealed, partDepth FROM session WHERE address = ?", rowID.name
        ) { row in (sealed: try row[0] as [UInt8], depth: try row[1] as Int) }
        guard let row else { return Scope.SessionRow(value: nil, partNames: []) }
        var bytes = try scope.sealer.open(row.sealed, at: rowID)
        let parts = row.depth > 0 ? try parts(of: rowID.name) : [:]
        for _ in 0..<row.depth { bytes = try joined(bytes, parts) }
        return Scope.SessionRow(value: try SessionRecord(serialized: bytes), partNames: Set(parts.keys))
    }

    private func joined(_ names: [UInt8], _ parts: [[UInt8]: [UInt8]]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: names.count, by: RowSealer.nameByteCount) {
            guard let part = parts[Array(names[start...].prefix(RowSealer.nameByteCount))] else {
                throw DamagedRow(table: "sessionPart")
            }
            bytes += part
        }
        return bytes
    }

    private func parts(of address: [UInt8]) throws -> [[UInt8]: [UInt8]] {
        let rows = try scope.database.all(
            "SELECT name, sealed FROM sessionPart WHERE address = ?", address
        ) { row in
            let name: [UInt8] = try row[0]
            return (name, try scope.sealer.open(row[1], at: partID(address, name)))
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// Writes the parts that are not on disk and removes those that are no longer needed.
    ///
    /// - Parameters:
    ///   - parts: All current parts of the session.
    ///   - stored: The names of those on disk; nil if they are not known.
    ///   - address: The name of the session's row.
    /// - Throws: `DatabaseError`.
    func write(_ parts: [[UInt8]: ArraySlice<UInt8>], over stored: Set<[UInt8]>?, of address: [UInt8]) throws
    {
        let stored =
            try stored
            ?? Set(scope.database.values("SELECT name FROM sessionPart WHERE address = ?", address))
        var old = stored.filter { parts[$0] == nil }
        for (name, bytes) in parts where !stored.contains(name) {
            let sealed = scope.sealer.seal(bytes: bytes, at: partID(address, name))
            // In the place of a removed one, so that fewer pages change.
            if let place = old.popFirst() {
                try scope.database.run(
                    "UPDATE sessionPart SET name = ?, sealed = ? WHERE address = ? AND name = ?", name,
                    sealed,
                    address, place)
            } else {
                try scope.database.run(
                    "INSERT INTO sessionPart (address, name, sealed) VALUES (?, ?, ?)", address, name, sealed)
            }
        }
        for name in old {
            try scope.database.run(
                "DELETE FROM sessionPart WHERE address = ? AND name = ?", address, name)
        }
    }

    private func partID(_ address: [UInt8], _ name: [UInt8]) -> RowSealer.RowID {
        RowSealer.RowID("sessionPart", address + name)
    }
}
