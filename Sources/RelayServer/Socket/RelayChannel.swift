import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL
import NIOWebSocket
import RelayAPI
import Synchronization

/// One connection to the relay: plain HTTP for the routes, or a device's socket after an upgrade on `/ws`.
struct RelayChannel: HTTPChannelHandler {
    typealias Plain = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    typealias Socket = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    enum Outcome: Sendable {
        case plain(Plain)
        case socket(Socket, DeviceAddress, SocketEncoding)
        case refused(Problem)
    }

    struct Value: ServerChildChannelValue {
        let outcome: EventLoopFuture<Outcome>
        let channel: any Channel
    }

    let responder: Responder
    let access: Access
    let exchange: Exchange
    let metrics: RelayMetrics
    let certificate: Certificate?
    let configuration: RelayConfiguration

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let decision = Decision()
            let upgrader = NIOTypedWebSocketServerUpgrader<Outcome>(
                maxFrameSize: configuration.maxBodyByteCount,
                shouldUpgrade: { channel, head in
                    channel.eventLoop.makeFutureWithTask {
                        do {
                            let address = channel.remoteAddress?.ipAddress ?? "unknown"
                            let encoding = SocketEncoding(offered: head.headers)
                            decision.admit(try await access.socketOwner(head, from: address), encoding)
                            return encoding.responseHeaders
                        } catch {
                            decision.refuse(Problem(unexpected: error))
                            return nil
                        }
                    }
                },
                upgradePipelineHandler: { channel, _ in
                    channel.eventLoop.makeCompletedFuture { try upgraded(channel, decision) }
                })
            let upgrade = NIOTypedHTTPServerUpgradeConfiguration<Outcome>(
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture { try notUpgraded(channel, decision, logger) }
                })

            let pipeline = channel.pipeline.syncOperations
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
            let filter = UpgradeFilter()
            if let certificate {
                try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context))
            }
            try pipeline.addHandlers([encoder, decoder, filter])
            let handler = NIOTypedHTTPServerUpgradeHandler(
                httpEncoder: encoder, extraHTTPHandlers: [decoder, filter], upgradeConfiguration: upgrade)
            try pipeline.addHandler(handler)

            // Nobody may hold a connection without ever asking for anything.
            let timeout = channel.eventLoop.scheduleTask(in: .init(configuration.idleTimeout)) {
                channel.close(promise: nil)
            }
            handler.upgradeResultFuture.whenComplete { _ in timeout.cancel() }
            return Value(outcome: handler.upgradeResultFuture, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .plain(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .socket(let socket, let device, let encoding):
                metrics.connected()
                let connection = DeviceConnection(
                    device: device, encoding: encoding, exchange: exchange, metrics: metrics,
                    channel: value.channel, maxInFlightCount: configuration.maxInFlightCount, logger: logger)
                await connection.run(socket)
            case .refused(let problem): try await refuse(value.channel, problem)
            }
        } catch {
            logger.debug("connection ended", metadata: ["error": "\(error)"])
            try? await value.channel.close()
        }
    }

    private func upgraded(_ channel: any Channel, _ decision: Decision) throws -> Outcome {
        guard case .admitted(let device, let encoding) = decision.value else {
            return .refused(.internalFailure)
        }
        try channel.pipeline.syncOperations.addHandlers([
            FrameGuard(heartbeat: .init(configuration.heartbeatInterval)),
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1024,
                maxAccumulatedFrameSize: configuration.maxBodyByteCount),
            FragmentGuard(),
        ])
        return .socket(try NIOAsyncChannel(wrappingChannelSynchronously: channel), device, encoding)
    }

    private func notUpgraded(_ channel: any Channel, _ decision: Decision, _ logger: Logger) throws -> Outcome
    {
        if case .refused(let problem) = decision.value { return .refused(problem) }
        try channel.pipeline.syncOperations.addHandlers([
            RequestDeadline(limit: .init(configuration.requestTimeout)),
            HTTP1ToHTTPServerCodec(secure: certificate != nil),
            HTTPConnectionStateHandler(idleTimeout: configuration.idleTimeout, logger: logger),
        ])
        return .plain(
            try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)))
    }

    /// Answers a handshake that was refused; the routes never see it.
    private func refuse(_ channel: any Channel, _ problem: Problem) async throws {
        let body = try ByteBuffer(bytes: encodeJSON(problem))
        var headers = HTTPHeaders([
            ("content-type", Problem.mediaType), ("content-length", String(body.readableBytes)),
            ("connection", "close"),
        ])
        if problem.status == 401 { headers.add(name: "www-authenticate", value: "Bearer") }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: problem.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        try await channel.close()
    }
}

/// What was decided about a handshake, between the upgrader's question and its end.
private final class Decision: Sendable {
    enum Value: Sendable {
        case none
        case admitted(DeviceAddress, SocketEncoding)
        case refused(Problem)
    }

    private let stored = Mutex(Value.none)

    var value: Value { stored.withLock { $0 } }
    func admit(_ device: DeviceAddress, _ encoding: SocketEncoding) {
        stored.withLock { $0 = .admitted(device, encoding) }
    }
    func refuse(_ problem: Problem) { stored.withLock { $0 = .refused(problem) } }
}

extension SocketEncoding {
    private static let header = "sec-websocket-protocol"

    fileprivate init(offered headers: HTTPHeaders) {
        self =
            headers[canonicalForm: Self.header].contains { $0 == Self.protobufSubprotocol }
            ? .protobuf : .json
    }

    fileprivate var responseHeaders: HTTPHeaders {
        self == .protobuf ? [Self.header: Self.protobufSubprotocol] : [:]
    }
}
