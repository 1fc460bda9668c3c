import HTTP

/// What the connection writes: whole responses, streams, refusals and the change to a WebSocket.
extension HTTPConnection {
    func answer(_ response: ServerResponse, to number: UInt64) {
        guard let exchange, number == self.number, stream.isOpen else { return }
        switch response.body {
        case .empty: send(response, [])
        case .bytes(let bytes): send(response, bytes)
        case .stream(let body):
            if exchange.head.method == .head { send(response, nil) } else { stream(response, body) }
        case .webSocket(let name, let limits, let handler):
            guard let key = exchange.head.webSocketKey else { return refuseUpgrade() }
            upgrade(response, key, name, limits, handler)
        }
    }

    /// Sends the whole response; if `bytes` is nil, only the head of a stream whose body was not requested.
    private func send(_ response: ServerResponse, _ bytes: [UInt8]?) {
        guard let exchange else { return }
        if !exchange.isBodyComplete && !discardBody() { isLast = true }
        var fields = fields(of: response)
        let hasBody = response.status >= 200 && response.status != 204 && response.status != 304
        if let bytes, hasBody { fields["Content-Length"] = String(bytes.count) }
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: response.status, fields: fields)))
        if let bytes, hasBody, exchange.head.method != .head { stream.write(bytes) }
        endResponse()
    }

    private func fields(of response: ServerResponse) -> HTTPFields {
        var fields = response.fields
        if fields["Connection"]?.lowercased() == "close" { isLast = true }
        for name in ["Connection", "Content-Length", "Transfer-Encoding"] { fields[name] = nil }
        fields.add("Date", room.dateField)
        if isLast {
            fields.add("Connection", "close")
        } else if exchange?.head.minorVersion == 0 {
            fields.add("Connection", "keep-alive")
        }
        return fields
    }

    /// Discards the rest of the body if it has already arrived, so that the connection can be reused.
    private func discardBody() -> Bool {
        do {
            while let event = try nextEvent() {
                if event == .end {
                    bodyIsComplete()
                    return true
                }
            }
        } catch {}
        return false
    }

    private func endResponse() {
        let isBodyComplete = exchange?.isBodyComplete ?? false
        endExchange(ConnectionClosed())
        if isLast || !isBodyComplete {
            // Whatever the client still sends is ignored.
            return end()
        }
        startTimer(server.configuration.limits.idle)
        room.waits(stream, of: address.network)
        pump()
    }

    // MARK: Streams

    private func stream(
        _ response: ServerResponse, _ body: @escaping @Sendable (BodyWriter) async throws -> Void
    ) {
        guard let head = exchange?.head else { return }
        let isChunked = head.minorVersion >= 1
        if !isChunked { isLast = true }
        var fields = fields(of: response)
        if isChunked { fields.add("Transfer-Encoding", "chunked") }
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: response.status, fields: fields)))
        exchange?.isStreaming = true
        // After the head of a response, no interim response is possible.
        exchange?.owesContinue = false
        let writer = BodyWriter(connection: self, number: number)
        let task = Task.immediate(executorPreference: loop) { [self] in
            let isWhole: Bool
            do {
                try await body(writer)
                isWhole = true
            } catch {
                isWhole = false
            }
            loop.perform { [self] in endStream(of: writer.number, isWhole: isWhole, isChunked: isChunked) }
        }
        if exchange?.isStreaming == true {
            exchange?.task = task
            if room.isShuttingDown { task.cancel() }
        }
    }

    func write(
        _ bytes: [UInt8], for number: UInt64, _ continuation: CheckedContinuation<Void, any Error>
    ) {
        guard let exchange, exchange.isStreaming, number == self.number, stream.isOpen else {
            return continuation.resume(throwing: ConnectionClosed())
        }
        if !bytes.isEmpty {
            let isChunked = exchange.head.minorVersion >= 1
            if isChunked { stream.write(MessageWriter.chunkHead(bytes.count)) }
            stream.write(bytes)
            if isChunked { stream.write([UInt8(ascii: "\r"), UInt8(ascii: "\n")]) }
        }
        if stream.hasRoom { continuation.resume() } else { self.exchange?.writers.append(continuation) }
    }

    private func endStream(of number: UInt64, isWhole: Bool, isChunked: Bool) {
        guard exchange != nil, number == self.number, stream.isOpen else { return }
        // A truncated response must not look complete.
        guard isWhole else { return close() }
        if isChunked { stream.write(MessageWriter.lastChunk) }
        if exchange?.isBodyComplete == false { _ = discardBody() }
        endResponse()
    }

    // MARK: Refusals

    /// Sends the last response on this connection. If the handler's response has started, the connection is closed
    /// instead.
    func refuse(_ failure: HTTPFailure) {
        guard exchange?.isStreaming != true else { return close() }
        let response = server.failure(failure)
        isLast = true
        var bytes: [UInt8] = []
        if case .bytes(let given) = response.body { bytes = given }
        var fields = fields(of: response)
        fields["Content-Length"] = String(bytes.count)
        let isHead = exchange?.head.method == .head
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: response.status, fields: fields)))
        if !isHead { stream.write(bytes) }
        endExchange(failure)
        end()
    }

    // MARK: WebSockets

    private func refuseUpgrade() {
        var response = server.failure(HTTPFailure(426, "this is spoken over a WebSocket, version 13"))
        // RFC 9110, section 15.5.22: a 426 names the protocol.
        response.fields["Upgrade"] = "websocket"
        response.fields["Sec-WebSocket-Version"] = "13"
        if case .bytes(let bytes) = response.body { send(response, bytes) } else { send(response, []) }
    }

    private func upgrade(
        _ response: ServerResponse, _ key: String, _ name: String?, _ limits: WebSocketLimits,
        _ handler: any WebSocketHandler
    ) {
        var fields = response.fields
        for name in ["Connection", "Content-Length", "Transfer-Encoding"] { fields[name] = nil }
        fields["Upgrade"] = "websocket"
        fields["Connection"] = "Upgrade"
        fields["Sec-WebSocket-Accept"] = WebSocketHandshake.answer(to: key)
        if let name { fields["Sec-WebSocket-Protocol"] = name }
        stream.write(MessageWriter.bytes(of: HTTPResponseHead(status: 101, fields: fields)))
        exchange = nil
        timer = nil
        room.works(stream)
        let socket = WebSocket(
            stream: stream, role: .server, remoteAddress: "\(address)", limits: limits, handler: handler)
        stream.owner = socket
        socket.open()
    }
}
