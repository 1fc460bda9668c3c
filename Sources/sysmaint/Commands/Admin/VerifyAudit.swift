import Commands
import RelayServer

struct Audit: Command {
    static let about = About(
        "The relay's log of what happened to identities and their keys.",
        details: "Example: sysmaint admin audit verify",
        commands: [VerifyAudit.self])
}

struct VerifyAudit: Command {
    static let about = About(
        "Check that no row of the audit log was changed or left out.", name: "verify",
        details: """
            Each row's hash covers the row and the hash before it. Keep the newest hash elsewhere and give it as --noted \
            the next time: rows that were cut off the end show in no other way.

            Example: sysmaint admin audit verify
            """)

    @Option("A hash of an earlier check, which has to be in the log still.", value: "hash")
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
                .badInput, "the audit log was altered: row \(number) does not follow from those before it",
                help: "Keep a copy of the file, and compare it with a backup from that row on.")
        case .cutShort(let count):
            throw Failure(
                .badInput, "the audit log was cut: the noted hash is not among its \(count) rows",
                help: "Check that the hash is of this relay; then compare the file with a backup.")
        }
    }
}
