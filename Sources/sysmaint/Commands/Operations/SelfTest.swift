import Commands
import Cryptography
import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import RelayServer
import Services

struct SelfTest: Command {
    static let about = About(
        "Test encryption and delivery end to end on this machine, in a temporary folder.", name: "selftest",
        details: """
            Creates two identities and a relay on a free port, sends a message in each direction, and deletes everything \
            again. Does not touch existing data.

            Example: sysmaint selftest
            """)

    let output = OutputOptions()
    let common = CommonOptions()

    private struct Result: Encodable {
        let messages: Int
        let milliseconds: Int
    }

    func run() async throws {
        _ = try common.settings(quiet: true)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sysmaint-\(UUID())").path
        try Settings.makeFolder(of: folder + "/relay.db")
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let begin = ContinuousClock.now
        let (urls, url) = AsyncStream.makeStream(of: String.self)
        var configuration = RelayConfiguration()
        configuration.port = 0
        let relay = try buildRelay(
            configuration, store: try SQLiteRelayStore(path: folder + "/relay.db"),
            logger: Logger(label: "relay"),
            onRunning: { url.yield(Network.url(host: "127.0.0.1", port: $0)) })
        let services = ServiceGroup([("relay", relay)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { url.finish() }
                try await services.run()
            }
            for await url in urls {
                try await Progress.shown("exchanging messages") { _ in
                    try await exchange(through: url, in: folder)
                }
                break
            }
            services.stop()
            try await group.waitForAll()
        }
        let elapsed = (ContinuousClock.now - begin) / .milliseconds(1)
        try output.show(Result(messages: 2, milliseconds: Int(elapsed))) {
            "ok: \($0.messages) messages encrypted, relayed and decrypted in \($0.milliseconds) ms"
        }
    }

    private func exchange(through url: String, in folder: String) async throws {
        let (first, second) = try (client("first", url, folder), client("second", url, folder))
        for client in [first, second] { try await client.register() }
        try await send("there", from: first, to: second)
        try await send("and back", from: second, to: first)
    }

    private func client(_ name: String, _ url: String, _ folder: String) throws -> Messenger {
        let store = try KeyStore.create(
            at: "\(folder)/\(name)", passphrase: SecretText(UUID().uuidString),
            owner: DeviceAddress(IdentityID(name)))
        return Messenger(
            store: store, relay: RelayClient(url: url),
            logger: Logger(label: "selftest"))
    }

    private func send(_ text: String, from sender: Messenger, to recipient: Messenger) async throws {
        let message = try TypedMessage.letter(text)
        try await sender.send(message, to: recipient.owner)
        _ = try await sender.flush()
        _ = try await recipient.receiveUntilEmpty()
        guard try await recipient.inbox(limit: 10).contains(where: { $0.message == message }) else {
            throw Failure(.internalError, "a message from \(sender.owner) did not arrive")
        }
    }
}
