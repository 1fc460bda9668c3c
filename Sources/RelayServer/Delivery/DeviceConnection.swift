import Foundation
import Logging
import NIOCore
import NIOWebSocket
import RelayAPI
import Synchronization

/// One device's open socket: sends what waits for the device, takes acknowledgements and messages.
///
/// A reader and a writer run side by side; they meet in `state`. The writer alone sends envelopes, so they leave in the
/// order of the queue.
final class DeviceConnection: Sendable {
    typealias Outbound = NIOAsyncChannelOutboundWriter<WebSocketFrame>

    enum Signal: Sendable {
        /// Something waits for the device, or there is room in the window again.
        case wake
        case close(WebSocketErrorCode, reason: String)
    }

    private struct State {
        var window: DeliveryWindow
        /// Messages of class `online`, in JSON.
        var direct: [Data] = []
        var heardSincePing = true
    }

    /// Messages of class `online` that wait for a slow reader; more are refused.
    static let maxDirectCount = 64
    /// Envelopes read from the store at a time: bounds what one socket holds in memory.
    static let fetchCount = 64

    let device: DeviceAddress
    private let exchange: Exchange
    private let metrics: RelayMetrics
    private let channel: any Channel
    private let logger: Logger
    private let state: Mutex<State>
    private let signals: AsyncStream<Signal>
    private let signal: AsyncStream<Signal>.Continuation

    init(
        device: DeviceAddress, exchange: Exchange, metrics: RelayMetrics, channel: any Channel,
        maxInFlightCount: Int,
        logger: Logger
    ) {
        self.device = device
        self.exchange = exchange
        self.metrics = metrics
        self.channel = channel
        self.logger = logger
        state = Mutex(State(window: DeliveryWindow(limit: maxInFlightCount)))
        // A signal says that there is something to look at; two unread ones say no more than that.
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(2))
    }

    func wake() { signal.yield(.wake) }

    /// Hands over a message that is not stored; false when too many wait already.
    func offer(_ envelope: Data) -> Bool {
        let isTaken = state.withLock { state in
            guard state.direct.count < Self.maxDirectCount else { return false }
            state.direct.append(envelope)
            return true
        }
        if isTaken { wake() }
        return isTaken
    }

    /// Says why and closes; a peer that does not read is cut off after a few seconds.
    func close(_ code: WebSocketErrorCode, reason: String) {
        channel.eventLoop.execute { [channel] in
            channel.sendClose(code, reason: reason)
            channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
        }
    }

    /// Serves the socket until it closes.
    func run(_ socket: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, heartbeat: Duration) async {
        exchange.attach(self)
        defer { exchange.detach(self) }
        wake()
        do {
            try await socket.executeThenClose { inbound, outbound in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.read(inbound, outbound) }
                    group.addTask { try await self.write(outbound) }
                    group.addTask { try await self.beat(outbound, every: heartbeat) }
                    // Whichever ends first, the socket has ended.
                    try await group.next()
                    group.cancelAll()
                    self.signal.finish()
                }
            }
        } catch {
            logger.debug("socket ended", metadata: ["device": "\(device)", "error": "\(error)"])
        }
    }

    // MARK: Reading

    private func read(_ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ outbound: Outbound)
        async throws
    {
        for try await frame in inbound {
            state.withLock { $0.heardSincePing = true }
            switch frame.opcode {
            case .text: try await take(frame.unmaskedData, outbound)
            case .ping:
                try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
            case .connectionClose:
                close(frame.closeCode ?? .normalClosure, reason: "")
                return
            case .pong: break
            default: close(.unacceptableData, reason: "frames are JSON text")
            }
        }
    }

    private func take(_ data: ByteBuffer, _ outbound: Outbound) async throws {
        let frame: ClientFrame
        do {
            frame = try JSONDecoder().decode(ClientFrame.self, from: Data(data.readableBytesView))
        } catch {
            return try await send(.refused(nil, Problem(decoding: error)), outbound)
        }
        switch frame {
        case .ack(let ids):
            let moment = ContinuousClock.now
            let latencies = state.withLock { state in
                ids.compactMap { state.window.acknowledged($0, at: moment) }
            }
            try await exchange.acknowledge(ids, by: device)
            for latency in latencies { metrics.acknowledged(after: latency) }
            wake()
        case .send(let envelope, let conditions):
            do {
                let receipt = try await exchange.accept(envelope, if: conditions, from: device)
                try await send(.sent(receipt.messageId), outbound)
            } catch let problem as Problem {
                try await send(.refused(envelope.messageId, problem), outbound)
            }
        }
    }

    // MARK: Writing

    private func write(_ outbound: Outbound) async throws {
        var hasSaidEmpty = false
        for await _ in signals {
            for envelope in takeDirect() { try await outbound.write(Self.frame(envelope: envelope)) }
            let isDrained = try await sendWaiting(outbound)
            if isDrained, !hasSaidEmpty {
                hasSaidEmpty = true
                try await send(.queueEmpty, outbound)
            }
        }
    }

    private func takeDirect() -> [Data] {
        state.withLock { state in
            defer { state.direct = [] }
            return state.direct
        }
    }

    /// Sends what waits, as far as the window allows; true when nothing is left.
    private func sendWaiting(_ outbound: Outbound) async throws -> Bool {
        while true {
            let (free, last) = state.withLock { ($0.window.free, $0.window.lastSequence) }
            guard free > 0 else { return false }
            let messages = try await exchange.messages(
                for: device, after: last, limit: min(free, Self.fetchCount))
            guard !messages.isEmpty else { return true }
            let moment = ContinuousClock.now
            state.withLock { state in
                for message in messages {
                    state.window.sent(message.messageID, sequence: message.sequence, at: moment)
                }
            }
            try await outbound.write(contentsOf: messages.map { Self.frame(envelope: $0.envelope) })
            metrics.delivered(messages.count)
        }
    }

    private func beat(_ outbound: Outbound, every interval: Duration) async throws {
        while true {
            try await Task.sleep(for: interval)
            let wasHeard = state.withLock { state in
                defer { state.heardSincePing = false }
                return state.heardSincePing
            }
            guard wasHeard else { return try await channel.close() }
            try await outbound.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
        }
    }

    private func send(_ frame: ServerFrame, _ outbound: Outbound) async throws {
        try await outbound.write(
            WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: JSONEncoder().encode(frame))))
    }

    /// The `envelope` frame around an envelope that is JSON already.
    private static func frame(envelope: Data) -> WebSocketFrame {
        var data = ByteBuffer(string: #"{"type":"envelope","envelope":"#)
        data.writeBytes(envelope)
        data.writeString("}")
        return WebSocketFrame(fin: true, opcode: .text, data: data)
    }
}

extension WebSocketFrame {
    /// The code a peer gave in its close frame.
    fileprivate var closeCode: WebSocketErrorCode? {
        var data = unmaskedData
        return data.readWebSocketErrorCode()
    }
}

extension WebSocketErrorCode {
    static let takenOver = WebSocketErrorCode(codeNumber: Int(CloseCode.takenOver))
    static let unauthorized = WebSocketErrorCode(codeNumber: Int(CloseCode.unauthorized))
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
