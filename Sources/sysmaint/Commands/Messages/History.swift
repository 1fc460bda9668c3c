import Commands
import Foundation
import KeyStore
import Messenger
import RelayAPI

struct History: Command {
    static let about = About(
        "Manage the stored messages of conversations.",
        details: """
            Their number and size are limited: see HISTORY_MAX_MESSAGES and related settings. To read conversations, use \
            sysmaint inbox --all.

            Example: sysmaint history prune --older-than 90 --id carol
            """,
        commands: [PruneHistory.self])
}

struct PruneHistory: Command {
    static let about = About(
        "Delete stored messages of conversations, and free their disk space.", name: "prune",
        details: """
            Deletes the messages that match all given options; --all deletes everything. Unread messages stay in the inbox, \
            and peers keep their copies. Deleted messages can only be restored from a backup.

            Example: sysmaint history prune --peer dave --keep 100 --id carol
            """)

    @Option("Only messages exchanged with this peer.", value: "id")
    var peer: IdentityID?
    @Option("Only messages older than this many days.", value: "days")
    var olderThan: Int?
    @Option("All but this many of each peer's newest messages.", value: "number")
    var keep: Int?
    @Flag("All messages.")
    var all = false
    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func validate() throws {
        guard all || peer != nil || olderThan != nil || keep != nil else {
            throw ValidationError("say what to delete: --peer, --older-than, --keep or --all")
        }
        guard !all || (peer == nil && olderThan == nil && keep == nil) else {
            throw ValidationError("--all deletes everything: leave out the other options")
        }
        guard (0...36_500).contains(olderThan ?? 0) else {
            throw ValidationError("--older-than must be 0 to 36500")
        }
        guard keep ?? 0 >= 0 else { throw ValidationError("--keep must be at least 0") }
    }

    func run() async throws {
        let operation = PruneMessages(peer: peer, olderThanDays: olderThan, keep: keep)
        let settings = try common.settings(quiet: true)
        let outcome = try await Progress.shown("deleting messages and freeing space") { _ in
            try await identity.perform(operation, settings)
        }
        try output.show(outcome) { outcome in
            "deleted \(Quantity.count(outcome.deletedMessages, "message")); \(Quantity.count(outcome.keptMessages, "message")) kept"
        }
    }
}

/// Deletes messages of conversations, and returns their space to the file system.
struct PruneMessages: StoreOperation {
    struct Outcome: Codable {
        let deletedMessages: Int
        let keptMessages: Int
        let keptBytes: Int
    }

    /// Rewriting a large store takes a while.
    static var patience: Duration { .seconds(600) }

    let peer: IdentityID?
    let olderThanDays: Int?
    let keep: Int?

    func run(by messenger: Messenger) async throws -> Outcome {
        let outcome = try await messenger.store.write { transaction in
            let count = try transaction.history.prune(
                with: peer, olderThan: olderThanDays.map { .seconds($0 * 86_400) }, keeping: keep)
            let kept = try transaction.history.size()
            return Outcome(deletedMessages: count, keptMessages: kept.count, keptBytes: kept.byteCount)
        }
        if outcome.deletedMessages > 0 { messenger.store.compact() }
        return outcome
    }
}
