import Commands
import Messenger
import RelayAPI

struct Register: Command {
    static let about = About(
        "Register an identity with the relay and upload keys so that peers can write to it.",
        details: """
            Safe to repeat. Other commands register automatically if necessary.

            Example: sysmaint register --id carol
            """)

    let client = ClientOptions()
    let output = OutputOptions()

    private struct Registration: Encodable {
        let id: String
        let device: UInt8
        let relay: String
    }

    func run() async throws {
        let relay = try client.settings().relayURL()
        let owner = try await client.perform(RegisterOwner(relay: relay))
        let registration = Registration(id: owner.id, device: owner.device, relay: relay)
        try output.show(registration) { "\($0.id).\($0.device) is registered with \($0.relay)" }
    }
}

struct RegisterOwner: StoreOperation {
    /// Its URL.
    let relay: String

    static var patience: Duration { .seconds(60) }

    func run(by messenger: Messenger) async throws -> IdentitySummary {
        guard messenger.relayOrigin == RelayOrigin(url: relay) else {
            throw Failure(
                .busy, "the process that uses the key store works with another relay than \(relay)",
                help: "Stop it first, or leave the relay's address to it.")
        }
        try await messenger.register()
        return IdentitySummary(messenger.store)
    }
}
