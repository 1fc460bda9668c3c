import Foundation
import Glibc
import Synchronization

/// A proxy between clients and a local server. It can record and change the traffic, and simulate network failures.
///
/// Built on plain sockets and threads, so that it does not depend on the code under test. It listens until it is
/// released.
package final class TCPProxy: Sendable {
    package enum Direction: Sendable { case toServer, toClient }

    /// Called with the bytes of one read, on one thread per direction of each connection.
    package typealias Change = @Sendable (_ bytes: [UInt8], _ direction: Direction) -> [UInt8]

    package let port: Int
    private let listener: ListeningSocket
    private let connections = Connections()

    /// Listens for connections to the server's port; forwards what `change` returns for each read.
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

    /// Closes all connections without notifying either side.
    package func cut() { for connection in connections.all { connection.cut() } }

    /// Blocks all traffic on the current connections, including their end, until they are cut.
    ///
    /// - Returns: A closure that cuts these connections.
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

    /// Two sockets, open for as long as this object exists.
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
