import Commands
import Logging
import MaintenanceAPI
import Messenger
import Services

struct Listen: Command {
    static let about = About(
        "Stay connected and show messages as they arrive, until Ctrl-C.",
        details: """
            With --format json, writes one object per line. With --exec, runs a shell command for each message, with the \
            text on its standard input and MESSAGE_FROM, MESSAGE_ID, MESSAGE_KIND, MESSAGE_KEY (the sender's identity key) and \
            MESSAGE_TRUST (first-use, invitation or comparison: how that key was approved) in its environment. Messages \
            under a key that nobody has approved are neither shown nor run: see sysmaint inbox --held. If the command fails, listen exits with 69 and the message is delivered again next time.

            Example: sysmaint listen --id dave --exec 'tee -a letters.txt'
            """)

    @Option("Exit after this many messages.", value: "number")
    var count: Int?
    @Option("Shell command to run for each message instead of showing it.", value: "command")
    var exec: String?
    let client = ClientOptions()
    let output = OutputOptions()

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count must be at least 1") }
    }

    func run() async throws {
        let messenger = try client.open()
        Output.note("Listening as \(messenger.owner). Press Ctrl-C to stop.")
        try await HeldNotice.show(for: messenger)
        let listener = Listener(
            messenger: messenger, format: output.format, command: exec.map(MessageCommand.init),
            maxCount: count)
        try await ServiceGroup([("messenger", messenger), ("listener", listener)]).run()
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
                    try await show(displayed)
                    count += 1
                }
                try await messenger.confirm([message])
                try await messenger.handled(message)
                if count == maxCount { return }
            }
        }
    }

    private func show(_ message: DisplayedMessage) async throws {
        if let command { return try await command.run(for: message) }
        switch format {
        case .json: try Output.json(message)
        case .text: try Output.line(message.line)
        }
    }
}
