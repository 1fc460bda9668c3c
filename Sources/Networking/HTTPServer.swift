import Glibc
import HTTP
import Synchronization

/// An HTTP/1.1 server, plain or over TLS, with WebSockets.
///
///     var configuration = ServerConfiguration()
///     configuration.port = 8080
///     let server = HTTPServer(configuration: configuration) { request in
///         ServerResponse(fields: ["Content-Type": "text/plain"], body: .bytes(Array("hello".utf8)))
///     }
///     let port = try await server.start()
///     …
///     await server.shutdown(grace: .seconds(10))
///
/// The handler is called as soon as a request's head has arrived, on the loop of its connection, and reads the body
/// itself. Malformed requests never reach it: `failure` provides the response, and the connection is closed. Routing,
/// JSON and tokens are out of scope, as are HTTP/2, compression, ranges and proxies.
package final class HTTPServer: Sendable {
    package typealias Respond = @Sendable (ServerRequest) async -> ServerResponse

    let configuration: ServerConfiguration
    let failure: @Sendable (HTTPFailure) -> ServerResponse
    let respond: Respond
    let rooms: [ConnectionRoom]
    private let counts: Mutex<ConnectionCounts>
    private let listener: ListenerBox

    /// Connections are distributed over the loops; the first one listens.
    ///
    /// - Precondition: There is a loop, and all of them have been started.
    package init(
        loops: [EventLoop] = [.shared], configuration: ServerConfiguration,
        failure: @escaping @Sendable (HTTPFailure) -> ServerResponse = HTTPServer.plainFailure,
        respond: @escaping Respond
    ) {
        precondition(!loops.isEmpty, "a server needs a loop")
        self.configuration = configuration
        self.failure = failure
        self.respond = respond
        rooms = loops.map { ConnectionRoom($0) }
        listener = ListenerBox(loops[0])
        counts = Mutex(
            ConnectionCounts(
                limit: min(configuration.limits.connections, DescriptorLimit.connections),
                limitByNetwork: min(configuration.limits.connectionsByAddress, DescriptorLimit.connections)))
    }

    /// A plain-text response with the reason.
    package static let plainFailure: @Sendable (HTTPFailure) -> ServerResponse = { failure in
        ServerResponse(
            status: failure.status, fields: ["Content-Type": "text/plain; charset=utf-8"],
            body: .bytes(Array("\(failure.reason)\n".utf8)))
    }

    package var connectionCount: Int { counts.withLock { $0.count } }

    /// Starts listening, and returns the port.
    package func start() async throws(ListenError) -> Int {
        let (descriptor, port) = try await blocking { [configuration] () throws(ListenError) in
            try Listener.bind(host: configuration.host, port: configuration.port)
        }
        try await listener.listen(descriptor) { [self] in accept($0, $1) }
        return port
    }

    /// Stops listening, notifies WebSockets, lets requests in progress finish, and closes the remaining connections
    /// after `grace`.
    package func shutdown(grace: Duration) async {
        await listener.close()
        await withDiscardingTaskGroup { group in
            for room in rooms { group.addTask { await room.shutdown(grace: grace) } }
        }
    }

    /// Runs on the listener's loop.
    private func accept(_ descriptor: Int32, _ address: IPAddress) {
        let isAdmitted = counts.withLock { $0.admit(address) }
        let room = rooms[Int(descriptor) % rooms.count]
        room.loop.perform { [self] in
            guard isAdmitted || makeRoom(for: address, in: room) else {
                Glibc.close(descriptor)
                return
            }
            let stream = ByteStream(
                room.loop, descriptor: descriptor, role: .server, tls: configuration.tls?(),
                writeTimeout: configuration.limits.write)
            guard let stream else { return counts.withLock { $0.release(address) } }
            stream.closed = { [self, unowned stream] in
                counts.withLock { $0.release(address) }
                room.remove(stream)
            }
            stream.owner = HTTPConnection(server: self, room: room, stream: stream, address: address)
            room.add(stream)
        }
    }

    /// Closes the connection that has waited longest for its client: of the same network where that has too many,
    /// otherwise of the one with most. False if all of them are being served.
    private func makeRoom(for address: IPAddress, in room: ConnectionRoom) -> Bool {
        let isNetworkFull = counts.withLock { $0.isFull(for: address) }
        room.closeWaiting(of: isNetworkFull ? address.network : nil)
        return counts.withLock { $0.admit(address) }
    }
}

/// Confines the listener to its loop.
///
/// `@unchecked`: the listener is used only on the loop's thread.
private final class ListenerBox: @unchecked Sendable {
    private let loop: EventLoop
    private var listener: Listener?

    init(_ loop: EventLoop) { self.loop = loop }

    func listen(
        _ descriptor: Int32, _ accepted: @escaping @Sendable (Int32, IPAddress) -> Void
    ) async throws(ListenError) {
        let result = await withCheckedContinuation { continuation in
            loop.perform { [self] in
                let made = Result { () throws(ListenError) in
                    try Listener(loop, descriptor: descriptor, accepted: accepted)
                }
                listener = try? made.get()
                continuation.resume(returning: made.map { _ in () })
            }
        }
        try result.get()
    }

    func close() async {
        await withCheckedContinuation { continuation in
            loop.perform { [self] in
                listener = nil
                continuation.resume()
            }
        }
    }
}
