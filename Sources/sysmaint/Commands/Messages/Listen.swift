import ArgumentParser
import Logging
import MaintenanceAPI
import Messenger
import ServiceLifecycle

struct Listen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stay connected and show messages as they come, until Ctrl-C.",
        discussion: "With --format json, one object per line.")

    @Option(help: ArgumentHelp("End after so many messages.", valueName: "number"))
    var count: Int?
    @OptionGroup var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count must be at least 1") }
    }

    func run() async throws {
        let messenger = try client.open()
        if output.format == .text { Output.note("Listening as \(messenger.owner). Ctrl-C ends.") }
        let listener = Listener(messenger: messenger, format: output.format, maxCount: count)
        try await ServiceGroup.client(messenger, serving: listener, named: "listener").run()
    }
}

/// Shows each message, then marks it: one that was not shown comes again.
private struct Listener: Service {
    let messenger: Messenger
    let format: Output.Format
    let maxCount: Int?

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var count = 0
            for await message in messenger.incoming() {
                if let displayed = DisplayedMessage(message, owner: messenger.owner) {
                    switch format {
                    case .json: try Output.json(displayed)
                    case .text: Output.line(displayed.line)
                    }
                    count += 1
                }
                try await messenger.handled(message.id)
                if count == maxCount { return }
            }
        }
    }
}
