import Foundation
import HTTPEdge
import Logging
import Networking
import RelayAPI
import Synchronization

/// One device's open socket: passes events to the dialogue and performs its actions.
final class DeviceConnection: WebSocketHandler {
    private struct State {
        var dialogue: DeviceDialogue
        /// Nil unless the socket is open.
        var socket: WebSocket?
    }

    let device: DeviceAddress
    private let encoding: SocketEncoding
    private let exchange: MessageExchange
    private let metrics: RelayMetrics
    private let logger: Logger
    /// Events arrive on the loop; only `offer` is called from other threads.
    private let state: Mutex<State>

    init(
        device: DeviceAddress, encoding: SocketEncoding, exchange: MessageExchange, metrics: RelayMetrics,
        maxInFlightCount: Int, logger: Logger
    ) {
        self.device = device
        self.encoding = encoding
        self.exchange = exchange
        self.metrics = metrics
        self.logger = logger
        state = Mutex(State(dialogue: DeviceDialogue(maxInFlightCount: maxInFlightCount)))
    }

    // MARK: From any thread

    /// Nil unless the socket is open.
    var loop: EventLoop? { state.withLock { $0.socket?.loop } }

    /// Sends a frame to the device.
    func tell(_ frame: ServerFrame) { soon(.told(frame)) }

    /// Closes with a reason; a peer that does not read is cut off after a few seconds.
    func close(_ code: UInt16, reason: String) { soon(.close(code, reason: reason)) }

    /// Hands over a message that is not stored; false if too many are already waiting. Must be followed by `woken`.
    func offer(_ envelope: Envelope) -> Bool { state.withLock { $0.dialogue.offer(envelope, at: .now) } }

    private func soon(_ event: DeviceDialogue.Event) { loop?.execute { self.handle([event]) } }

    // MARK: On the loop

    func opened(_ socket: WebSocket) {
        state.withLock { $0.socket = socket }
        metrics.connected()
        exchange.attach(self)
        Task {
            do {
                try await exchange.settle()
                soon(.ready)
            } catch {
                fail(error)
            }
        }
    }

    func received(_ messages: [WebSocketMessage], on socket: WebSocket) {
        handle(messages.map { .received(frame($0)) })
    }

    func becameWritable(_ socket: WebSocket) { handle([.woken]) }

    func shutdown(_ socket: WebSocket) { handle([.shutdown]) }

    func ended(_ socket: WebSocket, _ end: WebSocketEnd) {
        logger.debug("socket ended", ["device": "\(device)", "end": "\(end)"])
        exchange.detach(self)
        handle([.ended])
        state.withLock { $0.socket = nil }
    }

    func handle(_ events: [DeviceDialogue.Event]) {
        guard let socket = state.withLock(\.socket) else { return }
        var accepted: [IncomingMessage] = []
        for event in events { handle(event, socket, &accepted) }
        exchange.submit(accepted)
    }

    private func handle(
        _ event: DeviceDialogue.Event, _ socket: WebSocket, _ accepted: inout [IncomingMessage]
    ) {
        let isWritable = socket.isWritable
        let actions = state.withLock { $0.dialogue.handle(event, isWritable: isWritable) }
        for action in actions { perform(action, socket, &accepted) }
    }

    private func perform(
        _ action: DeviceDialogue.Action, _ socket: WebSocket, _ accepted: inout [IncomingMessage]
    ) {
        switch action {
        case .accept(let envelope, let conditions):
            do throws(Problem) {
                accepted.append(try exchange.admit(envelope, if: conditions, from: device, origin: self))
            } catch {
                handle(.answered(.refused(envelope.copy, error)), socket, &accepted)
            }
        case .acknowledge(let messages):
            metrics.acknowledged(messages.map(\.latency))
            exchange.acknowledge(messages.map(\.sequence), by: device)
        case .read(let part, let maxCount): read(part, maxCount: maxCount)
        case .send(let frame): send(frame, socket)
        case .deliver(let messages):
            for message in messages { send(stored: message.envelope, socket) }
            metrics.delivered(messages.count)
        case .pauseReading: socket.pauseReading()
        case .resumeReading: socket.resumeReading()
        case .close(let code, let reason): socket.close(code: code, reason: reason)
        case .noteFailure(let sequence): Task { await exchange.noteFailure(of: sequence, for: device) }
        }
    }

    private func read(_ part: QueuePart, maxCount: Int) {
        Task {
            do {
                let page = try await exchange.messages(for: device, part, maxCount: maxCount)
                soon(.read(part, page))
            } catch {
                fail(error)
            }
        }
    }

    private func fail(_ error: any Error) {
        logger.error("queue not read", ["device": "\(device)", "error": "\(error)"])
        soon(.unreadable)
    }

    // MARK: Frames

    private func frame(_ message: WebSocketMessage) -> Result<ClientFrame, Problem> {
        do {
            switch message.kind {
            case .binary: return .success(try ClientFrame(protobuf: message.bytes[...]))
            case .text:
                return .success(try decodeStrictJSON(ClientFrame.self, from: message.bytes))
            }
        } catch {
            return .failure(Problem(decoding: error))
        }
    }

    private func send(_ frame: ServerFrame, _ socket: WebSocket) {
        do {
            switch encoding {
            case .json: socket.send(Array(try encodeJSON(frame)), as: .text)
            case .protobuf: socket.send(try frame.protobuf, as: .binary)
            }
        } catch {
            logger.error("frame not written", ["device": "\(device)", "error": "\(error)"])
        }
    }

    private func send(stored envelope: [UInt8], _ socket: WebSocket) {
        switch encoding {
        case .protobuf: socket.send(ServerFrame.protobuf(envelope: envelope), as: .binary)
        case .json:
            do {
                send(.envelope(try Envelope(protobuf: envelope[...])), socket)
            } catch {
                logger.error("stored envelope not readable", ["device": "\(device)", "error": "\(error)"])
            }
        }
    }
}
