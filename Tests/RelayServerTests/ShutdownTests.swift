import HTTP
import TestSupport
import Testing

@testable import RelayServer

@Suite(.timeLimit(.minutes(15))) struct ShutdownTests {
    @Test func connectionThatNeverAskedDoesNotHoldUpTheEnd() async throws {
        let folder = try ScratchDirectory()
        let configure: (inout RelayConfiguration) -> Void = { $0.idleTimeout = .seconds(3600) }
        let connection = try await TestRelay.run(in: folder, configure: configure) { relay in
            let connection = try RawConnection(port: relay.port)
            // The relay has accepted it once it has answered somebody who came later.
            _ = try await relay.request(.get, "/health")
            return connection
        }
        #expect(await connection.receive() == nil)
    }
}
