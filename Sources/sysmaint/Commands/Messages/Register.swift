import Commands
import Messenger
import RelayAPI

struct Register: Command {
    static let about = About(
        "Make an identity known to the relay and leave keys there for others to write to it.",
        details: """
            Harmless when done again. Other commands do it by themselves where it is missing.

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
        try output.show(registration) { "\($0.id).\($0.device) is registered at \($0.relay)" }
    }
}
