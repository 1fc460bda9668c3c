import Foundation
import Glibc

/// A raw TCP server on a free local port, for responses that no proper server gives. It listens until it is released.
package final class RawServer: Sendable {
    package let port: Int
    private let listener: ListeningSocket

    /// `serve` runs on a separate thread for each connection, which is closed when it returns.
    package init(_ serve: @escaping @Sendable (_ connection: Int32) -> Void) throws {
        listener = try ListeningSocket()
        port = listener.port
        Thread.detachNewThread { [listener] in
            while let connection = listener.accept() {
                Thread.detachNewThread {
                    serve(connection)
                    close(connection)
                }
            }
        }
    }

    /// Answers any input with the same text, and closes the connection.
    package convenience init(answering text: String) throws {
        try self.init { connection in
            guard receive(from: connection) != nil else { return }
            _ = sendAll(Array(text.utf8), to: connection)
        }
    }

    /// Accepts connections, and sends nothing.
    package static func silent() throws -> RawServer {
        try RawServer { connection in while receive(from: connection) != nil {} }
    }

    deinit { listener.stop() }

    package var url: String { "http://127.0.0.1:\(port)" }
}
