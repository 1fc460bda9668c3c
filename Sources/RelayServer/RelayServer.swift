import CMalloc
import Foundation
import HTTPEdge
import Logging
import Networking
import RelayAPI
import Services

/// The relay: HTTP, sockets and periodic tasks.
package struct RelayServer: Service {
    /// Time for sockets and requests to finish after shutdown begins.
    static let shutdownGrace = Duration.seconds(5)
    /// Freed memory up to this size is kept for the next burst; returning and requesting it again took a tenth of the
    /// CPU time.
    private static let keptByteCount: Int32 = 4 << 20

    let configuration: RelayConfiguration
    let certificate: Certificate?
    let edge: Edge
    let logger: Logger
    let chores: [(interval: Duration, work: @Sendable () async -> Void)]
    let damage: DamageWatch
    let onRunning: @Sendable (_ port: Int) async -> Void

    /// Serves until shutdown.
    ///
    /// - Throws: `ListeningError` if the port is unavailable.
    package func run() async throws {
        cmalloc_keep_freed(Self.keptByteCount)
        let loops = (0..<configuration.loopCount).map { _ in EventLoop() }
        for loop in loops { loop.start() }
        defer { for loop in loops { loop.stop() } }
        let server = HTTPServer(
            loops: loops, configuration: configuration.server(certificate), failure: edge.failure,
            respond: edge.respond)
        let port = try await port(of: server)
        logger.info("listening", ["host": configuration.host, "port": "\(port)"])
        await onRunning(port)
        await withDiscardingTaskGroup { group in
            for (interval, work) in chores { group.addTask { await every(interval, work) } }
            group.addTask {
                await every(configuration.damageInterval, startingNow: true) { await damage.look() }
            }
            await gracefulShutdown()
            group.cancelAll()
        }
        await server.shutdown(grace: Self.shutdownGrace)
    }

    private func port(of server: HTTPServer) async throws(ListeningError) -> Int {
        do throws(ListenError) {
            return try await server.start()
        } catch {
            throw ListeningError(
                error, server: "relay", host: configuration.host, port: configuration.port,
                setting: "RELAY_PORT")
        }
    }
}

/// Sets up a relay on a store, and calls `onRunning` with the bound port once requests are served.
///
/// - Throws: `RelayError.certificateUnusable`.
package func buildRelay(
    _ configuration: RelayConfiguration, store: SQLiteRelayStore, logger: Logger,
    now: @escaping @Sendable () -> Int64 = { Date().milliseconds },
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) throws -> RelayServer {
    let certificate = try configuration.certificate.map(Certificate.init)
    let metrics = RelayMetrics()
    let load = LoadGauge(configuration.load) { (store.freeDiskBytes, ProcessFigures.currentAllocatedBytes) }
    let exchange = MessageExchange(
        store: store, metrics: metrics, limits: SendLimits(configuration.rates), load: load, logger: logger,
        now: now,
        expiryClock: ExpiryClock(lastSeen: store.lastSeen, wall: now(), patience: configuration.clockPatience)
    )
    store.keepReserve()
    let damage = DamageWatch(store, logger)
    let edge = Edge(
        router: relayRouter(
            configuration, store: store, exchange: exchange, metrics: metrics, load: load, damage: damage,
            logger: logger),
        server: "relay", maxBodyByteCount: configuration.maxBodyByteCount,
        notFoundDetail: "The endpoints are listed in Documentation/openapi.yaml.",
        explain: { ($0 as? StoreError).map(Problem.init) }, logger: logger)

    var chores: [(Duration, @Sendable () async -> Void)] = [
        (
            configuration.expiryInterval,
            {
                await exchange.expire()
                store.keepReserve()
            }
        ),
        (.seconds(1), LoadLog(load, logger).look),
        (configuration.revocationInterval, RevocationWatch(store, exchange, logger).look),
        (configuration.memoryInterval, MemoryReturn.system.look),
    ]
    if let certificate {
        chores.append((configuration.certificateInterval, { certificate.follow(logger) }))
    }
    return RelayServer(
        configuration: configuration, certificate: certificate, edge: edge, logger: logger, chores: chores,
        damage: damage, onRunning: onRunning)
}

private func relayRouter(
    _ configuration: RelayConfiguration, store: SQLiteRelayStore, exchange: MessageExchange,
    metrics: RelayMetrics,
    load: LoadGauge, damage: DamageWatch, logger: Logger
) -> Router {
    let access = Access(store: store, rates: configuration.rates)
    let observer = RelayObserver(
        store: store, exchange: exchange, metrics: metrics, load: load, damage: damage,
        version: configuration.version,
        figuresLifetime: configuration.figuresLifetime)
    let keyChanges = TokenBuckets<IdentityID>(configuration.rates.keyChanges)
    var router = Router()
    RegistrationRoutes(
        store: store, nonces: Nonces(), rates: TokenBuckets(configuration.rates.registrations),
        newAccounts: TokenBuckets(configuration.rates.newAccounts), keyChanges: keyChanges,
        exchange: exchange, load: load, metrics: metrics,
        secret: configuration.registrationSecret,
        names: OwnNames(published: configuration.publicOrigins)
    ).add(to: &router)
    PreKeyRoutes(
        store: store, access: access, limits: BundleLimits(configuration.rates), keyChanges: keyChanges,
        exchange: exchange, load: load
    ).add(to: &router)
    DeviceRoutes(store: store, access: access, exchange: exchange).add(to: &router)
    MessageRoutes(access: access, exchange: exchange).add(to: &router)
    ObservationRoutes(
        observer: observer, access: access, token: configuration.diagnosticsToken
    ).add(to: &router)
    SocketRoutes(access: access) { device, encoding in
        let connection = DeviceConnection(
            device: device, encoding: encoding, exchange: exchange, metrics: metrics,
            maxInFlightCount: configuration.maxInFlightCount, logger: logger)
        return ServerResponse(
            body: .webSocket(
                protocol: encoding == .protobuf ? SocketEncoding.protobufSubprotocol : nil,
                limits: configuration.socketLimits, handler: connection))
    }.add(to: &router)
    return router
}
