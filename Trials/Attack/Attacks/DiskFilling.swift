import Foundation
import HTTP
import Networking
import RelayAPI
import SignalProtocol
import TestSupport

/// One account must not be able to fill the relay's disk, or another's queue.
struct QueueFilling: Attack {
    let name = "queue-filling"
    let tried = "one account sends large messages to a recipient that does not fetch, until it is refused"

    private static let maxByteCount = 16 << 20
    private static let messageByteCount = 128 << 10

    func run(_ trial: Trial) async throws -> Outcome {
        let victim = try await trial.relay()
        let bob = try await Intruder("bob", at: victim)
        let alice = try await Intruder("alice", at: victim)
        let mallory = try await Intruder("mallory", at: victim)
        var sent = 0
        var code: Problem.Code?
        while code == nil, sent < 128 << 20 {
            let envelope = try mallory.envelope(to: bob.address, byteCount: Self.messageByteCount)
            let answer = try await mallory.client.ask(
                .post, "/v1/messages", token: mallory.token, json: envelope)
            if answer.status == 200 { sent += Self.messageByteCount } else { code = answer.code }
        }
        let other = try await alice.client.ask(
            .post, "/v1/messages", token: alice.token,
            json: alice.envelope(to: bob.address, byteCount: 1_000)
        ).status
        return Outcome(
            "\(mebibytes(sent)) were taken, then \(code?.rawValue ?? "no refusal"); another sender got \(other)",
            bound: "at most \(mebibytes(Self.maxByteCount)), then sender_quota; others get 200",
            holds: sent <= Self.maxByteCount && code == .senderQuota && other == 200)
    }
}

struct PreKeyHoard: Attack {
    let name = "prekey-hoard"
    let tried = "one device uploads one-time prekeys without end"

    private static let maxCount = 400

    func run(_ trial: Trial) async throws -> Outcome {
        let victim = try await trial.relay()
        let mallory = try await Intruder("mallory", at: victim)
        let key = Base64(KeyPair().publicKey.wire)
        var stored = 0
        var code: Problem.Code?
        while code == nil, stored < 10_000 {
            let keys = (0..<100).map { OneTimePreKey(id: UInt32(stored + $0), publicKey: key) }
            let answer = try await mallory.client.ask(
                .post, "/v1/prekeys", token: mallory.token, json: PreKeyUpload(oneTimePreKeys: keys))
            if answer.status == 200 { stored += keys.count } else { code = answer.code }
        }
        return Outcome(
            "\(stored) were stored, then \(code?.rawValue ?? "no refusal")",
            bound: "at most \(Self.maxCount), then prekeys_full",
            holds: stored <= Self.maxCount && code == .preKeysFull)
    }
}
