import Foundation
import Logging
import NIOCore
import NIOWebSocket
import RelayAPI
import ServiceLifecycle
import Synchronization

/// One device's open socket: sends what waits for the device, takes acknowledgements and messages.
///
/// A reader and a writer run side by side and meet in `state`. The writer alone sends, so envelopes leave in the order of
/// the queue. The reader does not wait for the disk: answers follow when their commit is done, in the order of the
/// messages, and it stops reading while too many are unanswered.
final class DeviceConnection: Sendable {
    typealias Inbound = NIOAsyncChannelInboundStream<WebSocketFrame>
    typealias Outbound = NIOAsyncChannelOutboundWriter<WebSocketFrame>

    /// Why a socket ended, as far as it matters to the message it was busy with.
    private enum Ending {
        /// By the relay's wish: taken over, revoked, shutting down.
        case ours
        /// By the device's wish, or because it was gone.
        case theirs
    }

    private struct State {
        var window: DeliveryWindow
        /// Frames for the device that answer it or tell it something.
        var replies: [ServerFrame] = []
        /// Messages taken from the device and not yet answered.
        var unansweredCount = 0
        /// The reader, while it waits for answers to leave.
        var reader: CheckedContinuation<Void, Never>?
        var online = OnlineBuffer()
        var isDraining = false
        var ending = Ending.theirs
    }

    /// Messages that a device may send before the first is answered; then its frames wait in the network.
    static let maxUnansweredCount = 256
    /// What is read from the store at a time: bounds what one socket holds in memory.
    static let maxFetchCount = 64
    static let maxFetchByteCount = 512 * 1024

