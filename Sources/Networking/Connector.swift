import CEvent
import Glibc

/// Opens one connection: tries a name's addresses one after the other, then starts TLS if required.
///
/// Confined to the loop. It lives as long as its caller keeps it; releasing it cancels the attempt.
final class Connector: ByteStreamOwner {
    private let loop: EventLoop
    private let endpoint: Endpoint
    private let tls: TLSContext?
    private var addresses: [SocketAddress]
    private var completion: ((Result<ByteStream, ConnectionError>) -> Void)?
    private var descriptor: Int32 = -1
    private var event: OpaquePointer?
    private var stream: ByteStream?
    private var failure: ConnectionError

    /// How long an address is waited for while there are others to try: one that never answers is not in their way.
    static let patience = Duration.seconds(2)

    /// Resolves the endpoint's name without blocking the loop. A look-up that takes too long is abandoned.
    static func lookUp(
        _ endpoint: Endpoint, by deadline: ContinuousClock.Instant, on loop: EventLoop
    ) async throws(ConnectionError) -> [SocketAddress] {
        let (host, port) = (endpoint.host, endpoint.port)
        do {
            // A numeric address needs no look-up, and so no other thread.
            if IPAddress(host) != nil { return try SocketAddress.lookUp(host: host, port: port) }
            return try await LoopWait.value(on: loop) { wait in
                let timer = loop.schedule(after: ContinuousClock.now.duration(to: deadline)) {
                    wait.resume(with: .failure(ConnectionError.timedOut(.connecting, endpoint)))
                }
                onOwnThread {
                    let addresses = Result { try SocketAddress.lookUp(host: host, port: port) }
                    loop.execute {
                        timer.cancel()
                        wait.resume(with: addresses)
                    }
                }
            }
        } catch let error as ConnectionError {
            throw error
        } catch is CancellationError {
            throw .brokenOff(endpoint)
        } catch {
            throw .unknownHost(host)
        }
    }

    /// `completion` is called once; it must set the owner of the open stream.
    init(
        _ loop: EventLoop, _ endpoint: Endpoint, _ tls: TLSContext?, _ addresses: [SocketAddress],
        completion: @escaping (Result<ByteStream, ConnectionError>) -> Void
    ) {
        (self.loop, self.endpoint, self.tls, self.completion) = (loop, endpoint, tls, completion)
        self.addresses = addresses.reversed()
        failure = .unknownHost(endpoint.host)
    }

    deinit {
        freeEvent()
        closeDescriptor()
    }

    /// The current stage, for reporting a timeout.
    var stage: ConnectionError.Stage { stream == nil ? .connecting : .securing }

    /// Tries the next address, starting with the first.
    func start() {
        guard let address = addresses.popLast() else { return end(.failure(failure)) }
        descriptor = socket(
            address.family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return failed(errno) }
        let status = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        if status == 0 { return connected() }
        guard errno == EINPROGRESS else { return failed(errno) }
        event = event_new(
            loop.base, descriptor, Int16(EV_WRITE),
            { _, reason, context in
                let connector = object(context, Connector.self)
                if Int32(reason) & EV_TIMEOUT != 0 {
                    connector.failed(ETIMEDOUT)
                } else {
                    connector.connected()
                }
            },
            Unmanaged.passUnretained(self).toOpaque())
        if addresses.isEmpty { event_add(event, nil) } else { event_add(event, Self.patience) }
    }

    func cancel() {
        completion = nil
        stream?.close()
        freeEvent()
        closeDescriptor()
    }

    private func connected() {
        freeEvent()
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { return failed(code) }
        let owned = descriptor
        descriptor = -1
        var on: Int32 = 1
        setsockopt(owned, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
        stream = ByteStream(
            loop, descriptor: owned, role: .client(host: endpoint.host), tls: tls, writeTimeout: .seconds(30))
        guard let stream else { return failed(ENOMEM) }
        if tls == nil { end(.success(stream)) } else { stream.owner = self }
    }

    private func failed(_ code: Int32) {
        failure = ConnectionError(connecting: code, endpoint)
        freeEvent()
        closeDescriptor()
        start()
    }

    func streamOpened(_ stream: ByteStream) { end(.success(stream)) }
    func streamReceived(_ stream: ByteStream) {}
    func streamDrained(_ stream: ByteStream) {}
    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) {
        stream.close()
        self.end(.failure(ConnectionError(securing: end, endpoint)))
    }

    private func end(_ result: Result<ByteStream, ConnectionError>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }

    private func freeEvent() {
        guard let event else { return }
        event_free(event)
        self.event = nil
    }

    private func closeDescriptor() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }
}
