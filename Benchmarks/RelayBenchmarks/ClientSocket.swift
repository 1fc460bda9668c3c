import Foundation
import HTTP
import RelayAPI

@testable import Networking

/// A device's socket to the relay, in callbacks on its event loop: as little work as possible beside the relay's.
struct ClientSocket: Sendable {
    enum Event: Sendable {
        case frame(ServerFrame)
        /// All that had arrived was handed over.
        case idle
    }

    fileprivate let socket: WebSocket

    /// Opens a device's socket.
    static func open(
        _ device: BenchmarkDevice, port: Int, on loop: EventLoop,
        _ onEvent: @escaping @Sendable (Event) -> Void
    ) async throws -> ClientSocket {
        let head = HTTPRequestHead(
            method: .get, target: "/ws?client_id=\(device.address.identity)",
            fields: [
                "Host": "127.0.0.1", "Authorization": "Bearer \(device.token)",
                "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": WebSocketHandshake.newKey(),
                "Sec-WebSocket-Protocol": SocketEncoding.protobufSubprotocol,
            ])
        let endpoint = Endpoint(host: "127.0.0.1", port: port, isSecure: false)
        let addresses = try await Connector.lookUp(endpoint, by: .now + .seconds(60), on: loop)
        return try await withCheckedThrowingContinuation { continuation in
            loop.execute {
                let opening = Opening(MessageWriter.bytes(of: head), FrameHandler(onEvent), continuation)
                opening.connect(Connector(loop, endpoint, nil, addresses) { opening.connected($0) })
            }
        }
    }

    /// On the socket's loop.
    func send(_ frames: [ClientFrame]) { for frame in frames { socket.send(frame.protobuf, as: .binary) } }

    func close() { socket.loop.execute { socket.close() } }
}

/// Connects, sends the handshake and makes a socket of the connection. Confined to its loop.
private final class Opening: ByteStreamOwner, @unchecked Sendable {
    private let request: [UInt8]
    private let handler: FrameHandler
    private let continuation: CheckedContinuation<ClientSocket, any Error>
    private var connector: Connector?
    private var reader = ResponseReader(to: .get)

    init(
        _ request: [UInt8], _ handler: FrameHandler,
        _ continuation: CheckedContinuation<ClientSocket, any Error>
    ) {
        (self.request, self.handler, self.continuation) = (request, handler, continuation)
    }

    func connect(_ connector: Connector) {
        self.connector = connector
        connector.start()
    }

    func connected(_ result: Result<ByteStream, ConnectionError>) {
        connector = nil
        switch result {
        case .success(let stream):
            stream.owner = self
            stream.write(request)
        case .failure(let error): continuation.resume(throwing: error)
        }
    }

    func streamReceived(_ stream: ByteStream) {
        var head: HTTPResponseHead?
        try? stream.take { bytes throws(HTTPFailure) in
            let step = try reader.read(bytes)
            if case .head(let read) = step.event { head = read }
            return (step.consumed, goesOn: step.event == nil)
        }
        guard let head else { return }
        guard head.status == 101 else {
            continuation.resume(throwing: BenchmarkError("the relay refused a socket: \(head.status)"))
            return stream.close()
        }
        let socket = WebSocket(
            stream: stream, role: .client, remoteAddress: "", limits: WebSocketLimits(), handler: handler)
        stream.owner = socket
        socket.open()
        continuation.resume(returning: ClientSocket(socket: socket))
    }

    func streamDrained(_ stream: ByteStream) {}

    func streamEnded(_ stream: ByteStream, _ end: StreamEnd) {
        continuation.resume(throwing: ConnectionClosed())
        stream.close()
    }
}

/// Hands frames to a closure.
private final class FrameHandler: WebSocketHandler {
    private let onEvent: @Sendable (ClientSocket.Event) -> Void

    init(_ onEvent: @escaping @Sendable (ClientSocket.Event) -> Void) { self.onEvent = onEvent }

    func received(_ messages: [WebSocketMessage], on socket: WebSocket) {
        for message in messages {
            if let frame = try? ServerFrame(protobuf: message.bytes[...]) { onEvent(.frame(frame)) }
        }
        onEvent(.idle)
    }
}
