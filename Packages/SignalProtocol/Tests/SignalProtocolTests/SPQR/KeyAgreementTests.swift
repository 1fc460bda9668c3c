import Cryptography
import VectorSupport
import Testing

@testable import SignalProtocol

struct KeyAgreementTests {
    /// Two ends, the secrets that came out at each, and what is on its way.
    private struct Ends {
        private var ends: [KeyAgreement]
        private(set) var secrets: [[EpochSecret]] = [[], []]
        var queues: [[(payload: SPQRMessage.Payload, epoch: UInt64)]] = [[], []]
        var random: SeededRandom

        init(seed: UInt64) {
            random = SeededRandom(seed: seed)
            let key = SecretBytes(random.bytes(32))
            ends = [KeyAgreement(authKey: key, direction: .a2b), KeyAgreement(authKey: key, direction: .b2a)]
        }

        mutating func send(from end: Int) throws {
            let (payload, secret) = try ends[end].send(using: &random)
            if let secret { secrets[end].append(secret) }
            queues[1 - end].append((payload, ends[end].epoch))
        }

        mutating func receive(at end: Int, position: Int = 0) throws {
            let (payload, epoch) = queues[end].remove(at: position)
            if let secret = try ends[end].receive(payload, epoch: epoch) { secrets[end].append(secret) }
        }

        mutating func receiveAll(at end: Int) throws {
            while !queues[end].isEmpty { try receive(at: end) }
        }

        mutating func chance(_ probability: Double) -> Bool {
            Double.random(in: 0..<1, using: &random) < probability
        }

        /// Secrets come out once for every epoch, in order, the same at both ends.
        func expectAgreement(onAtLeast count: Int, _ comment: Comment) {
            for end in 0...1 {
                #expect(secrets[end].map(\.epoch) == secrets[end].indices.map { UInt64($0) + 1 }, comment)
                #expect(secrets[end].count >= count, comment)
            }
            for (a, b) in zip(secrets[0], secrets[1]) where a.secret != b.secret {
                Issue.record("epoch \(a.epoch) differs: \(comment)")
            }
            #expect(abs(secrets[0].count - secrets[1].count) <= 1, comment)
        }
    }

    @Test func burstsInTurnMakeProgress() throws {
        var ends = Ends(seed: 50)
        for burst in 0..<40 {
            for _ in 0..<50 { try ends.send(from: burst % 2) }
            try ends.receiveAll(at: 1 - burst % 2)
        }
        ends.expectAgreement(onAtLeast: 6, "bursts")
    }

    @Test(arguments: [(0.5, 20), (1.0 / 3, 15)])
    func unevenTrafficMakesProgress(shareOfA: Double, epochCount: Int) throws {
        var ends = Ends(seed: 10_000)
        for _ in 0..<4000 {
            let end = ends.chance(shareOfA) ? 0 : 1
            if ends.chance(0.75) { try ends.receiveAll(at: end) }
            if ends.chance(0.5) { try ends.send(from: end) }
        }
        ends.expectAgreement(onAtLeast: epochCount, "share \(shareOfA)")
    }

    @Test func absencesAreMadeUpFor() throws {
        var ends = Ends(seed: 100_000)
        var isOnline = [true, true]
        for _ in 0..<8000 {
            for end in 0...1 {
                isOnline[end] = isOnline[end] ? !ends.chance(0.04) : ends.chance(0.05)
                guard isOnline[end] else { continue }
                try ends.receiveAll(at: end)
                if ends.chance(0.5) { try ends.send(from: end) }
            }
        }
        ends.expectAgreement(onAtLeast: 15, "absences")
    }

    @Test func chaosMakesProgress() throws {
        var ends = Ends(seed: 70)
        for _ in 0..<1500 {
            let end = Bool.random(using: &ends.random) ? 0 : 1
            if ends.chance(0.7), let position = ends.queues[end].indices.randomElement(using: &ends.random) {
                try ends.receive(at: end, position: position)
            }
            for _ in 0..<Int.random(in: 0...9, using: &ends.random) {
                try ends.send(from: end)
                if ends.chance(0.1) { ends.queues[1 - end].removeLast() }
            }
            while ends.queues[end].count > 20 { try ends.receive(at: end) }
        }
        ends.expectAgreement(onAtLeast: 20, "chaos")
    }

    @Test func silentPeerStopsTheEpochOnly() throws {
        var ends = Ends(seed: 1)
        for _ in 0..<200 { try ends.send(from: 0) }
        try ends.receiveAll(at: 1)
        ends.expectAgreement(onAtLeast: 0, "one side only")
        for _ in 0..<40 { try ends.send(from: 1) }
        try ends.receiveAll(at: 0)
        #expect(ends.secrets.map(\.count) == [0, 1])
    }

    @Test func messagesAheadAreRefusedByEveryState() throws {
        var random = SeededRandom(seed: 8)
        let key = SecretBytes(random.bytes(32))
        var states = [
            KeyAgreement(authKey: key, direction: .a2b), KeyAgreement(authKey: key, direction: .b2a),
        ]
        var names: Set<String> = []
        for _ in 0..<100 {
            for end in 0...1 {
                let (payload, _) = try states[end].send(using: &random)
                _ = try states[1 - end].receive(payload, epoch: states[end].epoch)
                for state in states {
                    names.insert(state.phase.vectorName)
                    var ahead: UInt64 = 1
                    if case .ct2Sampled = state.phase { ahead = 2 }
                    for epoch in [state.epoch + ahead, .max] {
                        var state = state
                        #expect(throws: SPQRError.epochOutOfRange(epoch)) {
                            try state.receive(.none, epoch: epoch)
                        }
                    }
                }
            }
        }
        #expect(names.count >= 9)
    }

    /// The only way past a lost acknowledgement when the key is complete, and one honest peers never take.
    @Test func acknowledgementAloneEndsTheFirstPart() throws {
        var ends = [KeyAgreement](), random = SeededRandom(seed: 4)
        let key = SecretBytes(random.bytes(32))
        ends = [KeyAgreement(authKey: key, direction: .a2b), KeyAgreement(authKey: key, direction: .b2a)]
        func name() -> String { ends[1].phase.vectorName }
        for _ in 0..<3 { _ = try ends[1].receive(try ends[0].send(using: &random).payload, epoch: 1) }
        _ = try ends[0].receive(try ends[1].send(using: &random).payload, epoch: 1)
        for _ in 0..<36 { _ = try ends[1].receive(try ends[0].send(using: &random).payload, epoch: 1) }
        #expect(name() == "EkReceivedCt1Sampled")
        _ = try ends[1].receive(.ct1Ack, epoch: 1)
        #expect(name() == "Ct2Sampled")
    }
}
