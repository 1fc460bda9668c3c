import Commands
import Foundation
import KeyStore
import RelayAPI

struct History: Command {
    static let about = About(
        "Manage the messages of conversations that are kept here.",
        details: """
            How much is kept is limited: see HISTORY_MAX_MESSAGES and the settings beside it. To read conversations, use \
            sysmaint inbox --all.

            Example: sysmaint history prune --older-than 90 --id carol
            """,
        commands: [PruneHistory.self])
}

struct PruneHistory: Command {
    static let about = About(
        "Delete messages of conversations that are kept here, and give their room back.", name: "prune",
        details: """
            Only what all given options say is deleted; without any of them nothing is, unless --all is given. Unread \
            messages stay in the inbox, and peers keep their copies. There is no way back but a backup.

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

    private struct Result: Encodable {
        let deletedMessages: Int
        let keptMessages: Int
        let keptBytes: Int
    }

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
        let store = try identity.openStore(common.settings(quiet: true))
        let result = try await store.write { [peer, olderThan, keep] transaction in
            let count = try transaction.history.prune(
                with: peer, olderThan: olderThan.map { .seconds($0 * 86_400) }, keeping: keep)
            let kept = try transaction.history.size()
            return Result(deletedMessages: count, keptMessages: kept.count, keptBytes: kept.byteCount)
        }
        if result.deletedMessages > 0 {
            await Progress.shown("giving the room back") { _ in store.compact() }
        }
        store.close()
        try output.show(result) { result in
            "deleted \(Quantity.count(result.deletedMessages, "message")); \(Quantity.count(result.keptMessages, "message")) kept"
        }
    }
}
