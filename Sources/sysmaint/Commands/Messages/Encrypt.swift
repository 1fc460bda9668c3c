import Commands
import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI

struct Encrypt: Command {
    static let about = About(
        "Encrypt a message to a peer without sending it.",
        details: """
            Writes one envelope for each of the peer's devices, as one line of JSON with either --format; the peer reads \
            them with sysmaint decrypt. Requires a session: see sysmaint bundle import and sysmaint session init.

            Example: sysmaint encrypt dave "hello" --id carol > message
            """)

    @Argument("Peer ID.")
    var peer: IdentityID
    @Argument("Message text; - reads standard input.")
    var text: String
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        let message = try TypedMessage.letter(text)
        let messenger = try client.open()
        defer { messenger.store.close() }
        for envelope in try await messenger.encrypt(message, to: peer) { try Output.json(envelope) }
    }
}

struct Decrypt: Command {
    static let about = About(
        "Decrypt an envelope that was handed over; each can be decrypted only once.",
        details: """
            If the file has several lines, the one for this device is decrypted.

            Example: sysmaint decrypt message --id dave
            """)

    @Argument("Envelope file; - reads standard input.")
    var file: String
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        let envelopes: [Envelope] = try StandardInput.jsonLines(file, what: "envelope")
        let messenger = try client.open()
        defer { messenger.store.close() }
        let ours = envelopes.first { $0.recipient == messenger.address }
        guard let envelope = ours ?? envelopes.first else {
            throw Failure(
                .badInput, "\(file) contains no envelope", help: "Use the output of sysmaint encrypt.")
        }
        guard let received = try await messenger.decrypt(envelope) else {
            return Output.note("The envelope was processed; it contains no message to show.")
        }
        if let message = DisplayedMessage(received, owner: messenger.owner) {
            try output.show(message) { Terminal.showsResults ? $0.text.printable : $0.text }
        } else {
            Output.note(
                "The message is of kind \(received.message.payload.kind.rawValue), which has no text to show."
            )
        }
        try await messenger.handled(received)
    }
}
