import Glibc

@testable import Networking

/// A client that sends what it is told and reads only when asked: what attackers and old programs do.
///
/// `@unchecked`: touched on the loop's thread only.
final class RawClient: ByteStreamOwner, @unchecked Sendable {
    private static let loop: EventLoop = {
        let loop = EventLoop()
        loop.start()
        return loop
    }()

    private let stream: ByteStream
    private var received: [UInt8] = []
    private var hasEnded = false
    private var isPaused = false
    private var waiter:
        (condition: ([UInt8], Bool) -> Bool, continuation: CheckedContinuation<[UInt8], Never>)?

    private init(_ stream: ByteStream) { self.stream = stream }

    static func connect(
        _ port: Int, host: String = "127.0.0.1", tls: TLSContext? = nil
    ) async throws -> RawClient {
        try await connect(
            to: try SocketAddress.lookUp(host: host, port: port),
            Endpoint(host: host, port: port, isSecure: tls != nil), tls: tls)
    }

    static func connect(
        to addresses: [SocketAddress], _ endpoint: Endpoint, tls: TLSContext? = nil
    ) async throws -> RawClient {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute {
                let holder = Holder()
                holder.connector = Connector(loop, endpoint, tls, addresses) { result in
                    holder.connector = nil
                    continuation.resume(
                        with: result.map { stream in
                            let client = RawClient(stream)
                            stream.owner = client
                            return client
                        })
                }
                holder.connector?.start()
            }
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) { Self.loop.execute { self.stream.write(bytes) } }

    /// One byte to a packet, as far as the kernel lets it.
    func sendBytewise(_ bytes: [UInt8]) async {
        for byte in bytes {
            await withCheckedContinuation { continuation in
                Self.loop.execute {
                    self.stream.write([byte])
                    continuation.resume()
                }
            }
        }
    }

    /// Sends as long as the other side takes it, at most `limit` bytes; returns how many left for the kernel.
    func flood(_ piece: [UInt8], upTo limit: Int, quietFor pause: Duration = .milliseconds(300)) async -> Int
    {
        var (sent, last, since) = (0, 0, ContinuousClock.now)
        while sent < limit, since.duration(to: .now) < pause {
            let rest = limit - sent
            let (added, waiting) = await onLoop { client -> (Int, Int) in
                var added = 0
                while client.stream.isOpen, client.stream.outputCount < 1 << 20, added < rest {
                    client.stream.write(piece)
                    added += piece.count
                }
                return (added, client.stream.isOpen ? client.stream.outputCount : -1)
            }
            guard waiting >= 0 else { break }
            sent += added
            if sent - waiting != last { (last, since) = (sent - waiting, .now) }
            await aMoment()
        }
        return last
    }

    func pause() async { await onLoop { $0.stream.setReading(false) } }
    func resume() async { await onLoop { $0.stream.setReading(true) } }
    /// This side sends no more.
    func halfClose() async {
        while await onLoop({ $0.stream.outputCount }) > 0 { await aMoment() }
        await onLoop { _ = Glibc.shutdown($0.stream.descriptor, Int32(SHUT_WR)) }
    }
    func close() async { await onLoop { $0.stream.close() } }

    /// Everything until the other side ends.
    func readToEnd() async -> String {
        String(decoding: await read { _, hasEnded in hasEnded }, as: UTF8.self)
    }

    func read(until text: String) async -> String {
        let end = Array(text.utf8)
        return String(
            decoding: await read { bytes, hasEnded in hasEnded || bytes.suffix(end.count).elementsEqual(end)
            },
            as: UTF8.self)
    }

    /// What has come once there are so many bytes, or the other side has ended.
    func read(count: Int) async -> [UInt8] {
        await read { bytes, hasEnded in hasEnded || bytes.count >= count }
    }

    private func read(_ condition: @escaping @Sendable ([UInt8], Bool) -> Bool) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            Self.loop.execute {
                self.waiter = (condition, continuation)
                self.check()
            }
        }
    }

    @discardableResult
    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (RawClient) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Self.loop.execute { continuation.resume(returning: body(self)) }
        }
    }

    func streamReceived(_ stream: ByteStream) {
        stream.take { bytes in
            bytes.withUnsafeBytes { received.append(contentsOf: $0) }
            return (bytes.byteCount, goesOn: true)
        }
        check()
    }

    func streamDrained(_ stream: ByteStream) {}

    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) {
        streamReceived(stream)
        hasEnded = true
        stream.close()
        check()
    }

    private func check() {
        guard let waiter, waiter.condition(received, hasEnded) else { return }
        self.waiter = nil
        waiter.continuation.resume(returning: received)
        received = []
    }

    private final class Holder { var connector: Connector? }
}

/// Lets others run while something is waited for that nobody tells.
func aMoment() async { try? await Task.sleep(for: .milliseconds(2)) }
