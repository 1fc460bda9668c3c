import Commands
import Foundation
import KeyStore
import MaintenanceAPI
import Messenger
import RelayAPI

struct Inbox: Command {
    static let about = About(
        "Fetch messages from the relay, show new ones and mark them as read.",
        details: """
            Messages under an unapproved identity key are held; only --held shows them, without marking anything as read. \
            If the relay does not respond, shows the new messages already stored here and exits with 69. If another process \
            uses the identity, such as listen, that process fetches messages and marks them as read; this command then \
            shows those it has not handled yet. With --delete, only deletes that message here, read or not, and exits with \
            66 if there is none; its ID is in the JSON output.

            Example: sysmaint inbox --id dave
            """)

    @Flag("Show whole conversations, including sent messages; nothing is marked as read.")
    var all = false
    @Flag("Show the messages held under unapproved keys.")
    var held = false
    @Flag("Do not contact the relay.")
    var offline = false
    @Option("Delete the message with this ID; may be given several times.", value: "message")
    var delete: [UUID]
    let client = ClientOptions()
    let output = OutputOptions()

    func validate() throws {
        if all && held { throw ValidationError("--all and --held exclude each other") }
    }

    func run() async throws {
        guard delete.isEmpty else { return try await deleteMessages() }
        if try await showThroughOwner() { return }
        let messenger = try client.open()
        defer { messenger.store.close() }
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
        if held || all {
            try await showPages { try await $0.run(by: messenger) }
        } else {
            try await showNews(messenger)
        }
        try await HeldNotice.show(for: messenger)
        if let obstacle { throw obstacle }
    }

    /// Shows what the process that owns the store has, if there is one; it is the one that marks messages as read.
    ///
    /// - Returns: Whether there is one.
    private func showThroughOwner() async throws -> Bool {
        let path = try client.identity.path(client.settings())
        guard let last = try await showPages({ try await $0.handOver(beside: path) }) else { return false }
        for notice in last.notices { Output.note(notice) }
        guard offline || last.isConnected else {
            throw Failure(
                .unavailable, "the process that uses the identity is not connected to the relay",
                help: "What it has received is shown. It connects again by itself; see its log.")
        }
        return true
    }

    /// Shows what was asked for, once all of it has been read.
    ///
    /// - Returns: The last page; nil if the reader has gone.
    @discardableResult
    private func showPages(
        _ read: (ReadMessages) async throws -> ReadMessages.Outcome?
    ) async throws -> ReadMessages.Outcome? {
        var shown: [DisplayedMessage] = []
        var selection: ReadMessages.Selection = held ? .held : all ? .all(after: 0) : .new
        while let page = try await read(ReadMessages(selection: selection)) {
            shown += page.messages
            guard let next = page.next else {
                try show(shown)
                return page
            }
            selection = .all(after: next)
        }
        return nil
    }

    private func deleteMessages() async throws {
        let outcome = try await client.perform(DeleteMessages(ids: delete))
        let deleted = outcome.deleted
        try output.show(outcome) {
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

    private func show(_ messages: [DisplayedMessage]) throws {
        switch output.format {
        case .json: try Output.json(messages)
        case .text: for message in messages { try Output.line(message.line) }
        }
    }
}

/// Reads messages as commands show them, and changes nothing.
struct ReadMessages: StoreOperation {
    enum Selection: Codable {
        /// Those that are not marked as read.
        case new
        case held
        /// A page of the conversations, after the one with this cursor.
        case all(after: Int64)
    }

    struct Outcome: Codable {
        let messages: [DisplayedMessage]
        /// The cursor of the next page; nil after the last one.
        let next: Int64?
        /// What to report about unapproved keys.
        let notices: [String]
        let isConnected: Bool
    }

    let selection: Selection

    private static let pageSize = 200

    func run(by messenger: Messenger) async throws -> Outcome {
        var next: Int64?
        let messages: [DisplayedMessage]
        switch selection {
        case .new:
            messages = try await messenger.inbox(limit: Int.max).compactMap {
                DisplayedMessage($0, owner: messenger.owner)
            }
        case .held:
            messages = try await messenger.heldMessages().compactMap {
                DisplayedMessage($0, owner: messenger.owner)
            }
        case .all(let cursor):
            let page = try await messenger.history(after: cursor, limit: Self.pageSize)
            next = page.last?.cursor
            messages = page.compactMap { DisplayedMessage($0, owner: messenger.owner) }
        }
        return Outcome(
            messages: messages, next: next, notices: try await HeldNotice.texts(for: messenger),
            isConnected: messenger.isConnected)
    }
}

/// Deletes messages here, read or not.
struct DeleteMessages: StoreOperation {
    struct Outcome: Codable {
        let deleted: [UUID]
    }

    let ids: [UUID]

    func run(by messenger: Messenger) async throws -> Outcome {
        Outcome(deleted: try await messenger.delete(ids))
    }
}
