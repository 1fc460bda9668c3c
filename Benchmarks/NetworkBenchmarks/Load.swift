import HTTP

@testable import Networking

/// A client that keeps a number of equal requests on their way and counts the bytes of the answers, which are equal too.
///
/// `@unchecked`: touched on the loop's thread only.
final class LoadClient: ByteStreamOwner, @unchecked Sendable {
    private let request: [UInt8]
    private let replyByteCount: Int
    private let stream: ByteStream
    private var received = 0
    private(set) var count = 0

    init(_ stream: ByteStream, request: [UInt8], replyByteCount: Int) {
        (self.stream, self.request, self.replyByteCount) = (stream, request, replyByteCount)
        stream.owner = self
    }

    func begin(window: Int) { for _ in 0..<window { stream.write(request) } }

    func streamReceived(_ stream: ByteStream) {
        stream.take { bytes in
            received += bytes.byteCount
            return (bytes.byteCount, goesOn: true)
        }
        while received >= replyByteCount {
            received -= replyByteCount
            count += 1
            stream.write(request)
        }
    }

    func streamDrained(_ stream: ByteStream) {}
    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) { stream.close() }
    func close() { stream.close() }
}

/// Opens connections one after the other and, where `opening` is given, exchanges that for a head first.
struct LoadTarget {
    let port: Int
    let tls: TLSContext?
    let loop: EventLoop

    private var endpoint: Endpoint { Endpoint(host: "localhost", port: port, isSecure: tls != nil) }

    func connect(opening: [UInt8] = []) async throws -> ByteStream {
        let addresses = try SocketAddress.lookUp(host: "127.0.0.1", port: port)
        let stream: ByteStream = try await withCheckedThrowingContinuation { continuation in
            loop.execute { [self] in
                let holder = Holder()
                holder.connector = Connector(loop, endpoint, tls, addresses) { result in
                    holder.connector = nil
                    continuation.resume(with: result)
                }
                holder.connector?.start()
            }
        }
        guard !opening.isEmpty else { return stream }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            loop.execute {
                stream.owner = HeadReader(stream, continuation)
                stream.write(opening)
                // It may have come before there was an owner.
                stream.owner?.streamReceived(stream)
            }
        }
        return stream
    }

    /// How many bytes a response to this request has.
    func replyByteCount(_ request: [UInt8]) async throws -> Int {
        let stream = try await connect()
        return try await withCheckedThrowingContinuation { continuation in
            loop.execute {
                stream.owner = ReplyCounter(continuation)
                stream.write(request)
            }
        }
    }

    private final class Holder { var connector: Connector? }
}

/// Waits for the head of a 101.
private final class HeadReader: ByteStreamOwner {
    private var continuation: CheckedContinuation<Void, any Error>?
    private var reader = ResponseReader(to: .get)

    init(_ stream: ByteStream, _ continuation: CheckedContinuation<Void, any Error>) {
        self.continuation = continuation
    }

    func streamReceived(_ stream: ByteStream) {
        guard let continuation else { return }
        do {
            var isDone = false
            try stream.take { bytes throws(HTTPFailure) in
                let step = try reader.read(bytes)
                isDone = isDone || step.event != nil
                return (step.consumed, goesOn: step.event == nil)
            }
            guard isDone else { return }
            continuation.resume()
        } catch {
            continuation.resume(throwing: error)
        }
        self.continuation = nil
    }

    func streamDrained(_ stream: ByteStream) {}
    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) {
        continuation?.resume(throwing: ConnectionClosed())
        stream.close()
    }
}

private final class ReplyCounter: ByteStreamOwner {
    private let continuation: CheckedContinuation<Int, any Error>
    private var reader = ResponseReader(to: .get)
    private var count = 0

    init(_ continuation: CheckedContinuation<Int, any Error>) { self.continuation = continuation }

    func streamReceived(_ stream: ByteStream) {
        var isDone = false
        try? stream.take { bytes throws(HTTPFailure) in
            let step = try reader.read(bytes)
            count += step.consumed
            isDone = step.event == .end
            return (step.consumed, goesOn: !isDone)
        }
        guard isDone else { return }
        continuation.resume(returning: count)
        stream.close()
    }

    func streamDrained(_ stream: ByteStream) {}
    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) { stream.close() }
}
