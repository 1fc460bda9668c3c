import NIOCore
import NIOWebSocket

/// Holds clients to RFC 6455 where NIO does not: masks, reserved bits and opcodes, control frames. Answers pings and
/// closes, and lets text and binary frames through.
///
/// A client on which nothing is heard for one interval is pinged; after a second one it is dead and the channel closes.
final class FrameGuard: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let heartbeat: TimeAmount
    private var beat: RepeatedTask?
    private var wasHeard = true
    private var isClosing = false

    init(heartbeat: TimeAmount) { self.heartbeat = heartbeat }

    func handlerAdded(context: ChannelHandlerContext) {
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let guardian = NIOLoopBound(self, eventLoop: context.value.eventLoop)
        beat = context.value.eventLoop.scheduleRepeatedTask(initialDelay: heartbeat, delay: heartbeat) { _ in
            guardian.value.beat(context.value)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { beat?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        beat?.cancel()
        context.fireChannelInactive()
    }

    private func beat(_ context: ChannelHandlerContext) {
        guard wasHeard else { return context.close(promise: nil) }
        wasHeard = false
        let ping = WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())
        context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        wasHeard = true
        guard !isClosing else { return }
        let frame = unwrapInboundIn(data)
        if let problem = Self.problem(of: frame) { return close(context, .protocolError, problem) }
        switch frame.opcode {
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            var data = frame.unmaskedData
            close(context, data.readWebSocketErrorCode() ?? .normalClosure, "")
        case .pong: break
        default: context.fireChannelRead(data)
        }
    }

    private func close(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode, _ reason: String) {
        isClosing = true
        context.channel.sendClose(code, reason: reason)
    }

    private static func problem(of frame: WebSocketFrame) -> String? {
        // RFC 6455, section 5.1: "a client MUST mask all frames".
        if frame.maskKey == nil { return "frames from a client are masked" }
        // Section 5.2: bits without a negotiated extension are 0.
        if frame.rsv1 || frame.rsv2 || frame.rsv3 { return "no extension was negotiated" }
        switch frame.opcode {
        case .continuation, .text, .binary: return nil
        case .connectionClose, .ping, .pong:
            // Section 5.5: control frames have at most 125 bytes and are not fragmented.
            return frame.fin && frame.length <= 125
                ? nil : "control frames have one part of at most 125 bytes"
        default: return "the opcode is reserved"
        }
    }
}

/// Closes as RFC 6455 asks when the parts of a message do not fit together or are too large in all.
final class FragmentGuard: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketFrameAggregator.Error {
        case .accumulatedFrameSizeIsTooLarge, .tooManyFragments:
            context.channel.sendClose(.messageTooLarge, reason: "the message is too large")
        case .some: context.channel.sendClose(.protocolError, reason: "the parts of the message do not fit")
        case nil: context.fireErrorCaught(error)
        }
    }
}

extension Channel {
    /// Sends a close frame and closes once it is out. On the event loop.
    func sendClose(_ code: WebSocketErrorCode, reason: String) {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        data.writeString(reason)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
        writeAndFlush(frame).whenComplete { _ in self.close(promise: nil) }
    }
}
