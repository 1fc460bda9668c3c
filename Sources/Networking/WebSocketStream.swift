/// A client's WebSocket for tasks: messages as an async sequence, sending with backpressure. It closes when released.
///
///     guard case .open(let socket) = try await client.openWebSocket("/ws", within: .seconds(10)) else { … }
///     try await socket.send(Array("hello".utf8), as: .text)
///     for try await messages in socket.messages { … }      // all that arrived since the last time
package final class WebSocketStream: Sendable {
    private let socket: WebSocket
    private let inbox: WebSocketInbox
    /// The subprotocol that the server chose.
    package let `protocol`: String?

    init(_ socket: WebSocket, _ inbox: WebSocketInbox, protocol name: String?) {
        (self.socket, self.inbox, self.protocol) = (socket, inbox, name)
    }

    deinit { close() }

    /// For a single reader.
    package var messages: Messages { Messages(socket: self) }

    /// Returns once the message is handed to the output; waits while the server does not read.
    ///
    /// - Throws: `ConnectionClosed`; `CancellationError`, in which case the message may still be sent.
    package func send(_ bytes: [UInt8], as kind: WebSocketMessage.Kind) async throws {
        try await LoopWait<Void>.value(on: socket.loop) { [socket, inbox] wait in
            guard socket.isOpen else { return wait.resume(with: .failure(ConnectionClosed())) }
            socket.send(bytes, as: kind)
            if socket.isWritable { wait.resume(with: .success(())) } else { inbox.senders.append(wait) }
        }
    }

    package func close(code: UInt16 = 1000, reason: String = "") {
        socket.loop.perform { [socket, inbox] in
            inbox.isClosedHere = true
            socket.close(code: code, reason: reason)
        }
    }

    /// Batches of messages. Ends if this side closed; throws `WebSocketClosed` if the peer closed or the connection was
    /// lost.
    package struct Messages: AsyncSequence, AsyncIteratorProtocol, Sendable {
        package typealias Element = [WebSocketMessage]
        package typealias Failure = any Error

        let socket: WebSocketStream

        package func makeAsyncIterator() -> Messages { self }

        package func next() async throws -> [WebSocketMessage]? {
            let (inner, inbox) = (socket.socket, socket.inbox)
            return try await LoopWait.value(on: inner.loop) { inbox.next(inner, $0) }
        }
    }
}

/// The peer closed a WebSocket, or the connection was lost.
package struct WebSocketClosed: Error, Hashable, Sendable {
    package let end: WebSocketEnd
}

/// Messages received and not yet taken.
///
/// `@unchecked`: everything is used only on the loop's thread.
final class WebSocketInbox: WebSocketHandler, @unchecked Sendable {
    private static let maxByteCount = 256 << 10

    var senders: [LoopWait<Void>] = []
    var isClosedHere = false
    private var messages: [WebSocketMessage] = []
    private var byteCount = 0
    private var isPaused = false
    private var reader: LoopWait<[WebSocketMessage]?>?
    private var end: WebSocketEnd?

    func received(_ messages: [WebSocketMessage], on socket: WebSocket) {
        if let reader, reader.isWaiting { return reader.resume(with: .success(messages)) }
        self.messages.append(contentsOf: messages)
        // A message takes memory beyond its bytes.
        byteCount += messages.reduce(0) { $0 + $1.bytes.count + 64 }
        if byteCount >= Self.maxByteCount && !isPaused {
            isPaused = true
            socket.pauseReading()
        }
    }

    func becameWritable(_ socket: WebSocket) {
        for sender in senders { sender.resume(with: .success(())) }
        senders = []
    }

    func ended(_ socket: WebSocket, _ end: WebSocketEnd) {
        self.end = end
        for sender in senders { sender.resume(with: .failure(ConnectionClosed())) }
        senders = []
        if let reader { finish(reader, end) }
    }

    func next(_ socket: WebSocket, _ reader: LoopWait<[WebSocketMessage]?>) {
        if !messages.isEmpty {
            reader.resume(with: .success(messages))
            (messages, byteCount) = ([], 0)
            if isPaused {
                isPaused = false
                socket.resumeReading()
            }
        } else if let end {
            finish(reader, end)
        } else if isClosedHere {
            reader.resume(with: .success(nil))
        } else {
            precondition(self.reader?.isWaiting != true, "a WebSocket's messages have one reader")
            self.reader = reader
        }
    }

    private func finish(_ reader: LoopWait<[WebSocketMessage]?>, _ end: WebSocketEnd) {
        reader.resume(with: isClosedHere ? .success(nil) : .failure(WebSocketClosed(end: end)))
    }
}
