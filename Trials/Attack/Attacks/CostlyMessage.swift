import Cryptography
import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import SignalProtocol
import TestSupport

/// What it costs to reject a message must not grow with the sessions that its author has begun.
struct CostlyMessage: Attack {
    let name = "costly-message"
    let tried = "an account begins 41 sessions, then sends messages of an unknown chain, 25,000 steps ahead"

    private static let sessionCount = 41
    /// Twice the steps of one session are the budget of all, and clocks are coarse.
    private static let maxRatio = 6.0

    func run(_ trial: Trial) async throws -> Outcome {
        let carol = try Self.party("carol", trial)
        let few = try await Self.author("few-sessions", sessions: 1, of: carol, trial)
        let many = try await Self.author("many-sessions", sessions: Self.sessionCount, of: carol, trial)
        let near = try await Self.cost(of: few, ahead: 0, for: carol)
        let one = try await Self.cost(of: few, ahead: 25_000, for: carol)
        let all = try await Self.cost(of: many, ahead: 25_000, for: carol)
        let ratio = all / one
        return Outcome(
            """
            rejecting one took \(all) with 41 sessions, \(one) with one, \(near) with one and nothing to skip: \
            \(ratio.formatted(.number.precision(.fractionLength(1)))) times as long
            """,
            bound: "at most \(Self.maxRatio) times; without a budget over all sessions it is 41 times",
            // Where skipping costs nothing, nothing was tried.
            holds: ratio <= Self.maxRatio && one > near * 3)
    }

    private static func party(_ name: String, _ trial: Trial) throws -> Messenger {
        let store = try KeyStore.create(
            at: trial.folder.file("\(name).db"), passphrase: "of an attack",
            owner: DeviceAddress(IdentityID(name)))
        return Messenger(store: store, relay: RelayClient(url: "http://127.0.0.1:1"), logger: .silent)
    }

    /// Somebody who has so many sessions with the victim.
    private static func author(
        _ name: String, sessions: Int, of victim: Messenger, _ trial: Trial
    ) async throws -> Messenger {
        let author = try party(name, trial)
        for number in 0..<sessions {
            try await author.startSession(with: try await victim.exportBundle())
            try await say("\(number)", author, victim)
            try await say("\(number)", victim, author)
        }
        return author
    }

    /// The shortest time in which the victim rejects a message of that author under a ratchet key that no session knows.
    private static func cost(
        of author: Messenger, ahead counter: Int, for victim: Messenger
    ) async throws -> Duration {
        var shortest: Duration?
        for _ in 0..<3 {
            let letter = TypedMessage(.userChat(UserChat(text: "x")))
            guard let real = try await author.encrypt(letter, to: victim.owner).first else {
                throw Unexpected("no envelope")
            }
            let forged = try Envelope(
                from: real.sender, to: real.recipient, sessionID: real.sessionId, messageID: UUID(),
                type: real.type, body: forged(real.body.bytes, ahead: counter), timestamp: real.timestamp,
                class: .durable)
            let begin = ContinuousClock.now
            do {
                _ = try await victim.decrypt(forged)
                throw Unexpected("the forged message was read")
            } catch is MessengerError {}
            let time = begin.duration(to: .now)
            shortest = min(shortest ?? time, time)
        }
        return shortest ?? .zero
    }

    private static func say(_ text: String, _ sender: Messenger, _ recipient: Messenger) async throws {
        for envelope in try await sender.encrypt(
            TypedMessage(.userChat(UserChat(text: text))), to: recipient.owner)
        {
            _ = try await recipient.decrypt(envelope)
        }
    }

    /// A message with another ratchet key (field 1) and another counter (field 2), a number below 128 before.
    private static func forged(_ message: [UInt8], ahead counter: Int) throws -> [UInt8] {
        let key = message[3..<36]
        guard Array(message[1...2]) == [0x0A, 33], message[36] == 0x10, message[37] < 0x80 else {
            throw Unexpected("no message of a session: \(message.prefix(40))")
        }
        var counterBytes: [UInt8] = []
        var rest = counter
        repeat {
            counterBytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return message[..<key.startIndex] + KeyPair().publicKey.wire + [0x10] + counterBytes + message[38...]
    }
}
