import Foundation
import RelayAPI

/// The paths and identities of one installation.
struct Settings {
    let reader: SettingsReader
    /// The folder of the stores; created with mode 0700 when first needed.
    let home: String
    let agentID: IdentityID
    let probeID: IdentityID
    let aliceID: IdentityID
    let bobID: IdentityID

    init(_ reader: SettingsReader) throws {
        self.reader = reader
        try reader.checkPaths()
        home = Self.home(reader)
        agentID = try reader.identity(.agentID)
        probeID = try reader.identity(.probeID)
        aliceID = try reader.identity(.aliceID)
        bobID = try reader.identity(.bobID)
    }

    static func home(_ reader: SettingsReader) -> String {
        reader.expanded(reader.text(.home) ?? Variable.home.fallback)
    }

    func file(_ name: String) -> String { home + "/" + name }

    /// The key store of an identity: the path set by its variable, or `<id>.signal.db` in the home folder.
    func store(of identity: IdentityID) -> String {
        let own: Variable? =
            switch identity {
            case agentID: .agentStore
            case probeID: .probeStore
            case aliceID: .aliceStore
            case bobID: .bobStore
            default: nil
            }
        return own.flatMap(reader.path) ?? file(identity.description + Self.storeSuffix)
    }

    static let storeSuffix = ".signal.db"

    /// The agent's database.
    var stateDatabase: String { reader.path(.stateDatabase) ?? file("state.db") }

    /// The URL at which clients reach the relay.
    func relayURL() throws -> String {
        let relay = try RelaySettings(reader, home: home)
        return try reader.webAddress(.relayURL) ?? relay.url(port: relay.port)
    }
}

extension Settings {
    /// Throws unless every setting has a valid value.
    func check() throws {
        _ = try RelaySettings(reader, home: home)
        _ = try WebSettings(reader)
        _ = try ModelSettings(reader)
        _ = try audience()
        _ = try (probeInterval(), relayURL())
        _ = try messageQuota(of: aliceID)
    }

    /// The dashboard's URL on this machine.
    func webURL() throws -> String {
        let web = try WebSettings(reader)
        return Network.url(host: web.host, port: web.port)
    }

    func probeInterval() throws -> Duration {
        try reader.milliseconds(.probeInterval, in: 100...3_600_000)
    }

    /// A newest reading older than this means that telemetry has stopped.
    func staleAfter() throws -> Duration { try probeInterval() * 3 + .seconds(10) }
}
