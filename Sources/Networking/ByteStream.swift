import CEvent
import Glibc

/// Receives the events of a stream, on its loop's thread.
protocol ByteStreamOwner: AnyObject {
    /// The TLS handshake is complete. Not called for plain streams.
    func streamOpened(_ stream: ByteStream)
    func streamReceived(_ stream: ByteStream)
    /// Everything written so far has been given to the kernel.
    func streamDrained(_ stream: ByteStream)
    /// The peer sends no more data, or the connection is gone.
    func streamEnded(_ stream: ByteStream, _ end: StreamEnd)
    /// The server is stopping.
    func shutdown()
}

extension ByteStreamOwner {
    func streamOpened(_ stream: ByteStream) {}
    func shutdown() {}
}

enum StreamEnd: Hashable {
    /// The peer has stopped sending; `inOrder` is false if a TLS connection was cut off without notice.
    case finished(inOrder: Bool)
    /// The peer does not read pending output.
    case stalled
    case failed(errno: Int32)
    /// The certificate was rejected; an X509_V_ERR code.
    case untrusted(Int)
    case tlsFailed(String)
}

/// A connection, plain or over TLS. It is a class because it owns a bufferevent; no other class does.
///
/// While open it keeps itself and its owner alive; `close` releases both, and nothing is called after it. It reads on
/// its own until 64 KiB wait for the owner. Output added during one turn of the loop is written at the end of that
/// turn.
///
/// `@unchecked`: everything is used only on the loop's thread.
final class ByteStream: FrameTransport, @unchecked Sendable {
    enum Role {
        case server
        case client(host: String)
    }

    /// Above this much unread input, reading stops; above this much unsent output, no more should be produced.
    static let highWater = 64 << 10

    let loop: EventLoop
    var owner: (any ByteStreamOwner)?
    /// Called once, when the connection is closed.
    var closed: (() -> Void)?
    private var bufferevent: OpaquePointer?
    let isSecure: Bool
    private var wantsInput = true
    private var isReading = true
    private var isFinishing = false
    private var saysSo = true
    private var patience = Duration.zero
    private var hasEnded = false
    /// Output can no longer reach the peer.
    private var isBroken = false
    /// Whether added output waits for the end of the turn.
    private var isUnflushed = false
    /// Whether libevent writes: always over TLS, otherwise while the kernel does not accept everything.
    private var isWriting: Bool
    private var lingerTimer: LoopTimer?

    /// Takes ownership of the descriptor in every case; nil if memory or descriptors are exhausted.
    init?(_ loop: EventLoop, descriptor: Int32, role: Role, tls: TLSContext?, writeTimeout: Duration) {
        self.loop = loop
        (isSecure, isWriting) = (tls != nil, tls != nil)
        let options = Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)
        if let tls {
            let (host, state) =
                switch role {
                case .server: (String?.none, BUFFEREVENT_SSL_ACCEPTING)
                case .client(let host): (host, BUFFEREVENT_SSL_CONNECTING)
                }
            if let session = tls.session(host: host) {
                bufferevent = bufferevent_openssl_socket_new(loop.base, descriptor, session, state, options)
                if bufferevent == nil { SSL_free(session) }
            }
        } else {
            bufferevent = bufferevent_socket_new(loop.base, descriptor, options)
        }
        guard let bufferevent else {
            Glibc.close(descriptor)
            return nil
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        if isSecure { bufferevent_openssl_set_allow_dirty_shutdown(bufferevent, 1) }
        bufferevent_set_max_single_read(bufferevent, Self.highWater)
        var limit = timeval(writeTimeout)
        bufferevent_set_timeouts(bufferevent, nil, &limit)
        // Balanced in `close`. All three callbacks run on the loop's thread.
        bufferevent_setcb(
            bufferevent,
            { _, context in object(context, ByteStream.self).received() },
            { _, context in object(context, ByteStream.self).drained() },
            { _, event, context in object(context, ByteStream.self).happened(event) },
            Unmanaged.passRetained(self).toOpaque())
        bufferevent_enable(bufferevent, Int16(EV_READ))
        if !isWriting { bufferevent_disable(bufferevent, Int16(EV_WRITE)) }
    }

    var isOpen: Bool { bufferevent != nil }
    var descriptor: Int32 { bufferevent.map(bufferevent_getfd) ?? -1 }
    var inputCount: Int { input.map(evbuffer_get_length) ?? 0 }
    var outputCount: Int { output.map(evbuffer_get_length) ?? 0 }
    /// Whether the owner should produce more output.
    var hasRoom: Bool { outputCount < Self.highWater }

    private var input: OpaquePointer? { bufferevent.flatMap(bufferevent_get_input) }
    private var output: OpaquePointer? { bufferevent.flatMap(bufferevent_get_output) }

    // MARK: Input

