import Commands
import Foundation
import MaintenanceAPI
import Messenger
import RelayAPI

struct Inbox: Command {
    static let about = About(
        "Fetch messages from the relay, show new ones and mark them as read.",
        details: """
            Messages under an identity key that nobody has approved are held, and shown with --held only; nothing is marked \
            as read by that. If the relay does not respond, shows the new messages already stored here and exits with 69. \
            With --delete, deletes that message here, read or not, and does nothing else; exits with 66 if there is none. \
            Its ID is in the JSON output.

            Example: sysmaint inbox --id dave
            """)

    @Flag("Show whole conversations, including sent messages; nothing is marked as read.")
    var all = false
    @Flag("Show the messages held under keys that nobody has approved.")
    var held = false
    @Flag("Do not contact the relay.")
    var offline = false
    @Option("Delete the message with this ID; may be given several times.", value: "message")
    var delete: [UUID]
    let client = ClientOptions()
    let output = OutputOptions()

    private static let pageSize = 200

    func validate() throws {
        if all && held { throw ValidationError("--all and --held exclude each other") }
    }

    private struct Deletion: Encodable {
        let deleted: [UUID]
    }

    func run() async throws {
        let messenger = try client.open()
        guard delete.isEmpty else { return try await deleteMessages(in: messenger) }
        var obstacle: (any Error)?
        if !offline {
            do {
                _ = try await Progress.shown("fetching messages") { progress in
                    if try await messenger.isInDoubt() { try await messenger.lookAfterKeysIfDue() }
                    let count = try await messenger.receiveUntilEmpty {
                        progress.tell(Quantity.count($0, "message"))
                    }
                    try await messenger.lookAfterKeysIfDue()
                    return count
                }
            } catch {
                obstacle = error
            }
        }
        if held {
            try show(
                await messenger.heldMessages().compactMap { DisplayedMessage($0, owner: messenger.owner) })
        } else {
            try await all ? showConversations(messenger) : showNews(messenger)
        }
        try await HeldNotice.show(for: messenger)
        if let obstacle { throw obstacle }
    }

    private func deleteMessages(in messenger: Messenger) async throws {
        let deleted = try await messenger.delete(delete)
        try output.show(Deletion(deleted: deleted)) {
            "deleted \(Quantity.count($0.deleted.count, "message"))"
        }
        let missing = delete.filter { !deleted.contains($0) }
        guard missing.isEmpty else {
            throw Failure(
                .notFound, "there is no message \(missing.map(\.uuidString).joined(separator: ", "))",
                help: "See the IDs with: sysmaint inbox --all --offline --format json")
        }
    }

    private func showNews(_ messenger: Messenger) async throws {
        var shown: [DisplayedMessage] = []
        var seen: [ReceivedMessage] = []
        for message in try await messenger.inbox(limit: Int.max) {
            seen.append(message)
            if let displayed = DisplayedMessage(message, owner: messenger.owner) { shown.append(displayed) }
        }
        try show(shown)
        // Confirmed only after they were shown: otherwise an unseen message would not stay new.
        try await messenger.confirm(seen)
        for message in seen { try await messenger.handled(message) }
        // Confirmations that cannot be sent now are sent by the next command.
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
