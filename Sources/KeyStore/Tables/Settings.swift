import Cryptography
import Database
import Foundation
import RelayAPI

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

/// A token and the date at which a relay gave it.
struct RelayToken: Codable {
    let relay: RelayOrigin
    let token: SentSecret
    let date: Date
}

extension Setting<[RelayToken]> {
    /// Newest first.
    static var relayTokens: Setting { Setting(name: "relayTokens") }
}

extension Transaction {
    /// Values that a store holds once.
    package struct Settings {
        let scope: Scope

        /// How many relays' tokens are kept.
        private static let maxTokenCount = 8
        /// A token of the first version, which does not say whose it is.
        private static let formerNames = ["relayToken", "relayTokenDate"]

        /// The token that this relay gave this device.
        package func relayToken(at relay: RelayOrigin) throws -> SecretText? {
            try entry(relay)?.token.secret
        }

        /// How long ago this relay gave the token; nil if there is none.
        package func relayTokenAge(at relay: RelayOrigin) throws -> Duration? {
            try entry(relay).map { .seconds(scope.now.timeIntervalSince($0.date)) }
        }

        package mutating func setRelayToken(_ token: SecretText, at relay: RelayOrigin) throws {
            let others = try (read(.relayTokens) ?? []).filter { $0.relay != relay }
            let new = RelayToken(relay: relay, token: SentSecret(token), date: scope.now)
            try write([new] + others.prefix(Self.maxTokenCount - 1), .relayTokens)
            for name in Self.formerNames { try forget(name) }
        }

        mutating func forgetRelayTokens() throws {
            for name in [Setting.relayTokens.name] + Self.formerNames { try forget(name) }
        }

        private func entry(_ relay: RelayOrigin) throws -> RelayToken? {
            try read(.relayTokens)?.first { $0.relay == relay }
        }

        private func forget(_ name: String) throws {
            try scope.database.run("DELETE FROM setting WHERE name = ?", name)
        }

        func read<Value>(_ setting: Setting<Value>) throws -> Value? {
            try setting.read(from: scope.database, sealer: scope.sealer)
        }

        mutating func write<Value>(_ value: Value, _ setting: Setting<Value>) throws {
            try setting.write(value, to: scope.database, sealer: scope.sealer)
        }
    }
}
