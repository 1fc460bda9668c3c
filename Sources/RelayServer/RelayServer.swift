import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import RelayAPI
import ServiceLifecycle

/// The relay: HTTP, sockets, and what it does from time to time.
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
///
/// - Throws: `RelayError.certificateUnusable`.
package func buildRelay(
    _ configuration: RelayConfiguration, store: any RelayStore, logger: Logger,
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) },
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) throws -> RelayServer<some ApplicationProtocol> {
    let certificate = try configuration.certificate.map(Certificate.init)
    let metrics = RelayMetrics()
    let load = LoadGauge(configuration.load) { (store.freeDiskBytes, ProcessFigures.currentResidentBytes) }
    let exchange = Exchange(
        store: store, metrics: metrics, limits: SendLimits(configuration.rates), load: load, logger: logger,
        now: now)
    let access = Access(store: store, rates: configuration.rates)
    let router = relayRouter(
        configuration, store: store, access: access, exchange: exchange, metrics: metrics, load: load)

    var services: [any Service] = [
        Recurring(interval: configuration.expiryInterval) {
            await exchange.expire()
        },
        Recurring(
            interval: configuration.revocationInterval, work: RevocationWatch(store, exchange, logger).look),
    ]
    if let certificate {
        services.append(
            Recurring(interval: configuration.certificateInterval) { certificate.follow(logger) })
    }
    let application = Application(
        responder: Border(inner: router.buildResponder(), routes: router.routes.map(KnownRoute.init)),
        server: HTTPServerBuilder { responder in
            RelayChannel(
                responder: responder, access: access, exchange: exchange, metrics: metrics,
                certificate: certificate, configuration: configuration)
        },
        configuration: ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port), serverName: nil),
        services: services,
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
        logger: logger)
    return RelayServer(application: application, configuration: configuration)
}

private func relayRouter(
    _ configuration: RelayConfiguration, store: any RelayStore, access: Access, exchange: Exchange,
    metrics: RelayMetrics, load: LoadGauge
) -> Router<RelayContext> {
    let bodies = BodyReader(maxByteCount: configuration.maxBodyByteCount)
    let router = Router(context: RelayContext.self, options: [.autoGenerateHeadEndpoints])
    RegistrationRoutes(
        store: store, nonces: Nonces(), rates: TokenBuckets(configuration.rates.registrations),
        exchange: exchange, load: load, metrics: metrics,
        secret: configuration.registrationSecret.map(RegistrationSecret.init), bodies: bodies
    ).add(to: router)
    PreKeyRoutes(
        store: store, access: access, limits: BundleLimits(configuration.rates), exchange: exchange,
        bodies: bodies
    ).add(to: router)
    DeviceRoutes(store: store, access: access, exchange: exchange).add(to: router)
    MessageRoutes(access: access, exchange: exchange, bodies: bodies).add(to: router)
    ObservationRoutes(
        observer: RelayObserver(
            store: store, exchange: exchange, metrics: metrics, load: load, version: configuration.version),
        bodies: bodies
    ).add(to: router)
    // An upgrade never reaches the routes; who asks for /ws without one is told how.
    router.get("/ws") { _, _ -> Response in
        throw Problem(
            status: 426, code: .invalidRequest, title: "this is a WebSocket endpoint",
            detail: "Open it as ws://…/ws?client_id=<identity> with a bearer token.")
    }
    return router
}
