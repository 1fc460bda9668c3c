import Cryptography
import HTTPEdge
import Logging
import Networking
import Synchronization
import Values

/// Compares the tokens that clients present, as bearer tokens and at the login, slowly enough that guessing is hopeless.
///
/// The first few wrong tokens of a network (`ServerRequest.remoteNetwork`) are rejected at once. After that, each of its tokens waits its
/// turn, right or wrong, because a faster answer to the right one would tell it apart. Nobody is refused unheard: the right
/// token always passes, if later, and other networks notice nothing. A flood of guesses that wait is no line to stand in:
/// whoever comes last is often heard first.
final class TokenCheck: Sendable {
    /// The wrong tokens of a network that are rejected at once.
    static let wrongRate = Rate(perSecond: 0.2, burst: 10)
    /// The time of a comparison after that.
    static let turn = Duration.milliseconds(20)

    private let right: SecretText
    private let wrong: TokenBuckets<[UInt8]>
    let turns: Turns<[UInt8]>
    private let logger: Logger

    init(
        _ token: SecretText, logger: Logger = .silent,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        right = token
        wrong = TokenBuckets(Self.wrongRate, now: now)
        turns = Turns(of: Self.turn, pause: pause)
        self.logger = logger
    }

    func check(_ token: SecretText, of request: ServerRequest) async throws {
        try await check(token, network: request.remoteNetwork, address: request.remoteAddress)
    }

    /// Returns if `token` is right.
    ///
    /// - Throws: `Problem` 401 or, after too many wrong tokens, 429; `ConnectionClosed` if the client leaves meanwhile.
    func check(_ token: SecretText, network: [UInt8], address: String) async throws {
        guard let wait = wrong.take(for: network) else {
            guard token == right else {
                logger.notice("wrong token", ["address": address])
                throw Problem.wrongToken
            }
            return wrong.putBack(for: network)
        }
        do { try await turns.wait(for: network) } catch { throw ConnectionClosed() }
        guard token == right else { throw Problem.rateLimited(wait) }
    }
}

extension Problem {
    fileprivate static let wrongToken = Problem(
        status: 401, code: .wrongToken, title: "the token is wrong",
        detail: "Use the value of WEB_TOKEN on the machine that runs SysMaint.")
}
