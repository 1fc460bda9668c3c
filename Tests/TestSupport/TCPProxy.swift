import Foundation
import Glibc
import Synchronization

/// Stands between clients and a server on this machine. Can record and change what it carries, and fail like a network.
///
/// On plain sockets and threads, so that what it tests is not also what it is made of. It listens until it is released.
package final class TCPProxy: Sendable {
    package enum Direction: Sendable { case toServer, toClient }

    /// Called with what one read brought, by one thread for each direction of each connection.
    package typealias Change = @Sendable (_ bytes: [UInt8], _ direction: Direction) -> [UInt8]

    package let port: Int
    private let listener: ListeningSocket
    private let connections = Connections()

    /// Listens for connections to the server's port; passes on what `change` makes of what was read.
    package init(to server: Int, change: @escaping Change = { bytes, _ in bytes }) throws {
        listener = try ListeningSocket()
        port = listener.port
        Thread.detachNewThread { [listener, connections] in
            while let client = listener.accept() {
                guard let server = try? connectedSocket(to: server) else {
                    close(client)
                    continue
                }
                connections.carry(Connection(client: client, server: server), change)
            }
        }
    }

    deinit {
        listener.stop()
        cut()
    }

    /// Ends all connections without a word to either side.
    package func cut() { for connection in connections.all { connection.cut() } }

    /// Lets nothing pass on the present connections, not even their end, until they are cut.
    ///
    /// - Returns: Cuts these connections.
    package func freeze() -> @Sendable () -> Void {
        let frozen = connections.all
        for connection in frozen { connection.freeze() }
        return { for connection in frozen { connection.cut() } }
    }

    private final class Connections: Sendable {
        private let open = Mutex<[ObjectIdentifier: Connection]>([:])

        var all: [Connection] { open.withLock { Array($0.values) } }

        func carry(_ connection: Connection, _ change: @escaping Change) {
            let id = ObjectIdentifier(connection)
            open.withLock { $0[id] = connection }
            Thread.detachNewThread {
                connection.pump(from: connection.client, to: connection.server) { change($0, .toServer) }
            }
            Thread.detachNewThread { [self] in
                connection.pump(from: connection.server, to: connection.client) { change($0, .toClient) }
                open.withLock { $0[id] = nil }
            }
        }
    }

    /// Two sockets, open for as long as anybody refers to this.
    private final class Connection: Sendable {
        let client, server: Int32
        private let isFrozen = Atomic(false)
        private let isCut = Atomic(false)

        init(client: Int32, server: Int32) { (self.client, self.server) = (client, server) }

        deinit {
            close(client)
            close(server)
        }

        func freeze() { isFrozen.store(true, ordering: .relaxed) }

        func cut() {
            isCut.store(true, ordering: .relaxed)
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }

        /// The end of one direction ends both.
        func pump(from source: Int32, to sink: Int32, _ change: ([UInt8]) -> [UInt8]) {
            while let bytes = receive(from: source) {
                guard !isFrozen.load(ordering: .relaxed) else { continue }
                guard sendAll(change(bytes), to: sink) else { break }
            }
            if !isFrozen.load(ordering: .relaxed) { cut() }
        }
    }
}
