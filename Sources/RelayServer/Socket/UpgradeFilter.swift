import NIOCore
import NIOHTTP1

/// Lets through only what the upgrade handler can finish.
///
/// Once that handler has seen an `Upgrade` it declines, the request cannot go on to the routes: its head is gone and the
/// client waits for ever. So an offer that is not a sound WebSocket handshake for the socket's path (`Upgrade: h2c`
/// among them) loses its `Upgrade` here and is served as the plain request it also is.
final class UpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    static let socketPath = "/ws"

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), head.headers.contains(name: "upgrade"),
            !Self.isHandshake(head)
        else { return context.fireChannelRead(data) }
        head.headers.remove(name: "upgrade")
        head.headers.remove(name: "http2-settings")
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// A connection that has not asked for anything yet would hold up the end of the relay.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        context.close(promise: nil)
    }

    private static func isHandshake(_ head: HTTPRequestHead) -> Bool {
        let path = head.uri.prefix { $0 != "?" }
        let connection = head.headers[canonicalForm: "connection"].map { $0.lowercased() }
        return path == socketPath && head.method == .GET && connection.contains("upgrade")
            && head.headers[canonicalForm: "upgrade"].map { $0.lowercased() } == ["websocket"]
            && head.headers["sec-websocket-version"] == ["13"] && head.headers["sec-websocket-key"].count == 1
            && !head.headers.contains(name: "content-length")
            && !head.headers.contains(name: "transfer-encoding")
    }
}
