import Database
import Foundation

/// The name of a value that a store holds once.
struct Setting<Value: Codable>: Sendable {
    let name: String

    private var rowID: RowSealer.RowID { RowSealer.RowID("setting", name.utf8) }

    func read(from database: Connection, sealer: RowSealer) throws -> Value? {
        try database.value("SELECT sealed FROM setting WHERE name = ?", name)
            .map { try sealer.open(Value.self, $0, at: rowID) }
    }

    func write(_ value: Value, to database: Connection, sealer: RowSealer) throws {
        try database.run(
            "INSERT OR REPLACE INTO setting (name, sealed) VALUES (?, ?)", name,
            try sealer.seal(value, at: rowID))
    }
}

extension Setting<Account> {
    static var account: Setting { Setting(name: "account") }
}

extension Setting<String> {
    static var relayToken: Setting { Setting(name: "relayToken") }
}

extension Setting<Date> {
    static var relayTokenDate: Setting { Setting(name: "relayTokenDate") }
}

extension Transaction {
    /// Values that a store holds once.
    package struct Settings {
        let scope: Scope

        /// The token that the relay gave this device.
        package func relayToken() throws -> String? { try read(.relayToken) }

        /// How long ago the relay gave the token; nil if that is not known.
        package func relayTokenAge() throws -> Duration? {
            try read(.relayTokenDate).map { .seconds(scope.now.timeIntervalSince($0)) }
        }

        package mutating func setRelayToken(_ token: String) throws {
            try write(token, .relayToken)
            try write(scope.now, .relayTokenDate)
        }

        mutating func forgetRelayToken() throws {
            try scope.database.run("DELETE FROM setting WHERE name = ?", Setting.relayToken.name)
        }

        func read<Value>(_ setting: Setting<Value>) throws -> Value? {
            try setting.read(from: scope.database, sealer: scope.sealer)
        }

        mutating func write<Value>(_ value: Value, _ setting: Setting<Value>) throws {
            try setting.write(value, to: scope.database, sealer: scope.sealer)
        }
    }
}
