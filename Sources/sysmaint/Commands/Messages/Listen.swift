import Commands
import Cryptography
import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import Services

struct Listen: Command {
    static let about = About(
        "Stay connected and show messages as they arrive, until Ctrl-C.",
        details: """
            With --format json, writes one object per line. With --exec, runs a shell command for each message, with the \
            text on its standard input and MESSAGE_FROM, MESSAGE_ID, MESSAGE_KIND, MESSAGE_KEY (the sender's identity key) and \
            MESSAGE_TRUST (first-use, invitation or comparison: how that key was approved) in its environment. Messages \
            under an unapproved key are neither shown nor run: see sysmaint inbox --held. If the command \
            fails, listen exits with 69 and the message is delivered again next time. With --reply, what the command \
            writes to its standard output goes back to the sender as a message; if it writes nothing, no message is sent.

            Example: sysmaint listen --id dave --exec 'tee -a letters.txt'
            """)

    @Option("Exit after this many messages.", value: "number")
    var count: Int?
    @Option("Shell command to run for each message instead of showing it.", value: "command")
    var exec: String?
    @Flag("Send the output of the command to the sender of the message.")
    var reply = false
    let client = ClientOptions()
    let output = OutputOptions()

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count must be at least 1") }
        guard !reply || exec != nil else { throw ValidationError("--reply needs --exec") }
    }

    func run() async throws {
        let messenger = try client.open()
        defer { messenger.store.close() }
        Output.note("Listening as \(messenger.owner). Press Ctrl-C to stop.")
        try await HeldNotice.show(for: messenger)
        let listener = Listener(
            messenger: messenger, format: output.format,
            command: exec.map { MessageCommand(command: $0, answers: reply) }, maxCount: count)
        try await ServiceGroup([
            ("messenger", messenger), ("hand-over", HandOver(messenger: messenger)), ("listener", listener),
        ]).run()
    }
}

/// Shows each message or runs a command for it, then marks it as handled; a message whose command fails stays new.
private struct Listener: Service {
    let messenger: Messenger
    let format: Output.Format
    let command: MessageCommand?
    let maxCount: Int?

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var count = 0
            for await message in messenger.incoming() {
                if let displayed = DisplayedMessage(message, owner: messenger.owner) {
                    if let answer = try await show(displayed) { try await send(answer, inReplyTo: message) }
                    count += 1
                }
                try await messenger.confirm([message])
                try await messenger.handled(message)
                if count == maxCount { return }
            }
        }
    }

    /// - Returns: The text to send back.
    private func show(_ message: DisplayedMessage) async throws -> String? {
        if let command { return try await command.run(for: message) }
        switch format {
        case .json: try Output.json(message)
        case .text: try Output.line(message.line)
        }
        return nil
    }

    /// Under an id that follows from the message's: if that is delivered again, its answer is not sent again.
    private func send(_ answer: String, inReplyTo message: ReceivedMessage) async throws {
        var bytes = Array(SHA256.hash(Array("sysmaint listen reply".utf8) + message.id.wire).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        guard let id = UUID(wire: bytes) else { return }
        try await messenger.send(
            TypedMessage(.userChat(UserChat(text: answer)), requestId: message.id), to: message.sender,
            class: .durable, id: id)
    }
}
