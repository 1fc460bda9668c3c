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
        let (messenger, settings) = try client.openWithSettings()
        try await messenger.register()
        let registration = Registration(
            id: messenger.address.identity.description, device: messenger.address.device.rawValue,
            relay: try settings.relayURL())
        try output.show(registration) { "\($0.id).\($0.device) is registered with \($0.relay)" }
    }
}
