import Logging
import Synchronization

/// Looks for damage to the database at the start and daily, and tells of it: what is lost cannot be delivered, but must not
/// be lost without a word.
final class DamageWatch: Sendable {
    private let store: SQLiteRelayStore
    private let logger: Logger
    private let found = Mutex<[String]>([])

    init(_ store: SQLiteRelayStore, _ logger: Logger) { (self.store, self.logger) = (store, logger) }

    /// The number of problems found last.
    var count: Int { found.withLock { $0.count } }

    /// What was found, and what to do about it; nil if nothing was.
    var explanation: String? {
        guard let first = found.withLock({ $0.first }) else { return nil }
        return """
            the relay's database is damaged, and messages in it may be lost: \(first). Stop the relay, check the disk, \
            and put back a copy of the file or start with a new one; devices then register again by themselves
            """
    }

    @Sendable func look() async {
        do {
            let problems = try await store.damage()
            found.withLock { $0 = problems }
            guard let explanation else { return }
            logger.error(
                "the database is damaged",
                ["problems": problems.joined(separator: "; "), "advice": explanation])
        } catch is CancellationError {
            return
        } catch {
            logger.error("the database was not checked for damage", ["error": "\(error)"])
        }
    }
}
