import Commands
import MaintenanceAPI
import Messenger
import RelayAPI

struct Inbox: Command {
    static let about = About(
        "Fetch what waits on the relay and show what is new; shown messages are not new any more.",
        details: """
            Where the relay does not answer, what is here already is shown, and the command ends with 69.

            Example: sysmaint inbox --id dave
            """)

    @Flag("Show whole conversations, what was sent included; nothing is marked.")
    var all = false
    @Flag("Do not ask the relay.")
    var offline = false
    let client = ClientOptions()
    let output = OutputOptions()

    private static let pageSize = 200

    func run() async throws {
        let messenger = try client.open()
        var obstacle: (any Error)?
        if !offline {
            do {
                _ = try await Progress.shown("fetching what waits") { progress in
                    try await messenger.receiveUntilEmpty { progress.tell(Quantity.count($0, "message")) }
                }
            } catch {
                obstacle = error
            }
        }
        try await all ? showConversations(messenger) : showNews(messenger)
        if let obstacle { throw obstacle }
    }

    private func showNews(_ messenger: Messenger) async throws {
        var shown: [DisplayedMessage] = []
        var seen: [ReceivedMessage] = []
        for message in try await messenger.inbox(limit: Int.max) {
            seen.append(message)
            if let displayed = DisplayedMessage(message, owner: messenger.owner) { shown.append(displayed) }
        }
        try show(shown)
        // Only now: a message that was not shown stays new.
        try await messenger.confirm(seen)
        for message in seen { try await messenger.handled(message.id) }
        // What cannot be sent now goes with the next command.
        if !offline, !seen.isEmpty { _ = try? await messenger.flush() }
    }

    private func showConversations(_ messenger: Messenger) async throws {
        var shown: [DisplayedMessage] = []
        var cursor: Int64 = 0
        while case let page = try await messenger.history(after: cursor, limit: Self.pageSize),
            let last = page.last
        {
            shown += page.compactMap { DisplayedMessage($0, owner: messenger.owner) }
            cursor = last.cursor
        }
        try show(shown)
    }

    private func show(_ messages: [DisplayedMessage]) throws {
        switch output.format {
        case .json: try Output.json(messages)
        case .text: for message in messages { try Output.line(message.line) }
        }
    }
}
