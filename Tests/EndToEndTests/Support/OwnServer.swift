import Hummingbird
import Logging
import NIOCore

/// A server of the test's own, in the place of one that is not ours or of another version.
enum OwnServer {
    /// Lends `body` the address of a server that answers by the router.
    static func serve<Value: Sendable>(
        _ router: Router<BasicRequestContext>, _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let number = channel.localAddress?.port { port.yield(number) }
                port.finish()
            }, logger: Logger(label: "own server") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            for await number in ports { return try await body("http://127.0.0.1:\(number)") }
            throw Unexpected("the server did not start")
        }
    }
}
