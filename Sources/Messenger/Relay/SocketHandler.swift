import NIOCore
import NIOWebSocket
import RelayAPI

/// Turns frames into messages: answers pings, notices a dead connection, closes as RFC 6455 asks.
///
/// Inbound it hands on what arrived together as one batch, so that a busy reader takes many messages at a time.
/// An `IdleStateHandler` before it says when nothing was read for a while: the first time a ping goes out, the second
/// time the connection is dead.
final class SocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = [ByteBuffer]
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = WebSocketFrame

    private let opcode: WebSocketOpcode
    private var batch: [ByteBuffer] = []
    private var awaitsPong = false
    private var isClosing = false

    init(_ encoding: SocketEncoding) { opcode = encoding == .protobuf ? .binary : .text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        awaitsPong = false
        switch frame.opcode {
        case .text, .binary: batch.append(frame.unmaskedData)
        case .ping: write(.pong, frame.unmaskedData, context: context)
        case .connectionClose: close(answering: frame.unmaskedData, context: context)
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        handOn(context: context)
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        handOn(context: context)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        if awaitsPong {
            context.fireErrorCaught(SocketClosed(code: nil, reason: "the relay is silent"))
            context.close(promise: nil)
        } else {
            awaitsPong = true
            write(.ping, ByteBuffer(), context: context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let frame = WebSocketFrame(
            fin: true, opcode: opcode, maskKey: .random(), data: unwrapOutboundIn(data))
        context.write(wrapOutboundOut(frame), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .all, !isClosing {
            isClosing = true
            var code = ByteBuffer()
            code.write(webSocketErrorCode: .normalClosure)
            write(.connectionClose, code, context: context)
        }
        context.close(mode: mode, promise: promise)
    }

    private func close(answering data: ByteBuffer, context: ChannelHandlerContext) {
        handOn(context: context)
        var data = data
        let code = data.readInteger(as: UInt16.self)
        let reason = data.readString(length: data.readableBytes) ?? ""
        if !isClosing {
            isClosing = true
            var answer = ByteBuffer()
            if let code { answer.writeInteger(code) }
            write(.connectionClose, answer, context: context)
        }
        context.fireErrorCaught(SocketClosed(code: code, reason: reason))
        context.close(promise: nil)
    }

    private func handOn(context: ChannelHandlerContext) {
        guard !batch.isEmpty else { return }
        context.fireChannelRead(wrapInboundOut(batch))
        batch = []
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
