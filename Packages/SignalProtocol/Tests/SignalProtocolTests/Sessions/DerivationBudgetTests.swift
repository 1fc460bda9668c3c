import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// What a message may cost is counted in links of chains, so that no clock decides.
struct DerivationBudgetTests {
    private static func parties(_ pair: Pair) -> SessionParties {
        SessionParties(local: pair.bob.address, remote: pair.alice.address)
    }

    /// Bob has a current and forty archived sessions with Alice.
    private static func pairWithManySessions(seed: UInt64) throws -> Pair {
        var pair = try Pair(seed: seed)
        for count in 0...SessionRecord.maxPreviousStates as ClosedRange<Int> {
            if count > 0 {
                let id = UInt32(count)
                let bundle = try pair.bob.makeBundle(
                    oneTimePreKeyID: id, signedPreKeyID: id, kyberPreKeyID: id)
                try pair.alice.process(bundle, of: pair.bob.address)
            }
            for turn in 0..<(count == 0 ? SessionState.maxReceivingChains : 1) {
                #expect(try pair.sendToBob("\(count).\(turn)") == "\(count).\(turn)")
                #expect(try pair.sendToAlice("answer") == "answer")
            }
        }
        return pair
    }

    /// The links that a forged message makes Bob derive; it must be rejected.
    private static func stepCount(
        of message: CiphertextMessage, in record: SessionRecord, _ pair: Pair
    ) throws -> Int {
        var (record, budget, random) = (record, DerivationBudget(), SeededRandom(seed: 1))
        #expect(throws: SignalError.invalidMessage(.whisper)) {
            try record.decrypt(
                message.whisper, outerKind: .whisper, between: parties(pair), within: &budget, using: &random)
        }
        return budget.stepCount
    }

    private static func postQuantumMessage(epoch: UInt64, index: UInt32) -> [UInt8] {
        SPQRMessage(epoch: epoch, index: index, payload: .none).wire
    }

    @Test func forgedMessageCostsOneBudgetOverAllSessions() throws {
        let pair = try Self.pairWithManySessions(seed: 501)
        let record = try #require(pair.bob.store.session(for: pair.alice.address))
        #expect(record.previous.count == SessionRecord.maxPreviousStates)
        var random = SeededRandom(seed: 502)
        let unknown = PrivateKey(using: &random).publicKey
        var largest = 0
        for counter in [0, 125, 2000, 2001, 25_000, .max] as [UInt32] {
            for index in [0, 125, 25_000] as [UInt32] {
                let message = try SignalMessage.forged(
                    ratchetKey: unknown, counter: counter,
                    postQuantumMessage: Self.postQuantumMessage(epoch: 1, index: index))
                let count = try Self.stepCount(of: message, in: record, pair)
                #expect(count <= DerivationBudget.maxStepCount, "counter \(counter), index \(index)")
                largest = max(largest, count)
                // Too far for archived sessions: nothing but the current one has derived anything.
                if counter > DerivationBudget.maxArchivedJump {
                    #expect(count <= DerivationBudget.currentStepCount, "counter \(counter), index \(index)")
                }
            }
        }
        #expect(largest > DerivationBudget.archivedStepCount)
    }

    @Test func chainThatIsKnownIsWalkedOnceAndNoOtherIsTried() throws {
        let pair = try Self.pairWithManySessions(seed: 503)
        let record = try #require(pair.bob.store.session(for: pair.alice.address))
        let current = try #require(try record.currentState()?.receivingChains.last?.ratchetKey)
        let far = try SignalMessage.forged(ratchetKey: current, counter: 25_000)
        #expect(try Self.stepCount(of: far, in: record, pair) <= Int(ReceivingChain.maxForwardJump))

        let archived = try SessionState(serialized: record.previous[7].exposed[...])
        let known = try #require(archived.receivingChains.last?.ratchetKey)
        // The current session does not know the key and takes a jump; of the archived ones only one does.
        let message = try SignalMessage.forged(ratchetKey: known, counter: 1500)
        #expect(try Self.stepCount(of: message, in: record, pair) <= 2 * 1500)
    }

    @Test func messageThatTurnsTheRatchetOfTheOldestSessionIsRead() throws {
        var pair = try Self.pairWithManySessions(seed: 504)
        // Alice goes on in the session that Bob has archived first. Her next ratchet key is unknown to all of his, so
        // that each of them tries it.
        let alices = try #require(pair.alice.store.session(for: pair.bob.address))
        let oldest = try SessionState(serialized: try #require(alices.previous.last).exposed[...])
        try pair.alice.changeSession(with: pair.bob.address) { $0 = oldest }
        try pair.alice.loseMessages(100, to: pair.bob.address)
        #expect(try pair.sendToBob("late") == "late")
        #expect(pair.bob.store.session(for: pair.alice.address)?.baseKey == oldest.baseKey)
    }

    @Test func archivedSessionTakesNoLongJump() throws {
        for (lost, isRead) in [(2000, true), (2001, false)] as [(UInt32, Bool)] {
            var pair = try Pair(acquainted: 505)
            let before = pair.alice
            let bundle = try pair.bob.makeBundle(
                oneTimePreKeyID: 1, signedPreKeyID: 1, kyberPreKeyID: 1)
            try pair.alice.process(bundle, of: pair.bob.address)
            #expect(try pair.sendToBob("a new session") == "a new session")
            var old = before
            try old.loseMessages(lost, to: pair.bob.address)
            let message = try old.encrypt("late", to: pair.bob.address)
            if isRead {
                #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "late")
            } else {
                pair.bob.expectRefusal(.invalidMessage(.whisper), of: message, from: pair.alice.address)
            }
        }
    }

    @Test func messageThatBeginsASessionTriesNoOther() throws {
        var pair = try Self.pairWithManySessions(seed: 506)
        let bundle = try pair.bob.makeBundle(oneTimePreKeyID: 99, signedPreKeyID: 99, kyberPreKeyID: 99)
        try pair.alice.process(bundle, of: pair.bob.address)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        let record = try #require(pair.bob.store.session(for: pair.alice.address))
        var random = SeededRandom(seed: 507)
        let forged = try SignalMessage.forged(
            ratchetKey: PrivateKey(using: &random).publicKey, counter: 25_000,
            postQuantumMessage: Self.postQuantumMessage(epoch: 1, index: 25_000)
        ).whisper
        // On the session that it names, which here is the current one.
        var (attempt, budget) = (record, DerivationBudget())
        #expect(throws: SignalError.invalidMessage(.preKey)) {
            try attempt.decrypt(
                forged, outerKind: .preKey, between: Self.parties(pair), within: &budget, using: &random)
        }
        #expect(budget.stepCount <= DerivationBudget.currentStepCount)
        pair.bob.expectRefusal(
            .invalidMessage(.preKey), of: try message.replacing(message: forged), from: pair.alice.address)
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
    }

    @Test func briefEffortReadsWhatIsNearAndTriesNothingElse() throws {
        var pair = try Self.pairWithManySessions(seed: 508)
        let record = try #require(pair.bob.store.session(for: pair.alice.address))
        var random = SeededRandom(seed: 509)
        let archived = try SessionState(serialized: record.previous[7].exposed[...])
        let keys = [
            PrivateKey(using: &random).publicKey, try #require(archived.receivingChains.last?.ratchetKey),
            try #require(try record.currentState()?.receivingChains.last?.ratchetKey),
        ]
        for (key, counter) in keys.flatMap({ key in [5, 100, 2000, 25_000].map { (key, $0 as UInt32) } }) {
            let message = try SignalMessage.forged(
                ratchetKey: key, counter: counter,
                postQuantumMessage: Self.postQuantumMessage(epoch: 1, index: counter)
            ).whisper
            var (attempt, budget, random) = (record, DerivationBudget(.brief), SeededRandom(seed: 1))
            #expect(throws: SignalError.invalidMessage(.whisper)) {
                try attempt.decrypt(
                    message, outerKind: .whisper, between: Self.parties(pair), within: &budget,
                    using: &random)
            }
            #expect(budget.stepCount <= DerivationBudget.briefStepCount, "counter \(counter)")
        }
        let brief = SessionCipher(local: pair.bob.address, remote: pair.alice.address, effort: .brief)
        try pair.alice.loseMessages(99, to: pair.bob.address)
        let near = try pair.alice.encrypt("near", to: pair.bob.address)
        #expect(try brief.decrypt(near, in: &pair.bob.store, using: &random) == Array("near".utf8))
        try pair.alice.loseMessages(201, to: pair.bob.address)
        let far = try pair.alice.encrypt("far", to: pair.bob.address)
        #expect(throws: SignalError.invalidMessage(.whisper)) {
            try brief.decrypt(far, in: &pair.bob.store, using: &random)
        }
        #expect(try pair.bob.decrypt(far, from: pair.alice.address) == "far")
    }

    @Test func budgetEndsWhereItSays() {
        var budget = DerivationBudget()
        let jump = ReceivingChain.maxForwardJump
        let areJumpsOfTheCurrentSessionTaken = budget.take(jump) && budget.take(jump)
        #expect(areJumpsOfTheCurrentSessionTaken)
        budget.beginArchivedSessions()
        let isLongJumpTaken = budget.take(DerivationBudget.maxArchivedJump + 1)
        #expect(!isLongJumpTaken)
        var count = 0
        while budget.take(DerivationBudget.maxArchivedJump) { count += 1 }
        #expect(count == DerivationBudget.archivedStepCount / Int(DerivationBudget.maxArchivedJump))
        #expect(!budget.allows(1) && budget.allows(0))
        #expect(budget.stepCount == DerivationBudget.maxStepCount)
    }
}
