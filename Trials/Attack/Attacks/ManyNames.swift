import Foundation
import HTTP
import Networking
import RelayAPI
import TestSupport

/// Names cost nobody much: however many there are, the relay's memory stays bounded and its users are served.
struct ManyNames: Attack {
    let name = "many-names"
    let tried = "somebody with many addresses opens account after account, and each writes to a person once"

    private static let maxByteCount = 256 << 20
    /// The log, which is emptied from time to time, and 4 KiB for each name.
    private static func maxDiskByteCount(_ count: Int) -> Int { (64 << 20) + (count << 12) }
    /// As if each account came from an address of its own.
    private static let rates = "registrations=1000000/1000000,new-accounts=1000000/1000000"

    func run(_ trial: Trial) async throws -> Outcome {
        let victim = try await trial.relay(["RELAY_RATES": Self.rates])
        let bob = try await Intruder("bob", at: victim)
        let alice = try await Intruder("alice", at: victim)
        let carol = try await Intruder("carol", at: victim)
        let count = trial.isShort ? 400 : 100_000
        let width = 16
        let memory = try await victim.peak {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<width {
                    group.addTask {
                        for number in stride(from: worker, to: count, by: width) {
                            let stranger = try await Intruder("stranger-\(number)", at: victim)
                            _ = try await stranger.client.ask(
                                .post, "/v1/messages", token: stranger.token,
                                json: stranger.envelope(to: bob.address, byteCount: 100))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let disk = trial.byteCount(of: "relay.db")
        let begin = ContinuousClock.now
        let status = try await alice.client.ask(
            .post, "/v1/messages", token: alice.token,
            json: alice.envelope(to: carol.address, byteCount: 100)
        ).status
        let time = begin.duration(to: .now)
        return Outcome(
            """
            \(count) names took \(mebibytes(memory)) of memory and \(mebibytes(disk)) of disk; a message of one \
            person to another got \(status) after \(time)
            """,
            bound:
                "\(mebibytes(Self.maxByteCount)) and \(mebibytes(Self.maxDiskByteCount(count))); 200 within 1 s",
            holds: memory < Self.maxByteCount && disk < Self.maxDiskByteCount(count) && status == 200
                && time < .seconds(1))
    }
}

extension Trial {
    /// What a file of the instance and its log take.
    fileprivate func byteCount(of name: String) -> Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let path = folder.file(name + suffix)
            let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            return sum + (size ?? 0)
        }
    }
}
