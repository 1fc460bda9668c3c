import Cryptography
import Foundation
import Synchronization
import Values

/// The logins of browsers. A cookie holds 32 random bytes; only its hash is kept, in memory.
///
/// A login ends by logout, after a week, with the process, and so with each change of the token.
final class Logins: Sendable {
    static let lifetime: TimeInterval = 7 * 24 * 3600
    /// More end the oldest.
    static let maxCount = 1_000

    /// Identifies a login without giving access.
    struct ID: Hashable, Sendable {
        fileprivate let hash: [UInt8]

        init(cookie: some StringProtocol) { hash = SHA256.hash(Array(cookie.utf8)) }
    }

    private let expiries = Mutex<[ID: Date]>([:])
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

    /// - Returns: The value of the new login's cookie.
    func begin() -> String {
        let cookie = SecretBytes(randomByteCount: 32).exposed.hexText
        let now = now()
        expiries.withLock { expiries in
            expiries = expiries.filter { $0.value > now }
            if expiries.count >= Self.maxCount, let oldest = expiries.min(by: { $0.value < $1.value }) {
                expiries[oldest.key] = nil
            }
            expiries[ID(cookie: cookie)] = now.addingTimeInterval(Self.lifetime)
        }
        return cookie
    }

    func isOpen(_ login: ID) -> Bool {
        let now = now()
        return expiries.withLock { expiries in expiries[login].map { $0 > now } ?? false }
    }

    func end(_ login: ID) { expiries.withLock { $0[login] = nil } }
}
