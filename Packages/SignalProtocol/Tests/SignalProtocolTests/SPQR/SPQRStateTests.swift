import Cryptography
import VectorSupport
import Testing

@testable import SignalProtocol

struct SPQRStateTests {
    private typealias End = SPQRConversation.End

    /// One hundred rounds without loss: where each value is complete, and when each epoch's keys are used.
    @Test func lockstepGoesAsTheSpecificationSays() throws {
        var conversation = SPQRConversation(seed: 1)
        var firstUse: [String] = []
        var seen: Set<UInt64> = [1]
        var log: [String: String] = [:]
        for round in 1...220 {
            for end in End.allCases {
                let before = conversation.states.map(\.vectorName)
                let sent = try conversation.send(from: end)
                let message = try SPQRMessage(wire: sent.message)
                if seen.insert(message.epoch).inserted { firstUse.append("\(round)\(end)") }
                try conversation.receive(at: end.peer)
                for (index, name) in conversation.states.map(\.vectorName).enumerated()
                where name != before[index] {
                    log["\(index == 0 ? "a" : "b") \(name)"] = "\(round)\(end)"
                }
            }
        }
        #expect(log["b HeaderReceived/1"] == "3a")
        #expect(log["b Ct1Sampled/1"] == "3b")
        #expect(log["a HeaderSent/1"] == "3b")
        #expect(log["a Ct1Received/1"] == "32b")
        #expect(log["b Ct1Acknowledged/1"] == "33a")
        #expect(log["b Ct2Sampled/1"] == "39a")
        #expect(log["a EkSentCt1Received/1"] == "39b")
        #expect(log["a NoHeaderReceived/2"] == "43b")
        #expect(log["b KeysSampled/2"] == "44b")
        #expect(firstUse == ["44a", "87b", "131a", "174b", "218a"])
    }

    @Test func messagesAreAsLongAsTheirTypeAsks() throws {
        var conversation = SPQRConversation(seed: 2)
        var lengths: Set<Int> = []
        for _ in 0..<60 {
            for end in End.allCases {
                let sent = try conversation.send(from: end)
                lengths.insert(sent.message.count)
                try conversation.receive(at: end.peer)
            }
        }
        #expect(lengths == [4, 37])
    }

    @Test func keysAgreeWhateverIsLost() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            var conversation = SPQRConversation(seed: seed)
            for _ in 0..<1000 {
                for end in End.allCases where Bool.random(using: &conversation.random) {
                    try conversation.send(from: end)
                    if Double.random(in: 0..<1, using: &conversation.random) < 0.7 {
                        try conversation.receive(at: end.peer)
                    } else {
                        conversation.lose(at: end.peer, position: 0)
                    }
                }
            }
            #expect(conversation.epoch(.a) >= 6, "seed \(seed)")
        }
    }

    /// Out of order, lost, duplicated, stored and loaded in between.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func keysAgreeThroughDisorder(seed: UInt64) throws {
        var conversation = SPQRConversation(seed: seed)
        conversation.isReloaded = seed.isMultiple(of: 2)
        for _ in 0..<1200 {
            let end = Bool.random(using: &conversation.random) ? End.a : .b
            for _ in 0..<Int.random(in: 0...3, using: &conversation.random) {
                try conversation.send(from: end)
            }
            for _ in 0..<Int.random(in: 0...3, using: &conversation.random) {
                let queue = conversation.queues[end.rawValue]
                guard let position = queue.indices.randomElement(using: &conversation.random) else { break }
                if Int.random(in: 0..<10, using: &conversation.random) == 0 {
                    conversation.lose(at: end, position: position)
                } else {
                    try conversation.receive(at: end, position: position)
                    if Int.random(in: 0..<20, using: &conversation.random) == 0 {
                        conversation.expectRefusal(of: queue[position].message, at: end)
                    }
                }
            }
            // Messages must not wait longer than old keys are kept.
            while conversation.queues[end.rawValue].count > 20 { try conversation.receive(at: end) }
        }
        #expect(conversation.epoch(.a) >= 6, "seed \(seed)")
    }

    @Test func repeatedMessageIsRefused() throws {
        var conversation = SPQRConversation(seed: 4)
        let sent = try conversation.send(from: .a)
        try conversation.receive(at: .b)
        conversation.expectRefusal(of: sent.message, at: .b, [.keyAlreadyRequested(1)])
    }

    @Test func messagesOfForgottenEpochsAreRefused() throws {
        var conversation = SPQRConversation(seed: 5)
        let early = try conversation.send(from: .a)
        conversation.lose(at: .b, position: 0)
        for _ in 0..<135 { try conversation.round() }
        conversation.expectRefusal(of: early.message, at: .b, [.epochOutOfRange(0)])
    }

    @Test func talkingToNobodyGoesOnAndCanBeHeardLater() throws {
        var conversation = SPQRConversation(seed: 6)
        var last: SPQRConversation.Sent?
        for number in 1...3000 as ClosedRange<UInt32> {
            last = try conversation.send(from: .a)
            guard number.isMultiple(of: 500) else { continue }
            let message = try SPQRMessage(wire: try #require(last).message)
            #expect(message.index == number)
            guard case .hdr(let chunk) = message.payload else {
                Issue.record("\(message.payload)")
                continue
            }
            #expect(UInt32(chunk.index) == number - 1)
        }
        #expect(conversation.epoch(.a) == 1)
        #expect(conversation[.a].serialized(.compact).count < 1800)
        try conversation.receive(at: .b, position: 2999)
        try conversation.receive(at: .b, position: 2500)
    }

    @Test func differentSecretsFailWhenTheHeaderIsComplete() throws {
        var random = SeededRandom(seed: 9)
        var conversation = SPQRConversation(
            seed: 9,
            SPQRState(authKey: SecretBytes(random.bytes(32)), direction: .a2b, isRequired: true),
            SPQRState(authKey: SecretBytes(random.bytes(32)), direction: .b2a, isRequired: true))
        for _ in 0..<2 {
            let sent = try conversation.send(from: .a)
            #expect(try conversation.states[1].receive(sent.message) != sent.key)
        }
        let third = try conversation.send(from: .a)
        conversation.expectRefusal(of: third.message, at: .b, [.macVerifyFailed])
    }

    /// A forged chunk, were it believed, would spoil the value; its MAC or hash shows that.
    @Test func alteredLastChunksAreRefused() throws {
        var conversation = SPQRConversation(seed: 10)
        for _ in 0..<90 {
            for end in End.allCases {
                let before = conversation[end.peer]
                var altered = try conversation.send(from: end).message
                altered[altered.count - 1] ^= 1
                try conversation.receive(at: end.peer)
                guard altered.count == 37, before.vectorName != conversation[end.peer].vectorName else {
                    continue
                }
                var state = before
                let result = outcome { () throws(SPQRError) in try state.receive(altered) }
                switch conversation[end.peer].vectorName.prefix(while: { $0 != "/" }) {
                case "HeaderReceived", "NoHeaderReceived": #expect(result == .failure(.macVerifyFailed))
                case "Ct2Sampled": #expect(result == .failure(.erroneousDataReceived))
                default: break
                }
            }
        }
        #expect(conversation.epoch(.a) == 3)
    }

    @Test func printingShowsNoKeys() throws {
        let state = SPQRConversation(seed: 11)[.a]
        #expect("\(state)" == "post-quantum ratchet, epoch 1")
        #expect("\(SPQRState.disabled)" == "post-quantum ratchet, disabled")
        var dumped = ""
        dump([state], to: &dumped)
        #expect(!dumped.contains("authKey"))
    }
}

