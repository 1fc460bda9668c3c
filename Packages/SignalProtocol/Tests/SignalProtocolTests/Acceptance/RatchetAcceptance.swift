import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// The rows of the protocol's acceptance checklist about single messages of a session.
@Suite("Acceptance: ratchet")
struct RatchetAcceptance {
    @Test("R1 a message with any byte changed is refused and leaves the state as it was")
    func changedBytesAreRefused() throws {
        var pair = try Pair(acquainted: 201)
        _ = try pair.sendToBob("one before")
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).whisper
        let before = pair.bob.store
        var random = SeededRandom(seed: 201)
        for index in message.wire.indices {
            let mask: UInt8 = 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(throws: SignalError.self, "byte \(index), mask \(mask)") {
                let altered = try message.altering(byte: index, by: mask)
                _ = try pair.bob.decrypt(.whisper(altered), from: pair.alice.address)
            }
            #expect(pair.bob.store == before, "byte \(index), mask \(mask)")
        }
        let macStart = message.wire.count - 8
        let headerByte = 5
        let ciphertextByte = try #require(message.wire.position(of: Array(message.ciphertext)))
        for index in [headerByte, ciphertextByte, macStart, message.wire.count - 1] {
            pair.bob.expectRefusal(
                .invalidMessage(.whisper), of: .whisper(try message.altering(byte: index)),
                from: pair.alice.address, "byte \(index)")
        }
        #expect(try pair.bob.decrypt(.whisper(message), from: pair.alice.address) == "hello")
    }

    @Test("R2 a message played again is a duplicate")
    func repeatedMessagesAreDuplicates() throws {
        var pair = try Pair(acquainted: 202)
        let messages = try (0..<3).map { try pair.alice.encrypt("\($0)", to: pair.bob.address) }
        for (index, message) in messages.enumerated() {
            #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "\(index)")
        }
        for (index, message) in messages.enumerated() {
            pair.bob.expectRefusal(
                .duplicatedMessage(chainIndex: 3, counter: UInt32(index)), of: message,
                from: pair.alice.address)
        }
    }

    @Test("R3 messages out of order, within and across five chains, decrypt once each")
    func outOfOrderMessagesDecryptOnce() throws {
        var pair = try Pair(acquainted: 203)
        var late: [(text: String, message: CiphertextMessage)] = []
        for turn in 0..<5 {
            let messages = try (0..<4).map { index in
                (
                    text: "\(turn).\(index)",
                    message: try pair.alice.encrypt("\(turn).\(index)", to: pair.bob.address)
                )
            }
            #expect(try pair.bob.decrypt(messages[2].message, from: pair.alice.address) == messages[2].text)
            late += messages.filter { $0.text != messages[2].text }
            _ = try pair.sendToAlice("turn")
        }
        var random = SeededRandom(seed: 203)
        for (text, message) in late.shuffled(using: &random) {
            #expect(try pair.bob.decrypt(message, from: pair.alice.address) == text)
        }
        for (text, message) in late {
            #expect(throws: SignalError.self, "\(text)") {
                try pair.bob.decrypt(message, from: pair.alice.address)
            }
        }
        #expect(try pair.sendToAlice("done") == "done")
    }

    @Test("R4 a message 25,000 ahead is accepted, one 25,001 ahead is not")
    func jumpsAreLimited() throws {
        var pair = try Pair(acquainted: 204)
        try pair.alice.loseMessages(25_001, to: pair.bob.address)
        let tooFar = try pair.alice.encrypt("too far", to: pair.bob.address)
        pair.bob.expectRefusal(.invalidMessage(.whisper), of: tooFar, from: pair.alice.address)
        var other = try Pair(acquainted: 2040)
        try other.alice.loseMessages(25_000, to: other.bob.address)
        #expect(try other.sendToBob("just in reach") == "just in reach")
    }

    @Test("R5 in a session with oneself a message may be further ahead")
    func jumpsInSelfSessionsGoFurther() throws {
        var pair = try Pair(selfSession: 205)
        try pair.alice.loseMessages(25_001, to: pair.bob.address)
        #expect(try pair.sendToBob("far ahead") == "far ahead")
        // The library's own bound still holds.
        let key = try #require(
            try pair.alice.store.session(for: pair.bob.address)?.currentState()?.sendingChain)
        pair.bob.expectRefusal(
            .invalidMessage(.whisper),
            of: try SignalMessage.forged(
                ratchetKey: key.ratchetKey.publicKey,
                counter: key.chainKey.index + ReceivingChain.maxForwardJumpToSelf + 1),
            from: pair.alice.address)
    }

    @Test("R6 of a chain, the keys of the newest 2,000 skipped messages are kept")
    func skippedKeysAreLimited() throws {
        var pair = try Pair(acquainted: 206)
        var kept: [UInt32: CiphertextMessage] = [:]
        for counter in 0..<2300 as Range<UInt32> {
            if [5, 299, 300, 1000, 2299].contains(counter) {
                kept[counter] = try pair.alice.encrypt("\(counter)", to: pair.bob.address)
            } else {
                try pair.alice.loseMessages(1, to: pair.bob.address)
            }
        }
        for counter in [1000, 2299] as [UInt32] {
            let message = try #require(kept[counter])
            #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "\(counter)")
        }
        // 2,298 were skipped: 0 to 999 and 1,001 to 2,298. The last 2,000 of them begin at 298.
        let state = try #require(try pair.bob.store.session(for: pair.alice.address)?.currentState())
        guard case .usable(let chain) = try #require(state.receivingChains.last) else {
            Issue.record("the chain is damaged")
            return
        }
        #expect(chain.skippedKeys.count == 2000)
        #expect(chain.skippedKeys.first?.index == 298)
        let dropped = try #require(kept[5])
        pair.bob.expectRefusal(
            .duplicatedMessage(chainIndex: 2300, counter: 5), of: dropped, from: pair.alice.address)
        #expect(try pair.bob.decrypt(try #require(kept[299]), from: pair.alice.address) == "299")
        #expect(try pair.bob.decrypt(try #require(kept[300]), from: pair.alice.address) == "300")
    }

    @Test("R7 a message on a chain older than the last five is refused")
    func oldChainsAreForgotten() throws {
        var pair = try Pair(acquainted: 207)
        var late: [CiphertextMessage] = []
        for turn in 0..<6 {
            _ = try pair.sendToBob("first of chain \(turn)")
            late.append(try pair.alice.encrypt("late \(turn)", to: pair.bob.address))
            _ = try pair.sendToAlice("turn")
        }
        pair.bob.expectRefusal(.invalidMessage(.whisper), of: late[0], from: pair.alice.address)
        for turn in 1..<6 {
            #expect(try pair.bob.decrypt(late[turn], from: pair.alice.address) == "late \(turn)")
        }
    }

    @Test("R8 a ratchet key that leads to a zero secret is refused", arguments: SmallOrderKey.all)
    func zeroRatchetKeysAreRefused(_ key: PublicKey) throws {
        var pair = try Pair(acquainted: 208)
        pair.bob.expectRefusal(
            .invalidMessage(.whisper), of: try SignalMessage.forged(ratchetKey: key, counter: 0),
            from: pair.alice.address)
    }

    @Test("R9 a message for an archived session makes it current again")
    func messagesReviveArchivedSessions() throws {
        var pair = try Pair(acquainted: 209)
        let baseKey = pair.bob.store.session(for: pair.alice.address)?.baseKey
        try pair.bob.archiveSession(with: pair.alice.address)
        #expect(throws: SignalError.sessionNotFound(pair.alice.address)) {
            try pair.bob.encrypt("cannot", to: pair.alice.address)
        }
        #expect(try pair.sendToBob("hello") == "hello")
        #expect(pair.bob.store.session(for: pair.alice.address)?.baseKey == baseKey)
        #expect(try pair.sendToAlice("hello") == "hello")
    }

    @Test("R10 a previous session that cannot be read is skipped")
    func unreadablePreviousSessionsAreSkipped() throws {
        var pair = try Pair(acquainted: 210)
        let record = try #require(pair.bob.store.session(for: pair.alice.address))
        var writer = ProtobufWriter()
        for state in [[0xFF, 0xFF, 0xFF], [], try #require(record.current).archived.exposed] {
            writer.put(state, field: 2)
        }
        pair.bob.store.storeSession(try SessionRecord(serialized: writer.bytes), for: pair.alice.address)
        #expect(try pair.sendToBob("hello") == "hello")
        #expect(pair.bob.store.session(for: pair.alice.address)?.previous.count == 2)
    }

    @Test("R11 a message of a version that no session has is refused")
    func otherVersionsAreRefused() throws {
        var pair = try Pair(acquainted: 211)
        let key = try #require(
            try pair.alice.store.session(for: pair.bob.address)?.currentState()?.sendingChain)
        try pair.bob.archiveSession(with: pair.alice.address)
        pair.bob.expectRefusal(
            .invalidMessage(.whisper),
            of: try SignalMessage.forged(ratchetKey: key.ratchetKey.publicKey, counter: 0, version: 3),
            from: pair.alice.address)
    }

    @Test("R12 without a record there is no session")
    func noRecordMeansNoSession() throws {
        var pair = try Pair(acquainted: 212)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        let stranger = try ProtocolAddress(name: "stranger", deviceID: 1)
        pair.bob.expectRefusal(.sessionNotFound(stranger), of: message, from: stranger)
        #expect(throws: SignalError.sessionNotFound(stranger)) { try pair.bob.encrypt("hello", to: stranger) }
    }

    @Test("R13 a record without a session that fits refuses the message")
    func noFittingSessionRefusesTheMessage() throws {
        var pair = try Pair(acquainted: 213)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        pair.bob.store.storeSession(SessionRecord(), for: pair.alice.address)
        pair.bob.expectRefusal(.invalidMessage(.whisper), of: message, from: pair.alice.address)
    }

    @Test("R14 two who begin at once agree on one session, whatever is lost", arguments: 0..<64)
    func simultaneousBeginningsConverge(losses: Int) throws {
        var pair = try Pair(strangers: 214)
        let bobsBundle = try pair.bob.makeBundle()
        let alicesBundle = try pair.alice.makeBundle()
        try pair.alice.process(bobsBundle, of: pair.bob.address)
        try pair.bob.process(alicesBundle, of: pair.alice.address)
        for round in 0..<3 {
            let toBob = try pair.alice.encrypt("to bob \(round)", to: pair.bob.address)
            let toAlice = try pair.bob.encrypt("to alice \(round)", to: pair.alice.address)
            if losses >> (2 * round) & 1 == 0 {
                #expect(try pair.bob.decrypt(toBob, from: pair.alice.address) == "to bob \(round)")
            }
            if losses >> (2 * round + 1) & 1 == 0 {
                #expect(try pair.alice.decrypt(toAlice, from: pair.bob.address) == "to alice \(round)")
            }
        }
        for round in 0..<2 {
            #expect(try pair.sendToBob("then \(round)") == "then \(round)")
            #expect(try pair.sendToAlice("then \(round)") == "then \(round)")
        }
        let alices = pair.alice.store.session(for: pair.bob.address)?.baseKey
        #expect(alices != nil && alices == pair.bob.store.session(for: pair.alice.address)?.baseKey)
    }

    @Test("R15 of more than 40 previous sessions the oldest is dropped")
    func previousSessionsAreLimited() throws {
        var pair = try Pair(seed: 215)
        var first: [CiphertextMessage] = []
        for count in 0..<42 {
            if count > 0 {
                let bundle = try pair.bob.makeBundle(
                    oneTimePreKeyID: UInt32(count), signedPreKeyID: UInt32(count),
                    kyberPreKeyID: UInt32(count))
                try pair.alice.process(bundle, of: pair.bob.address)
            }
            _ = try pair.sendToBob("beginning \(count)")
            first.append(try pair.alice.encrypt("late \(count)", to: pair.bob.address))
        }
        #expect(pair.bob.store.session(for: pair.alice.address)?.previous.count == 40)
        #expect(pair.alice.store.session(for: pair.bob.address)?.previous.count == 40)
        // The session is not known any more, and its prekeys are gone.
        pair.bob.expectRefusal(
            .invalidKyberPreKeyID(Party.PreKeyID.kyber), of: first[0], from: pair.alice.address)
        #expect(try pair.bob.decrypt(first[1], from: pair.alice.address) == "late 1")
    }

    @Test("R16 an identity not trusted for sending stops the message, and the chain stays")
    func untrustedIdentityStopsSending() throws {
        var pair = try Pair(acquainted: 216)
        let other = try Party("other", seed: 2160).store.identityKeyPair.publicKey
        #expect(pair.alice.store.saveIdentity(other, for: pair.bob.address) == .replaced)
        let before = pair.alice.store
        #expect(throws: SignalError.untrustedIdentity(pair.bob.address)) {
            try pair.alice.encrypt("hello", to: pair.bob.address)
        }
        #expect(pair.alice.store == before)
    }

    @Test("R17 an identity not trusted for receiving keeps nothing, and the message decrypts once it is")
    func untrustedIdentityKeepsNothing() throws {
        var pair = try Pair(acquainted: 217)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        let other = try Party("other", seed: 2170).store.identityKeyPair.publicKey
        _ = pair.bob.store.saveIdentity(other, for: pair.alice.address)
        pair.bob.expectRefusal(.untrustedIdentity(pair.alice.address), of: message, from: pair.alice.address)
        _ = pair.bob.store.saveIdentity(
            pair.alice.store.identityKeyPair.publicKey, for: pair.alice.address)
        #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "hello")
    }

    @Test("R18 empty and very large plaintexts go through", arguments: [0, 1, 15, 16, 17, 1 << 20])
    func anySizeGoesThrough(byteCount: Int) throws {
        var pair = try Pair(acquainted: 218)
        let text = String(repeating: "x", count: byteCount)
        #expect(try pair.sendToBob(text) == text)
        #expect(try pair.sendToAlice(text) == text)
    }

    @Test("R19 a damaged receiving chain disturbs neither sending nor other chains")
    func damagedChainsDisturbNothingElse() throws {
        var pair = try Pair(acquainted: 219)
        let record = try #require(pair.bob.store.session(for: pair.alice.address))
        for chain in [[0x0A, 1, 9], [0x1A, 2, 0x12, 0], []] as [[UInt8]] {
            try pair.bob.changeSession(with: pair.alice.address) { state in
                state.receivingChains.insert(try .init(serialized: chain[...]), at: 0)
            }
        }
        let damaged = try #require(pair.bob.store.session(for: pair.alice.address))
        #expect(damaged != record)
        pair.bob.store.storeSession(
            try SessionRecord(serialized: damaged.serialized), for: pair.alice.address)
        #expect(try pair.sendToAlice("sending works") == "sending works")
        #expect(try pair.sendToBob("receiving works") == "receiving works")
        // A damaged chain of the very key that a message has cannot serve it.
        try pair.bob.changeSession(with: pair.alice.address) { state in
            let key = try #require(state.receivingChains.last?.ratchetKey)
            state.receivingChains[state.receivingChains.count - 1] = .damaged(
                ratchetKey: key, serialized: SecretBytes([]))
        }
        let message = try pair.alice.encrypt("on that chain", to: pair.bob.address)
        pair.bob.expectRefusal(.invalidMessage(.whisper), of: message, from: pair.alice.address)
    }

    @Test(
        "R20 the largest counter is a clean error, also in a session with oneself", arguments: [false, true])
    func largestCounterIsACleanError(isSelfSession: Bool) throws {
        var pair = try isSelfSession ? Pair(selfSession: 220) : Pair(acquainted: 220)
        _ = try pair.sendToBob("one")
        let key = try #require(
            try pair.alice.store.session(for: pair.bob.address)?.currentState()?.sendingChain)
        for counter in [.max, .max - 1] as [UInt32] {
            pair.bob.expectRefusal(
                .invalidMessage(.whisper),
                of: try SignalMessage.forged(ratchetKey: key.ratchetKey.publicKey, counter: counter),
                from: pair.alice.address)
        }
        // At the end of a chain: the last key but one serves, then the sender must wait for a turn.
        func atTheEnd(_ chainKey: ChainKey) -> ChainKey { ChainKey(key: chainKey.key, index: .max - 1) }
        try pair.alice.changeSession(with: pair.bob.address) { state in
            state.sendingChain = state.sendingChain.map {
                SendingChain(ratchetKey: $0.ratchetKey, chainKey: atTheEnd($0.chainKey))
            }
        }
        try pair.bob.changeSession(with: pair.alice.address) { state in
            guard case .usable(let chain) = try #require(state.receivingChains.last) else { return }
            state.receivingChains[state.receivingChains.count - 1] = .usable(
                ReceivingChain(ratchetKey: chain.ratchetKey, chainKey: atTheEnd(chain.chainKey)))
        }
        #expect(try pair.sendToBob("the last") == "the last")
        #expect(throws: SignalError.invalidState("the chain has reached its end")) {
            try pair.alice.encrypt("one too many", to: pair.bob.address)
        }
        pair.bob.expectRefusal(
            .invalidMessage(.whisper),
            of: try SignalMessage.forged(ratchetKey: key.ratchetKey.publicKey, counter: .max),
            from: pair.alice.address)
        #expect(try pair.sendToAlice("a turn") == "a turn")
        #expect(try pair.sendToBob("goes on") == "goes on")
    }

    @Test("R21 a message with its post-quantum part tampered is refused")
    func tamperedPostQuantumPartIsRefused() throws {
        var pair = try Pair(acquainted: 221)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).whisper
        #expect(!message.postQuantumMessage.isEmpty)
        let start = try #require(message.wire.position(of: message.postQuantumMessage))
        for offset in message.postQuantumMessage.indices {
            pair.bob.expectRefusal(
                .invalidMessage(.whisper), of: .whisper(try message.altering(byte: start + offset)),
                from: pair.alice.address, "byte \(offset)")
        }
        #expect(try pair.bob.decrypt(.whisper(message), from: pair.alice.address) == "hello")
    }
}