    /// Passes input to `body`, in contiguous pieces, until it consumes nothing or throws. It returns how many bytes it
    /// consumed, and whether it wants more.
    func take<Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> (consumed: Int, goesOn: Bool)
    ) throws(Failure) {
        while let input {
            var piece = iovec()
            let bytes =
                evbuffer_peek(input, -1, nil, &piece, 1) > 0
                ? UnsafeRawBufferPointer(start: piece.iov_base, count: piece.iov_len)
                : UnsafeRawBufferPointer(start: nil, count: 0)
            let (consumed, goesOn) = try body(bytes.bytes)
            evbuffer_drain(input, consumed)
            guard goesOn, consumed > 0 || bytes.isEmpty == false else { break }
        }
        updateReading()
    }

    /// Moves input to `place`; returns the number of bytes, at most `count`.
    func read(to place: UnsafeMutableRawPointer?, count: Int) -> Int {
        guard let input else { return 0 }
        return max(0, Int(evbuffer_remove(input, place, count)))
    }

    private func discardInput() {
        if let input { evbuffer_drain(input, inputCount) }
    }

    /// Reading stops if the owner does not want more, or does not consume its input.
    func setReading(_ wanted: Bool) {
        wantsInput = wanted
        updateReading()
    }

    /// libevent calls back endlessly while a buffer stays full, so reading is switched off.
    private func updateReading() {
        guard let bufferevent, !hasEnded else { return }
        let shouldRead = isFinishing || wantsInput && inputCount < Self.highWater
        guard shouldRead != isReading else { return }
        isReading = shouldRead
        if shouldRead {
            bufferevent_enable(bufferevent, Int16(EV_READ))
        } else {
            bufferevent_disable(bufferevent, Int16(EV_READ))
        }
    }

    // MARK: Output

    func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard let output, !isFinishing else { return }
        let status = evbuffer_add(output, bytes.baseAddress, bytes.count)
        precondition(status == 0, "out of memory")
        guard !isWriting, !isUnflushed else { return }
        isUnflushed = true
        loop.flushAtEndOfTurn(self)
    }

    /// Writes added output directly to the kernel, which usually accepts it: polling first, as libevent does, would
    /// take three more system calls. libevent handles the rest, and errors.
    func flush() {
        isUnflushed = false
        guard let bufferevent, let output, !isWriting, !isBroken else { return }
        evbuffer_unfreeze(output, 1)
        evbuffer_write(output, bufferevent_getfd(bufferevent))
        evbuffer_freeze(output, 1)
        if outputCount == 0 { return drained() }
        isWriting = true
        bufferevent_enable(bufferevent, Int16(EV_WRITE))
    }

    // MARK: Ending

    /// Sends the remaining output, signals its end (if `saysSo`), and then waits briefly for the peer to do the same.
    ///
    /// If a connection is closed with unread input, the kernel sends a reset, and the peer might lose the last output
    /// (RFC 9112, section 9.6).
    func finish(sayingSo saysSo: Bool = true, within limit: Duration = .seconds(2)) {
        guard isOpen, !isFinishing else { return }
        isFinishing = true
        self.saysSo = saysSo
        owner = nil
        patience = limit
        discardInput()
        updateReading()
        if outputCount == 0 { sayGoodbye() }
    }

    /// Closes the connection at once and notifies its owner.
    func cut() {
        owner?.streamEnded(self, .stalled)
        close()
    }

    /// Closes the connection at once.
    func close() {
        guard let bufferevent else { return }
        if let session = bufferevent_openssl_get_ssl(bufferevent), SSL_is_init_finished(session) == 1 {
            SSL_shutdown(session)
        }
        ERR_clear_error()
        bufferevent_setcb(bufferevent, nil, nil, nil, nil)
        bufferevent_free(bufferevent)
        self.bufferevent = nil
        owner = nil
        lingerTimer = nil
        let closed = closed
        self.closed = nil
        closed?()
        Unmanaged.passUnretained(self).release()
    }

    private func sayGoodbye() {
        guard let bufferevent, !hasEnded else { return close() }
        let timer = LoopTimer(loop) { [unowned self] in close() }
        timer.set(patience)
        lingerTimer = timer
        guard saysSo else { return }
        if let session = bufferevent_openssl_get_ssl(bufferevent), SSL_is_init_finished(session) == 1 {
            SSL_shutdown(session)
            ERR_clear_error()
        }
        Glibc.shutdown(bufferevent_getfd(bufferevent), Int32(SHUT_WR))
    }

    // MARK: Events from libevent

    private func received() {
        loop.preconditionOnLoop()
        if isFinishing {
            discardInput()
        } else {
            owner?.streamReceived(self)
        }
        updateReading()
    }

    private func drained() {
        loop.preconditionOnLoop()
        if isWriting, !isSecure {
            isWriting = false
            bufferevent_disable(bufferevent, Int16(EV_WRITE))
        }
        if isFinishing { sayGoodbye() } else { owner?.streamDrained(self) }
    }

    private func happened(_ event: Int16) {
        loop.preconditionOnLoop()
        let event = Int32(event)
        if event & BEV_EVENT_CONNECTED != 0 { owner?.streamOpened(self) }
        guard event & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT) != 0 else { return }
        let end = end(event)
        hasEnded = true
        isBroken = event & BEV_EVENT_EOF == 0
        if isFinishing { close() } else { owner?.streamEnded(self, end) }
    }

    private func end(_ event: Int32) -> StreamEnd {
        let code = errno
        if event & BEV_EVENT_TIMEOUT != 0 { return .stalled }
        let session = bufferevent_openssl_get_ssl(bufferevent)
        if event & BEV_EVENT_EOF != 0 {
            return .finished(
                inOrder: session.map { SSL_get_shutdown($0) & SSL_RECEIVED_SHUTDOWN != 0 } ?? true)
        }
        guard let session else { return .failed(errno: code) }
        defer { ERR_clear_error() }
        let verified = SSL_get_verify_result(session)
        if verified != X509_V_OK { return .untrusted(verified) }
        let error = bufferevent_get_openssl_error(bufferevent)
        guard error != 0 else { return .failed(errno: code) }
        return .tlsFailed(ERR_reason_error_string(error).map { String(cString: $0) } ?? "TLS failed")
    }
}