/// What two parties of different versions and wishes agree on.
struct SPQRNegotiationTests {
    enum Wish: CaseIterable {
        case disabled, optional, required

        func state(_ direction: SPQRDirection) -> SPQRState {
            self == .disabled
                ? .disabled
                : SPQRState(
                    authKey: SecretBytes([UInt8](repeating: 12, count: 32)), direction: direction,
                    isRequired: self == .required)
        }
    }

    @Test(arguments: Wish.allCases, Wish.allCases)
    func everyPairAgreesOrIsRefused(_ wishOfA: Wish, _ wishOfB: Wish) throws {
        for first in SPQRConversation.End.allCases {
            var conversation = SPQRConversation(seed: 12, wishOfA.state(.a2b), wishOfB.state(.b2a))
            let wishes = [wishOfA, wishOfB]
            for turn in 0..<6 {
                let end = turn.isMultiple(of: 2) ? first : first.peer
                let sent = try conversation.send(from: end)
                if conversation[end].isDisabled, wishes[end.peer.rawValue] == .required {
                    #expect(sent.message.isEmpty)
                    conversation.expectRefusal(of: sent.message, at: end.peer, [.minimumVersion])
                    conversation.lose(at: end.peer, position: 0)
                } else if conversation[end.peer].isDisabled {
                    #expect(try conversation.states[end.peer.rawValue].receive(sent.message) == nil)
                    conversation.lose(at: end.peer, position: 0)
                } else {
                    try conversation.receive(at: end.peer)
                }
            }
            if wishes.contains(.disabled) {
                for (wish, state) in zip(wishes, conversation.states) where wish != .required {
                    #expect(state.isDisabled)
                }
            } else {
                let last = try conversation.send(from: first)
                #expect(last.key != nil)
            }
        }
    }

    @Test func laterVersionsAreIgnored() throws {
        let conversation = SPQRConversation(seed: 13)
        var state = conversation[.b]
        for version in 2...UInt8.max { #expect(try state.receive([version, 1, 2, 3]) == nil) }
        #expect(state.serialized() == conversation[.b].serialized())
    }

    @Test func settledVersionDoesNotGoBack() throws {
        var conversation = SPQRConversation(seed: 14, requiredAtA: false, requiredAtB: false)
        try conversation.round()
        for message in [[], [0], [0, 1, 2]] as [[UInt8]] {
            conversation.expectRefusal(of: message, at: .a, [.versionMismatch])
        }
    }
}
