import NIOCore
import NIOWebSocket

/// Holds clients to RFC 6455 where NIO does not: masks, reserved bits and opcodes, control frames, UTF-8. Closes with
/// the code of the RFC; closes with 1001 when the server goes down.
final class FrameGuard: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    private var isClosing = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let frame = unwrapInboundIn(data)
        guard let problem = Self.problem(of: frame) else { return context.fireChannelRead(data) }
        isClosing = true
        context.channel.sendClose(.protocolError, reason: problem)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !isClosing {
            isClosing = true
            context.channel.sendClose(.goingAway, reason: "the relay is shutting down; connect again")
        }
        context.fireUserInboundEventTriggered(event)
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
