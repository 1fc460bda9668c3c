import Cryptography
import Foundation
import HTTP
import HTTPEdge
import Logging
import MaintenanceAPI
import Networking
import Services
import Values

/// Settings of the web app.
package struct WebConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 selects any free port.
    package var port = 3000
    /// Accepted host names in addition to `localhost` and plain addresses.
    package var allowedHosts: Set<String> = []
    /// How long `POST /api/chat` waits for the agent.
    package var chatTimeout = Duration.seconds(25)
    /// Telemetry counts as stopped if the newest sample is older than this.
    package var staleAfter = Duration.seconds(45)
    /// Interval of checks for a new status.
    package var statusInterval = Duration.seconds(2)
    /// Interval of heartbeats on an idle event stream.
    package var heartbeatInterval = Duration.seconds(15)
    /// Where a reverse proxy serves the web.
    package var basePath = BasePath.root
    /// The token required to use the web interface; if nil, anyone who can reach the port has access.
    package var token: SecretText?

    package init() {}
}

/// The pages and the JSON API, with their background tasks: reading both mailboxes, and watching the status.
///
///     let web = WebApp(
///         WebConfiguration(), alice: alice, bob: bob, agent: agent, status: status, logger: logger)
///     try await web.run()
///
/// It is the only reader of both mailboxes, and accepts answers only from `agent`. It knows nothing of encryption, the
/// relay or the model: those are behind the mailboxes.
package struct WebApp: Service {
    private let configuration: WebConfiguration
    private let conversations: Conversations
    private let watcher: StatusWatcher
    private let events: EventHub
    private let gate: Gate
    private let edge: Edge
    private let onRunning: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - configuration: The settings.
    ///   - alice: Alice's mailbox, which asks the agent.
    ///   - bob: Bob's mailbox.
    ///   - agent: The agent's identity.
    ///   - status: The source of the host's metrics.
    ///   - logger: Receives errors.
    ///   - onRunning: Receives the bound port once requests are served.
    package init(
        _ configuration: WebConfiguration, alice: any WebMailbox,
        bob: any WebMailbox, agent: IdentityID, status: any StatusSource, logger: Logger,
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        gate = Gate(
            token: configuration.token.map { TokenCheck($0, logger: logger) }, base: configuration.basePath)
        let people = People(alice: alice, bob: bob, agent: agent)
        events = EventHub(hasLogin: gate.isClosed, logger: logger)
        conversations = Conversations(
            people: people, chatTimeout: configuration.chatTimeout, events: events, logger: logger)
        watcher = StatusWatcher(
            source: status, events: events, staleAfter: configuration.staleAfter, logger: logger)

        var router = Router()
        PageRoutes(base: configuration.basePath).add(to: &router)
        ChatRoutes(people: people, conversations: conversations).add(to: &router)
        DirectMessageRoutes(people: people, conversations: conversations).add(to: &router)
        EncryptionRoutes(people: people).add(to: &router)
        TrustRoutes(people: people).add(to: &router)
        StatusRoutes(source: status, watcher: watcher, logger: logger).add(to: &router)
        EventRoutes(events: events, gate: gate).add(to: &router)
        LoginRoutes(gate: gate, events: events).add(to: &router)
        let checks = RequestChecks(hosts: HostRule(names: configuration.allowedHosts), gate: gate)
        edge = Edge(
            router: router, server: "web", maxBodyByteCount: maxJSONBodyByteCount,
            fields: RequestChecks.protection,
            check: checks.check, logger: logger)
        self.configuration = configuration
        self.onRunning = onRunning
    }

    /// Serves until shutdown. Neither open event streams nor waiting prompts delay shutdown.
    ///
    /// - Throws: `ListeningError` if the port is unavailable.
    package func run() async throws {
        var serving = ServerConfiguration()
        serving.host = configuration.host
        serving.port = configuration.port
        serving.limits.http.body = maxJSONBodyByteCount
        let server = HTTPServer(configuration: serving, failure: edge.failure, respond: respond)
        let port = try await start(server)
        await withDiscardingTaskGroup { group in
            for person in Person.allCases {
                group.addTask { await conversations.receive(for: person) }
                group.addTask { await conversations.followDeliveries(of: person) }
                group.addTask { await conversations.followHeld(of: person) }
            }
            group.addTask {
                await every(configuration.statusInterval, startingNow: true) { await watcher.look() }
            }
            group.addTask {
                await every(configuration.heartbeatInterval) {
                    events.endStreams(unless: gate.logins.isOpen)
                    events.heartbeat()
                }
            }
            await onRunning(port)
            await gracefulShutdown()
            await conversations.stop()
            await server.shutdown(grace: .seconds(5))
            group.cancelAll()
        }
    }

    @Sendable
    private func respond(to request: ServerRequest) async -> ServerResponse {
        if let page = configuration.basePath.firstPage(insteadOf: request) {
            return ServerResponse(status: 308, fields: ["Location": page, "Cache-Control": "no-store"])
        }
        return await edge.respond(to: configuration.basePath.removed(from: request))
    }

    private func start(_ server: HTTPServer) async throws(ListeningError) -> Int {
        do {
            return try await server.start()
        } catch {
            throw ListeningError(
                error, server: "web", host: configuration.host, port: configuration.port, setting: "WEB_PORT")
        }
    }
}
