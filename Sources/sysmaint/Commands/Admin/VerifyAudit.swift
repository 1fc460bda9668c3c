import Commands
import RelayServer

struct Audit: Command {
    static let about = About(
        "Work with the relay's audit log of identities and keys.",
        details: "Example: sysmaint admin audit verify",
        commands: [VerifyAudit.self])
}

struct VerifyAudit: Command {
    static let about = About(
        "Verify that no row of the audit log was changed or removed.", name: "verify",
        details: """
            Each row's hash covers the row and the previous hash, under a key in a file beside the database \
            (relay.db.audit-key). A row that was changed, added or removed without that key is found; what was done with \
            the key is not. Store the newest hash elsewhere and pass it as --noted next time: only that reveals rows \
            removed from the end, or an older log in place of this one. Rows of earlier versions have no key; the key's \
            file holds the last of their hashes, so they count as they were when the key was made.

            Example: sysmaint admin audit verify
            """)

    @Option("The newest hash of an earlier check, which must still be in the log.", value: "hash")
    var noted: String?
    let relay = RelayDatabaseOptions()
    let output = OutputOptions()

    private struct Intact: Encodable {
        let rows: Int
        /// Of them, those of earlier versions, whose hashes have no key.
        let unkeyedRows: Int
        let newestHash: String

        var remark: String {
            unkeyedRows == 0
                ? ""
                : """

                Rows 1 to \(unkeyedRows) are of an earlier version, with hashes that need no key: who could write the database \
                then could change them.
                """
        }
    }

    func run() async throws {
        let path = try relay.located().path
        let verdict = try await Progress.shown("reading the log") { _ in
            try Parts.opening("relay database", path) {
                try SQLiteRelayStore.verifyAuditLog(path: path, noted: noted)
            }
        }
        switch verdict {
        case .intact(let count, let unkeyed, let newest):
            try output.show(Intact(rows: count, unkeyedRows: unkeyed, newestHash: newest)) {
                "The audit log is intact: \($0.rows) rows, newest hash \($0.newestHash)\($0.remark)"
            }
        case .broken(let number):
            throw Failure(
                .badInput, "the audit log was altered: the hash of row \(number) does not match",
                help: """
                    Keep a copy of the database, and compare it with a backup from that row on. If the file beside it that ends in \
                    .audit-key was lost or replaced, put it back: the rows written under another key cannot be verified.
                    """)
        case .cutShort(let count):
            throw Failure(
                .badInput,
                "the audit log was truncated: a hash that was noted is not among its \(count) rows",
                help: "Check that the hash is from this relay, then compare the database with a backup.")
        }
    }
}
