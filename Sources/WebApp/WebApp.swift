import Foundation
import Hummingbird
import Logging
import MaintenanceAPI
import NIOCore
import RelayAPI
import ServiceLifecycle

/// How the web is served.
package struct WebConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 3000
    /// Host names under which the pages may be asked for, beside `localhost` and plain addresses.
    package var allowedHosts: Set<String> = []
    /// How long `POST /api/chat` waits for the agent.
    package var chatTimeout = Duration.seconds(25)
    /// A newest reading older than this means that telemetry has stopped.
    package var staleAfter = Duration.seconds(45)
    /// How often the newest status is looked at on behalf of the pages.
    package var statusInterval = Duration.seconds(2)
    /// How often an idle event stream says that it is alive.
    package var heartbeatInterval = Duration.seconds(15)
    /// How often it is asked how far messages have come, while some are on their way.
    package var deliveryInterval = Duration.seconds(1)
    /// What readers have to know; absent where everybody may read who reaches the port.
    package var token: String?

    package init() {}
}

/// Why the web could not start.
package enum WebAppError: Error, Equatable, CustomStringConvertible {
    case portTaken(host: String, port: Int)
    case portNotPermitted(host: String, port: Int)

    package var description: String {
        switch self {
        case .portTaken(let host, let port):
            "web: \(host):\(port) is in use by another program; stop it or choose another port"
        case .portNotPermitted(let host, let port):
            "web: this user may not listen on \(host):\(port); choose a port above 1023"
        }
    }
}

/// The pages and the JSON API, with what runs behind them.
package struct WebApp<Application: ApplicationProtocol>: Service {
    let application: Application
    let configuration: WebConfiguration

    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw WebAppError.portTaken(host: configuration.host, port: configuration.port)
        } catch let error as IOError where error.errnoCode == EACCES {
            throw WebAppError.portNotPermitted(host: configuration.host, port: configuration.port)
        }
    }
}

/// Puts the web together: the one reader of both mailboxes, which believes answers from `agent` only, and tells
/// `onRunning` the bound port once requests are served.
package func buildWebApp(
    _ configuration: WebConfiguration, alice: any Mailbox & EncryptionSource,
    bob: any Mailbox & EncryptionSource, agent: IdentityID,
    status: any StatusSource, logger: Logger,
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> WebApp<some ApplicationProtocol> {
    let gate = Gate(token: configuration.token)
    let events = EventHub(hasLogin: gate.isClosed, logger: logger)
    let people = People(alice: alice, bob: bob, agent: agent)
    let deliveries = DeliveryWatcher(people: people, events: events, logger: logger)
    let conversations = Conversations(
        people: people, chatTimeout: configuration.chatTimeout, events: events, deliveries: deliveries,
        logger: logger)
    let watcher = StatusWatcher(
        source: status, events: events, staleAfter: configuration.staleAfter, logger: logger)

    let router = Router(context: BasicRequestContext.self, options: [.autoGenerateHeadEndpoints])
    PageRoutes().add(to: router)
    ChatRoutes(people: people, conversations: conversations).add(to: router)
    DirectMessageRoutes(people: people, conversations: conversations).add(to: router)
    EncryptionRoutes(people: people).add(to: router)
    StatusRoutes(source: status, watcher: watcher).add(to: router)
    EventRoutes(events: events).add(to: router)
    LoginRoutes(gate: gate, attempts: LoginAttempts()).add(to: router)

    let responder = router.buildResponder()
    let methods = Dictionary(grouping: router.routes, by: \.path.description)
        .mapValues { routes in Set(routes.map(\.method)) }
    let application = Application(
        responder: Border(
            methods: methods, hosts: HostRule(names: configuration.allowedHosts), gate: gate,
            inner: responder),
        configuration: ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port)),
        services: [
            WebService(
                conversations: conversations, deliveries: deliveries, watcher: watcher, events: events,
                configuration: configuration)
        ],
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
        logger: logger)
    return WebApp(application: application, configuration: configuration)
}

/// What goes on whether or not somebody looks: reading both mailboxes, watching the status.
struct WebService: Service {
    let conversations: Conversations
    let deliveries: DeliveryWatcher
    let watcher: StatusWatcher
    let events: EventHub
    let configuration: WebConfiguration

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await conversations.receive(for: .alice) }
                group.addTask { await conversations.receive(for: .bob) }
                group.addTask { await every(configuration.statusInterval) { await watcher.look() } }
                group.addTask { await every(configuration.deliveryInterval) { await deliveries.look() } }
                group.addTask { await every(configuration.heartbeatInterval) { events.heartbeat() } }
            }
        }
    }

    /// Does it now and after each interval, until cancelled.
    private func every(_ interval: Duration, _ body: () async -> Void) async {
        // The interval itself: there is nothing else to wait for, and cancellation ends the sleep.
        repeat { await body() } while (try? await Task.sleep(for: interval)) != nil
    }
}
