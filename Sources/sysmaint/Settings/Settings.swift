import Cryptography
import Foundation
import HTTPClient
import Logging
import RelayAPI
import WebApp

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
        agentID = try reader.identity(.agentID, default: "sysmaint")
        probeID = try reader.identity(.probeID, default: "diagprobe")
        aliceID = try reader.identity(.aliceID, default: "alice")
        bobID = try reader.identity(.bobID, default: "bob")
    }

    static func home(_ reader: SettingsReader) -> String {
        reader.path(.home) ?? reader.expanded("~/.sysmaint")
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
}

/// The settings of the web interface.
struct WebSettings {
    let host: String
    var port: Int
    /// The token required to use the web; if nil, anyone who can reach the port has access.
    let token: SecretText?
    /// Accepted host names in addition to `localhost` and IP addresses.
    let names: Set<String>
    /// Where a reverse proxy serves the web.
    let basePath: BasePath
    let chatTimeout: Duration

    init(_ reader: SettingsReader) throws {
        host = try reader.listenHost(.webHost) ?? "127.0.0.1"
        token = try reader.secret(.webToken, minLength: 16)
        names = try reader.hostNames(.webNames)
        basePath =
            try reader.value(.webBasePath, "must be a path such as /sysmaint", parse: BasePath.init) ?? .root
        port = try reader.port(.webPort, default: 3000)
        chatTimeout = try reader.milliseconds(.chatTimeout, in: 100...600_000, default: 25_000)
    }
}

/// The model, if one is configured, and the price of its tokens.
struct ModelSettings {
    struct Endpoint {
        let baseURL: String
        let model: String
        /// A secret; nil for servers that need none.
        let key: SecretText?
    }

    /// If nil, the offline analyst answers.
    let endpoint: Endpoint?
    let inputUSDPerMillion: Decimal
    let outputUSDPerMillion: Decimal
    let dailyBudgetUSD: Decimal?
    let requestBudgetUSD: Decimal?
    /// The part of the daily budget that one asker may spend; nil if nothing bounds it.
    let askerBudgetUSD: Decimal?
    /// A PEM file of authorities trusted for the model's server in addition to the system's.
    let authorities: String?
    let limits: HTTPClient.TimeLimits
    /// How long the agent may work on an answer.
    let answerTimeout: Duration

    init(_ reader: SettingsReader) throws {
        let key = try reader.secret(.openAIKey).flatMap(Self.key)
        let baseURL = try reader.webAddress(.openAIBaseURL, mayHaveQuery: true)
        endpoint =
            key == nil && baseURL == nil
            ? nil
            : Endpoint(
                baseURL: baseURL ?? "https://api.openai.com/v1",
                model: reader.text(.openAIModel)?.trimmingCharacters(in: .whitespacesAndNewlines).nilIfEmpty
                    ?? "gpt-4o-mini", key: key)
        inputUSDPerMillion = try reader.amount(.inputPrice) ?? Decimal(15) / 100
        outputUSDPerMillion = try reader.amount(.outputPrice) ?? Decimal(60) / 100
        dailyBudgetUSD = try reader.amount(.dailyBudget)
        requestBudgetUSD = try reader.amount(.requestBudget)
        askerBudgetUSD = try reader.amount(.askerBudget) ?? dailyBudgetUSD.map { $0 / 2 }
        authorities = reader.path(.openAIAuthority)
        let range = 1000...3_600_000
        var limits = HTTPClient.TimeLimits()
        limits.firstByte = try reader.milliseconds(.firstByteTimeout, in: range, default: 120_000)
        limits.nextPiece = try reader.milliseconds(.pieceTimeout, in: range, default: 60_000)
        limits.total = try reader.milliseconds(.modelTimeout, in: range, default: 600_000)
        self.limits = limits
        answerTimeout = max(.seconds(120), try WebSettings(reader).chatTimeout)
    }

    /// Keys are pasted, with what stood around them: line ends, the quotes of a file that is read as it is, or the scheme
    /// of the header field in which they are sent.
    private static func key(_ secret: SecretText) -> SecretText? {
        var key = secret.exposed.trimmingCharacters(in: .whitespacesAndNewlines)
        for quote in ["\"", "'"] where key.count > 1 && key.hasPrefix(quote) && key.hasSuffix(quote) {
            key = String(key.dropFirst().dropLast())
        }
        if let scheme = key.prefixMatch(of: #/(?i)bearer\s+/#) { key.removeSubrange(scheme.range) }
        return key.trimmingCharacters(in: .whitespacesAndNewlines).nilIfEmpty.map { SecretText($0) }
    }
}

extension Settings {
    func probeInterval() throws -> Duration {
        try reader.milliseconds(.probeInterval, in: 100...3_600_000, default: 10_000)
    }

    /// A newest reading older than this means that telemetry has stopped.
    func staleAfter() throws -> Duration { try probeInterval() * 3 + .seconds(10) }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
