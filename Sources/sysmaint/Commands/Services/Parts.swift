import Agent
import Database
import Foundation
import HTTPClient
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import RelayServer
import Services
import SignalProtocol
import Telemetry
import WebApp

/// Creates the parts of the system from the settings; errors are thrown before anything runs.
struct Parts {
    let settings: Settings

    func relay(onRunning: @escaping @Sendable (_ url: String) async -> Void) throws -> any Service {
        let own = try RelaySettings(settings.reader, home: settings.home)
        try Settings.makeFolder(of: own.database)
        let store = try Self.opening("relay database", own.database) {
            try SQLiteRelayStore(path: own.database)
        }
        var configuration = RelayConfiguration(own)
        configuration.diagnosticsToken = try DiagnosticsToken.made(settings)
        return try buildRelay(
            configuration, store: store, logger: Logger(label: "relay"),
            onRunning: { port in await onRunning(own.url(port: port)) })
    }

    func stateDatabase() throws -> StateDatabase {
        let path = settings.stateDatabase
        try Settings.makeFolder(of: path)
        return try Self.opening("state database", path) { try StateDatabase(path: path) }
    }

    func agent(_ mailbox: Messenger, _ database: StateDatabase) throws -> Agent {
        var configuration = AgentConfiguration(try ModelSettings(settings.reader))
        configuration.serves = settings.serves(try settings.audience())
        configuration.ownIdentities = settings.ownIdentities
        // Where that is not valid, the web says so.
        let webPort = try? settings.reader.port(.webPort)
        configuration.dashboardPort = webPort == 0 ? nil : webPort
        return Agent(
            mailbox: mailbox, probe: settings.probeID, database: database, configuration: configuration,
            logger: Logger(label: "agent"), client: try modelClient())
    }

    /// The client for the model's server.
    func modelClient() throws -> HTTPClient {
        guard let authorities = try ModelSettings(settings.reader).authorities else { return .shared }
        guard FileManager.default.isReadableFile(atPath: authorities) else {
            throw Failure(
                .configuration, "OPENAI_CA: \(authorities) cannot be read",
                help: "Set it to a PEM file of certificates that you can read.")
        }
        var configuration = HTTPClient.Configuration()
        configuration.authorities = authorities
        return HTTPClient(configuration)
    }

    func probe(_ mailbox: Messenger, relayURL: String) throws -> Probe {
        Probe(
            mailbox: mailbox, agent: settings.agentID, interval: try settings.probeInterval(),
            logger: Logger(label: "probe"), sample: Sampler().sample
        ) {
            try await JSONClient.get("\(relayURL)/diagnostics", as: RelayDiagnostics.self)
        }
    }

    func web(
        alice: Messenger, bob: Messenger, _ database: StateDatabase,
        onRunning: @escaping @Sendable (_ url: String) async -> Void
    ) throws -> any Service {
        let own = try WebSettings(settings.reader)
        var configuration = WebConfiguration()
        configuration.host = own.host
        configuration.port = own.port
        configuration.token = own.token
        configuration.allowedHosts = own.names
        configuration.basePath = own.basePath
        configuration.chatTimeout = own.chatTimeout
        configuration.staleAfter = try settings.staleAfter()
        var status = database
        status.dailyBudgetUSD = try ModelSettings(settings.reader).dailyBudgetUSD
        return WebApp(
            configuration, alice: alice, bob: bob, agent: settings.agentID, status: status,
            logger: Logger(label: "web"),
            onRunning: { port in await onRunning(Network.url(host: own.host, port: port)) })
    }

    /// Makes the other identities of a process known to one: no relay comes between them. A key that a person has compared
    /// stays.
    static func introduce(_ messengers: [Messenger], to messenger: Messenger) async throws {
        for peer in messengers where peer.owner != messenger.owner {
            guard try await !messenger.pin(peer.store.account.identity.publicKey, of: peer.owner) else {
                continue
            }
            Logger(label: "identities").warning(
                "an identity of this process has another key than the one that was compared",
                ["identity": "\(messenger.owner)", "peer": "\(peer.owner)"])
        }
    }

    func diagnostics(relayURL: String) throws -> DiagnosticsWorker {
        let token = try DiagnosticsToken.read(settings)
        return DiagnosticsWorker(
            interval: try settings.probeInterval(), logger: Logger(label: "diagnostics"),
            sample: Sampler().sample
        ) { metrics in
            try await JSONClient.post("\(relayURL)/diagnostics/metrics", metrics, token: token)
        }
    }

    static func opening<Value>(_ what: String, _ path: String, _ open: () throws -> Value) throws
        -> Value
    {
        do {
            return try open()
        } catch let error as LaterVersion {
            throw Failure(
                .configuration, "the \(what) \(path) cannot be opened: \(error)",
                help:
                    "Nothing was changed. Use that version, or restore the copy from before the upgrade.")
        } catch let error as DatabaseError where error.kind == .full {
            throw Failure(
                .unwritten, "the \(what) \(path) cannot be opened: \(error)", help: "Free some space.")
        } catch {
            // Its description says what to do.
            if let error = error as? DatabaseError, case .unsuitable = error.kind {
                throw Failure(.configuration, "the \(what) \(path) cannot be opened: \(error)")
            }
            throw Failure(
                .cannotCreate, "the \(what) \(path) cannot be opened: \(error)",
                help: "Check the path, its permissions and the disk.")
        }
    }
}

extension AgentConfiguration {
    init(_ settings: ModelSettings) {
        self.init()
        model = settings.endpoint.map { Model(baseURL: $0.baseURL, key: $0.key, name: $0.model) }
        prices = Prices(
            inputUSDPerMillion: settings.inputUSDPerMillion, outputUSDPerMillion: settings.outputUSDPerMillion
        )
        dailyBudgetUSD = settings.dailyBudgetUSD
        requestBudgetUSD = settings.requestBudgetUSD
        askerBudgetUSD = settings.askerBudgetUSD
        modelLimits = settings.limits
        answerTimeout = settings.answerTimeout
    }
}
