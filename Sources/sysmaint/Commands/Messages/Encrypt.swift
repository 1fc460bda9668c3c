import Commands
import Foundation
import MaintenanceAPI
import Messenger
import RelayAPI

struct Encrypt: Command {
    static let about = About(
        "Encrypt a message for somebody, to be carried by hand.",
        details: """
            Writes one envelope per device of the peer, each a line of JSON in either format, as decrypt reads them. There has to be a session: sysmaint bundle \
            import, or sysmaint session init.

            Example: sysmaint encrypt dave "hello" --id carol > message
            """)

    @Argument("For whom.")
    var peer: IdentityID
    @Argument("What; - reads it from standard input.")
    var text: String
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        let message = try TypedMessage.letter(text)
        for envelope in try await client.open().encrypt(message, to: peer) { try Output.json(envelope) }
    }
}

struct Decrypt: Command {
    static let about = About(
        "Decrypt an envelope that was carried by hand; each one opens once.",
        details: """
            Of several lines, that one is taken which is for this device.

            Example: sysmaint decrypt message --id dave
            """)

    @Argument("The file with the envelope; - is standard input.")
    var file: String
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        let envelopes: [Envelope] = try StandardInput.jsonLines(file, what: "envelope")
        let messenger = try client.open()
        let ours = envelopes.first { $0.recipient == messenger.address }
        guard let envelope = ours ?? envelopes.first else {
            throw Failure(.badInput, "there is no envelope in \(file)")
        }
        guard let received = try await messenger.decrypt(envelope) else {
            return Output.note("The envelope held nothing for people; it is taken in.")
        }
        if let message = DisplayedMessage(received, owner: messenger.owner) {
            try output.show(message) { Terminal.showsResults ? $0.text.printable : $0.text }
        } else {
            Output.note(
                "The message is of kind \(received.message.payload.kind.rawValue), which nobody reads.")
        }
        try await messenger.handled(received.id)
    }
}
