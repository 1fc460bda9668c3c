import Database
import Foundation

/// The name of a value that a store holds once.
struct Setting<Value: Codable>: Sendable {
    let name: String

    private var place: RowSealer.Place { RowSealer.Place("setting", name.utf8) }

    func read(from database: Connection, sealer: RowSealer) throws -> Value? {
        try database.value("SELECT sealed FROM setting WHERE name = ?", name)
            .map { try sealer.open(Value.self, $0, at: place) }
    }

    func write(_ value: Value, to database: Connection, sealer: RowSealer) throws {
        try database.run(
            "INSERT OR REPLACE INTO setting (name, sealed) VALUES (?, ?)", name,
            try sealer.seal(value, at: place))
    }
}

extension Setting<Account> {
    static var account: Setting { Setting(name: "account") }
}

extension Setting<PreKeyCounters> {
    static var preKeyCounters: Setting { Setting(name: "preKeyCounters") }
}

extension Setting<String> {
    static var relayToken: Setting { Setting(name: "relayToken") }
}

extension Setting<Date> {
    static var relayTokenDate: Setting { Setting(name: "relayTokenDate") }
}

extension StoreTransaction {
    /// The token that the relay gave this device.
    package func relayToken() throws -> String? {
        try Setting.relayToken.read(from: database, sealer: sealer)
    }

    /// How long ago the relay gave the token; absent where that is not known.
    package func relayTokenAge() throws -> Duration? {
        try Setting.relayTokenDate.read(from: database, sealer: sealer)
            .map { .seconds(now.timeIntervalSince($0)) }
    }

    package mutating func setRelayToken(_ token: String) throws {
        try Setting.relayToken.write(token, to: database, sealer: sealer)
        try Setting.relayTokenDate.write(now, to: database, sealer: sealer)
    }
}
