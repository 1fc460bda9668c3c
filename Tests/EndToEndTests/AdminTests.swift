import Foundation
import SystemSupport
import TestSupport
import Testing

/// The operator's commands beside the running relay.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct AdminTests {
    private struct Account: Decodable {
        let id: String
        let devices: Int
        let queuedMessages: Int
        let isRevoked: Bool
    }

    private struct Device: Decodable {
        let id: String
        let device: Int
        let oneTimePreKeys: Int
    }

    private struct RelayFigures: Decodable { let connections: Int }

    private struct Diagnostics: Decodable {
        let users: Int
        let queuedMessages: Int
        let databaseBytes: Int
        let running: RelayFigures?
    }

    private func json<Value: Decodable>(
        _ type: Value.Type, _ installation: Installation, _ command: String
    ) async throws -> Value {
        let text = try await installation.run("admin", command, "--format", "json")
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test func operatorSeesAndEndsAccounts() async throws {
        let operating = try Installation()
        let relay = try Part(operating, "relay", "--port", "0", "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try await Installation.carolAndDave(url)
        try await carol.run("send", "dave", "waits")

        let accounts = try await json([Account].self, operating, "users")
        #expect(accounts.map(\.id) == ["carol", "dave"])
        #expect(accounts.map(\.queuedMessages) == [0, 1])
        let devices = try await json([Device].self, operating, "devices")
        #expect(devices.map(\.id) == ["carol", "dave"])
        #expect(devices.map(\.oneTimePreKeys) == [100, 99])
        let away = try await json(Diagnostics.self, operating, "diagnostics")
        #expect((away.users, away.queuedMessages) == (2, 1))
        #expect(away.databaseBytes > 0)
        let text = try await operating.run("admin", "diagnostics", environment: url)
        #expect(text.contains("2 with 2 devices"))
        #expect(!text.contains("not responding"))

        let listener = try dave.start("listen", "--count", "100")
        try await listener.wait(for: "the message that waited") {
            $0.text.contains("waits") || $0.status != nil
        }
        try await operating.run("admin", "revoke", "dave")
        _ = try await eventually("the end of the connection") {
            try await Web.get("\(url["RELAY_URL"] ?? "")/diagnostics").decoded(as: RelayFigures.self)
                .connections == 0
                ? true : nil
        }
        if listener.output.status == nil { listener.send(SIGTERM) }
        try await listener.end()
        let refused = try await dave.attempt("register")
        #expect(refused.status == 77)
        #expect(refused.log.contains("revoked"))
        let undelivered = try await carol.attempt("send", "dave", "too late")
        #expect(undelivered.status != 0)

        try await operating.run("admin", "readmit", "dave")
        try await dave.run("register")
        #expect(try await operating.attempt("admin", "readmit", "dave").status == 66)
        #expect(try await operating.attempt("admin", "revoke", "nobody").status == 66)
        #expect(try await operating.attempt("admin", "devices", "nobody").status == 66)
        #expect(try await operating.attempt("admin", "revoke", "dave", "--device", "128").status == 64)
        #expect(try await Installation().attempt("admin", "users").status == 66)
        #expect(try await operating.run("admin", "audit", "verify").contains("intact"))
    }
}
