import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import RelayAPI
import ServiceLifecycle

/// The relay: HTTP, sockets and the sweep of what has expired.
package struct RelayServer<Application: ApplicationProtocol>: Service {
    let application: Application
    let configuration: RelayConfiguration

    /// Serves until shutdown.
    ///
    /// - Throws: `RelayError` when the port cannot be had.
    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw RelayError.portTaken(host: configuration.host, port: configuration.port)
        } catch let error as IOError where error.errnoCode == EACCES {
            throw RelayError.portNotPermitted(host: configuration.host, port: configuration.port)
        }
    }
}

/// Puts a relay together over a store, and tells `onRunning` the bound port once requests are served.
package func buildRelay(
    _ configuration: RelayConfiguration, store: any RelayStore, logger: Logger,
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) },
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> RelayServer<some ApplicationProtocol> {
    let metrics = RelayMetrics()
    let rates = configuration.rates
    let exchange = Exchange(store: store, metrics: metrics, rates: TokenBuckets(rates.messages), now: now)
    let access = Access(store: store, requests: TokenBuckets(rates.requests))
    let bodies = BodyReader(maxByteCount: configuration.maxBodyByteCount)

    let router = Router(context: RelayContext.self, options: [.autoGenerateHeadEndpoints])
    RegistrationRoutes(
        store: store, nonces: Nonces(), rates: TokenBuckets(rates.registrations), exchange: exchange,
        bodies: bodies
    ).add(to: router)
    PreKeyRoutes(
        store: store, access: access, bundles: TokenBuckets(rates.bundles),
        bundlesOfTarget: TokenBuckets(rates.bundlesOfTarget), bodies: bodies
    ).add(to: router)
    MessageRoutes(access: access, exchange: exchange, bodies: bodies).add(to: router)
    ObservationRoutes(
        store: store,
        observer: RelayObserver(
            store: store, exchange: exchange, metrics: metrics, version: configuration.version),
        bodies: bodies
    ).add(to: router)
    // An upgrade never reaches the routes; who asks for /ws without one is told how.
    router.get("/ws") { _, _ -> Response in
        throw Problem(
            status: 426, code: .invalidRequest, title: "this is a WebSocket endpoint",
            detail: "Open it as ws://…/ws?client_id=<identity> with a bearer token.")
    }

    let routes = router.routes.map { (path: $0.path.description.split(separator: "/"), method: $0.method) }
    let application = Application(
        responder: Border(inner: router.buildResponder(), router: routes),
        server: HTTPServerBuilder { responder in
            RelayChannel(
                responder: responder, access: access, exchange: exchange, metrics: metrics,
                configuration: configuration)
        },
        configuration: ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port), serverName: nil),
        services: [
            Sweep(
                store: store, metrics: metrics, interval: configuration.expiryInterval, now: now,
                logger: logger)
        ],
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
        logger: logger)
    return RelayServer(application: application, configuration: configuration)
}

/// Forgets what has expired, at an interval.
struct Sweep: Service {
    let store: any RelayStore
    let metrics: RelayMetrics
    let interval: Duration
    let now: @Sendable () -> Int64
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil {
                do {
                    metrics.expired(try await store.expire(at: now()))
                } catch {
                    logger.warning("expired messages were not removed", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