    let device: DeviceAddress
    private let exchange: Exchange
    private let metrics: RelayMetrics
    private let channel: any Channel
    private let encoding: SocketEncoding
    private let logger: Logger
    private let state: Mutex<State>
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(
        device: DeviceAddress, encoding: SocketEncoding, exchange: Exchange, metrics: RelayMetrics,
        channel: any Channel, maxInFlightCount: Int, logger: Logger
    ) {
        self.device = device
        self.encoding = encoding
        self.exchange = exchange
        self.metrics = metrics
        self.channel = channel
        self.logger = logger
        state = Mutex(State(window: DeliveryWindow(limit: maxInFlightCount)))
        // A signal says that there is something to look at; a second unread one says no more than that.
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Something waits for the device.
    func wake() { signal.yield() }

    /// Tells the device something.
    func tell(_ frame: ServerFrame) {
        state.withLock { $0.replies.append(frame) }
        wake()
    }

    /// Hands over a message that is not stored; false when too many wait already.
    func offer(_ envelope: Envelope, at moment: ContinuousClock.Instant = .now) -> Bool {
        let isTaken = state.withLock { $0.online.add(envelope, at: moment) }
        if isTaken { wake() }
        return isTaken
    }

    /// Says why and closes; a peer that does not read is cut off after a few seconds.
    func close(_ code: WebSocketErrorCode, reason: String) {
        // One that is closed already, though nobody has noted it yet, was not closed by us.
        if channel.isActive { state.withLock { $0.ending = .ours } }
        channel.eventLoop.execute { [channel] in
            channel.sendClose(code, reason: reason)
            channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
        }
    }

    /// Serves the socket until it closes.
    func run(_ socket: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>) async {
        await withTaskExecutorPreference(EventLoopExecutor(channel.eventLoop)) { await runHere(socket) }
    }

    private func runHere(_ socket: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>) async {
        exchange.attach(self)
        do {
            try await withGracefulShutdownHandler {
                try await serve(socket)
            } onGracefulShutdown: {
                self.state.withLock { $0.isDraining = true }
                self.wake()
            }
        } catch {
            logger.debug("socket ended", metadata: ["device": "\(device)", "error": "\(error)"])
        }
        exchange.detach(self)
        await noteEnd()
    }

    private func serve(_ socket: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>) async throws {
        try await socket.executeThenClose { inbound, outbound in
            // Within, because a socket is to be closed also where the store cannot be written.
            try await exchange.settle()
            wake()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.read(inbound) }
                group.addTask { try await self.write(outbound) }
                // Whichever ends first, the socket has ended.
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// A socket that breaks over the same message again and again says something about the message.
    private func noteEnd() async {
        let (sequence, ending) = state.withLock { ($0.window.oldestSequence, $0.ending) }
        guard case .theirs = ending, let sequence else { return }
        await exchange.noteFailure(of: sequence, for: device)
    }

    // MARK: Reading

    private func read(_ inbound: Inbound) async throws {
        for try await frame in inbound {
            do {
                try await take(frame)
            } catch {
                await roomForAnAnswer()
                tell(.refused(nil, Problem(decoding: error)))
            }
        }
    }

    private func take(_ frame: WebSocketFrame) async throws {
        let data = frame.unmaskedData
        let said: ClientFrame =
            frame.opcode == .binary
            ? try ClientFrame(
                protobuf: data.getBytes(at: data.readerIndex, length: data.readableBytes)?[...] ?? [])
            : try JSONDecoder().decode(ClientFrame.self, from: Data(data.readableBytesView))
        switch said {
        case .ack(let ids):
            let moment = ContinuousClock.now
            acknowledged(
                state.withLock { state in ids.compactMap { state.window.acknowledge($0, at: moment) } })
        case .ackRange(let first, let last):
            let range = state.withLock { $0.window.acknowledge(from: first, through: last, at: .now) }
            guard let range else {
                throw InvalidValue("first, last", "must be messages in flight, in the order they were sent")
            }
            acknowledged(range)
        case .send(let envelope, let conditions):
            await roomForAnAnswer()
            exchange.accept(envelope, if: conditions, from: device) { result in
                switch result {
                case .success: self.tell(.sent(envelope.copy))
                case .failure(let problem): self.tell(.refused(envelope.copy, problem))
                }
            }
        }
    }

    private func acknowledged(_ messages: [DeliveryWindow.Acknowledged]) {
        guard !messages.isEmpty else { return }
        metrics.acknowledged(messages.map(\.latency))
        exchange.acknowledge(messages.map(\.sequence), by: device)
        wake()
    }

    /// Returns once fewer frames than allowed are unanswered, and counts one more; or when the socket ends.
    private func roomForAnAnswer() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.unansweredCount >= Self.maxUnansweredCount, !Task.isCancelled {
                        state.reader = continuation
                        return false
                    }
                    state.unansweredCount += 1
                    return true
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }?.resume()
        }
    }

    // MARK: Writing

    private struct Work {
        let replies: [ServerFrame]
        let online: [Envelope]
        let isLast: Bool
    }

    private func write(_ outbound: Outbound) async throws {
        var hasSaidEmpty = false
        for await _ in signals {
            let work = takeWork()
            if !work.replies.isEmpty || !work.online.isEmpty {
                try await outbound.write(
                    contentsOf: try (work.replies + work.online.map(ServerFrame.envelope)).map(frame))
            }
            if work.isLast {
                close(.goingAway, reason: "the relay is shutting down; connect again")
                return
            }
            guard try await sendWaiting(outbound), !hasSaidEmpty else { continue }
            hasSaidEmpty = true
            try await send(try await exchange.messages(for: device, .setAside, maxCount: room), outbound)
            try await outbound.write(frame(.queueEmpty))
        }
    }

    /// Takes what is to be said, and lets the reader go on when that makes room.
    private func takeWork() -> Work {
        let (work, reader) = state.withLock { state in
            let answerCount = state.replies.count(where: \.isAnswer)
            state.unansweredCount -= answerCount
            let work = Work(
                replies: state.replies, online: state.online.take(at: .now),
                isLast: state.isDraining && state.unansweredCount == 0)
            state.replies = []
            guard state.unansweredCount < Self.maxUnansweredCount, let reader = state.reader else {
                return (work, nil as CheckedContinuation<Void, Never>?)
            }
            state.reader = nil
            state.unansweredCount += 1
            return (work, reader)
        }
        reader?.resume()
        return work
    }

    private var room: Int { min(state.withLock { $0.window.free }, Self.maxFetchCount) }

    /// Sends what waits, as far as the window allows; true when nothing is left.
    private func sendWaiting(_ outbound: Outbound) async throws -> Bool {
        while true {
            let room = room
            guard room > 0 else { return false }
            let last = state.withLock { $0.window.lastSequence }
            let messages = try await exchange.messages(for: device, .regular(after: last), maxCount: room)
            guard !messages.isEmpty else { return true }
            try await send(messages, outbound)
        }
    }

    private func send(_ messages: [QueuedMessage], _ outbound: Outbound) async throws {
        guard !messages.isEmpty else { return }
        let moment = ContinuousClock.now
        state.withLock { state in
            for message in messages {
                state.window.sent(message.messageID, sequence: message.sequence, at: moment)
            }
        }
        try await outbound.write(contentsOf: try messages.map { try frame(stored: $0.envelope) })
        metrics.delivered(messages.count)
    }

    private func frame(_ frame: ServerFrame) throws -> WebSocketFrame {
        switch encoding {
        case .json: WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: try encodeJSON(frame)))
        case .protobuf:
            WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: try frame.protobuf))
        }
    }

    private func frame(stored envelope: Data) throws -> WebSocketFrame {
        switch encoding {
        case .json: try frame(.envelope(Envelope(protobuf: Array(envelope)[...])))
        case .protobuf:
            WebSocketFrame(
                fin: true, opcode: .binary, data: ByteBuffer(bytes: ServerFrame.protobuf(envelope: envelope)))
        }
    }
}

extension ServerFrame {
    /// Whether this answers a frame of the device.
    fileprivate var isAnswer: Bool {
        switch self {
        case .sent, .refused: true
        case .envelope, .queueEmpty, .prekeysLow: false
        }
    }
}

extension WebSocketErrorCode {
    static let takenOver = WebSocketErrorCode(codeNumber: Int(CloseCode.takenOver))
    static let unauthorized = WebSocketErrorCode(codeNumber: Int(CloseCode.unauthorized))
}
