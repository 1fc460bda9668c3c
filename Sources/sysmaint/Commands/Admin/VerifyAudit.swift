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
            Each row's hash covers the row and the previous hash. Store the newest hash elsewhere and pass it as --noted \
            next time: only that reveals rows removed from the end.

            Example: sysmaint admin audit verify
            """)

    @Option("The newest hash of an earlier check, which must still be in the log.", value: "hash")
    var noted: String?
    let relay = RelayDatabaseOptions()
    let output = OutputOptions()

    private struct Intact: Encodable {
        let rows: Int
        let newestHash: String
    }

    func run() async throws {
        let path = try relay.located().path
        let verdict = try await Progress.shown("reading the log") { _ in
            try Parts.opening("relay database", path) {
                try SQLiteRelayStore.verifyAuditLog(path: path, noted: noted)
            }
        }
        switch verdict {
        case .intact(let count, let newest):
            try output.show(Intact(rows: count, newestHash: newest)) {
                "The audit log is intact: \($0.rows) rows, newest hash \($0.newestHash)"
            }
        case .broken(let number):
            throw Failure(
                .badInput, "the audit log was altered: the hash of row \(number) does not match",
                help: "Keep a copy of the database, and compare it with a backup from that row on.")
        case .cutShort(let count):
            throw Failure(
                .badInput, "the audit log was truncated: the noted hash is not among its \(count) rows",
                help: "Check that the hash is from this relay, then compare the database with a backup.")
        }
    }
}
