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
/// token always passes, if later, and other networks notice nothing.
final class TokenCheck: Sendable {
    /// The wrong tokens of a network that are rejected at once.
    static let wrongRate = Rate(perSecond: 0.2, burst: 10)
    /// The time of a comparison after that. The more are waiting, the longer each waits.
    static let turn = Duration.milliseconds(20)

    private let right: SecretText
    private let wrong: TokenBuckets<[UInt8]>
    private let waiting = Mutex<[[UInt8]: Int]>([:])
    private let pause: @Sendable (Duration) async throws -> Void
    private let logger: Logger

    init(
        _ token: SecretText, logger: Logger = .silent,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        right = token
        wrong = TokenBuckets(Self.wrongRate, now: now)
        self.pause = pause
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
        try await waitForTurn(of: network)
        guard token == right else { throw Problem.rateLimited(wait) }
    }

    /// With n waiting, each waits n turns: one comparison per turn in all, and whoever leaves makes room.
    private func waitForTurn(of network: [UInt8]) async throws {
        let place = waiting.withLock { waiting in
            waiting[network, default: 0] += 1
            return waiting[network] ?? 1
        }
        defer {
            waiting.withLock { waiting in
                let left = (waiting[network] ?? 1) - 1
                waiting[network] = left > 0 ? left : nil
            }
        }
        do {
            try await pause(Self.turn * place)
        } catch {
            throw ConnectionClosed()
        }
    }
}

extension Problem {
    fileprivate static let wrongToken = Problem(
        status: 401, code: .wrongToken, title: "the token is wrong",
        detail: "Use the value of WEB_TOKEN on the machine that runs SysMaint.")
}
