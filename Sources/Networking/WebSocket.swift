/// An open WebSocket (RFC 6455), of a server or a client. It must be used only on its loop's thread; each call checks
/// that.
///
/// It answers pings and close frames, detects a dead peer, and enforces rules and limits on the peer; its
/// `WebSocketHandler` receives the events. Frames sent in one turn of the loop are written together. Reading stops
/// while more than 64 KiB of output wait for the peer.
///
/// `@unchecked`: everything is used only on the loop's thread.
package final class WebSocket: ByteStreamOwner, @unchecked Sendable {
    private enum State {
        case open
        /// This side has sent its close frame and is waiting for the peer's.
        case closing
        case ended
    }

    package let remoteAddress: String
    private let stream: ByteStream
    private let role: FrameCodec.Role
    private let limits: WebSocketLimits
    private let codec: FrameCodec
    private var handler: (any WebSocketHandler)?
    private var assembler: MessageAssembler
    private var controls: ControlFramePolicy
    private var state = State.open
    private var isPumping = false
    private var isPaused = false
    private var wasFull = false
    private var heardAt = ContinuousClock.now
    private var awaitsPong = false
    private var timer: LoopTimer?

    init(
        stream: ByteStream, role: FrameCodec.Role, remoteAddress: String, limits: WebSocketLimits,
        handler: any WebSocketHandler
    ) {
        (self.stream, self.role, self.remoteAddress, self.limits) = (stream, role, remoteAddress, limits)
        self.handler = handler
        codec = FrameCodec(stream, role: role)
        assembler = MessageAssembler(isServer: role == .server, limits: limits)
        controls = ControlFramePolicy(burst: limits.controlBurst, perSecond: limits.controlPerSecond)
        timer = LoopTimer(stream.loop) { [unowned self] in timePassed() }
    }

    // MARK: For the application

    package var loop: EventLoop { stream.loop }
    package var isOpen: Bool { state == .open }
    /// Whether more can be sent without buffering much: less than 64 KiB of unsent output.
    package var isWritable: Bool { state == .open && stream.hasRoom }

    /// Adds a message to the output; it is dropped if the socket is closing or has ended.
    ///
    /// - Precondition: Text is UTF-8.
    package func send(_ bytes: [UInt8], as kind: WebSocketMessage.Kind) {
        loop.preconditionOnLoop()
        guard state == .open else { return }
        codec.write(kind == .text ? FrameHeader.text : FrameHeader.binary, bytes)
        if !stream.hasRoom { wasFull = true }
    }

    /// Pauses reading: the peer's messages, including pings, wait in the network.
    package func pauseReading() {
        loop.preconditionOnLoop()
        isPaused = true
        updateReading()
    }

    package func resumeReading() {
        loop.preconditionOnLoop()
        guard isPaused else { return }
        isPaused = false
        // Deferred, because the application may be in the middle of an operation.
        loop.execute { self.pump() }
    }

    /// Closes this side with a reason; later messages are dropped.
    package func close(code: UInt16 = 1000, reason: String = "") {
        loop.preconditionOnLoop()
        guard state == .open else { return }
        sendClose(code, reason)
        state = .closing
        timer?.set(limits.close)
        updateReading()
        loop.execute { self.pump() }
    }

    // MARK: For the connection

    /// The handshake is done. Frames may have arrived with it.
    func open() {
        if limits.heartbeat > .zero { timer?.set(limits.heartbeat) }
        handler?.opened(self)
        pump()
    }

    func streamReceived(_ stream: ByteStream) {
        heardAt = .now
        awaitsPong = false
        pump()
    }

    func streamDrained(_ stream: ByteStream) {
        if state == .open, let pong = controls.drained() { codec.write(FrameHeader.pong, pong) }
        if wasFull && state == .open {
            wasFull = false
            handler?.becameWritable(self)
        }
        pump()
    }

    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) {
        pump(isLast: true)
        fail(end == .stalled ? "the peer does not read" : "the connection broke off")
    }

    func shutdown() { handler?.shutdown(self) }

    // MARK: Reading

    /// False while the application has paused reading, and while the peer does not read its pending output.
    private var mayRead: Bool { state == .closing || !isPaused && stream.hasRoom }

    private func updateReading() { stream.setReading(mayRead) }

    private func pump(isLast: Bool = false) {
        guard !isPumping, state != .ended, stream.isOpen else { return }
        isPumping = true
        defer { isPumping = false }
        guard mayRead || isLast else { return updateReading() }
        let isOutputWaiting = stream.outputCount > 0
        var messages: [WebSocketMessage] = []
        do {
            while let output = try codec.read(into: &assembler) {
                switch output {
                case .message(let message): messages.append(message)
                case .ping(let payload):
                    try controls.count(at: .now)
                    if let pong = controls.pinged(payload, isOutputWaiting: isOutputWaiting), state == .open {
                        codec.write(FrameHeader.pong, pong)
                    }
                case .pong: try controls.count(at: .now)
                case .close(let code, let reason):
                    deliver(messages)
                    return closed(code, reason)
                }
            }
            deliver(messages)
            updateReading()
        } catch {
            deliver(messages)
            violated(error)
        }
    }

    private func deliver(_ messages: [WebSocketMessage]) {
        if !messages.isEmpty && state == .open { handler?.received(messages, on: self) }
    }

    // MARK: Ending

    private func closed(_ code: UInt16?, _ reason: String) {
        if state == .open { sendClose(code, "") }
        end(.closed(code: code, reason: reason))
    }

    private func violated(_ violation: WebSocketViolation) {
        if state == .open { sendClose(violation.code, violation.reason) }
        end(.failed(reason: violation.reason))
    }

    private func fail(_ reason: String) {
        guard state != .ended else { return }
        end(.failed(reason: reason))
        stream.close()
    }

    private func end(_ end: WebSocketEnd) {
        guard state != .ended else { return }
        state = .ended
        timer = nil
        // RFC 6455, section 7.1.1: the server closes the connection first.
        stream.finish(sayingSo: role == .server)
        let handler = handler
        self.handler = nil
        handler?.ended(self, end)
    }

    private func sendClose(_ code: UInt16?, _ reason: String) {
        guard let code else { return codec.write(FrameHeader.close, []) }
        var payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
        for character in reason {
            guard payload.count + character.utf8.count <= 125 else { break }
            payload.append(contentsOf: character.utf8)
        }
        codec.write(FrameHeader.close, payload)
    }

    private func timePassed() {
        switch state {
        case .ended: break
        case .closing: fail("the peer did not answer the close frame")
        case .open:
            // While reading is paused, silence says nothing about the peer.
            let silence = mayRead ? heardAt.duration(to: .now) : .zero
            if silence < limits.heartbeat {
                timer?.set(limits.heartbeat - silence)
            } else if awaitsPong {
                fail("the peer is silent")
            } else {
                awaitsPong = true
                codec.write(FrameHeader.ping, [])
                timer?.set(limits.heartbeat)
            }
        }
    }
}
