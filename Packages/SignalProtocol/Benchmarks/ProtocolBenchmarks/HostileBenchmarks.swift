import BenchmarkSupport
import Cryptography
import Foundation

@testable import SignalProtocol

/// What the worst message costs that somebody without any key can send.
enum HostileBenchmarks {
    /// No message may take longer.
    private static let limit = 60_000.0

    static func run(_ report: inout Report) throws {
        report.section("Messages that nobody made, to 41 sessions with five receiving chains each")
        let pair = try manySessions()
        for keptKeys in [0, ReceivingChain.maxSkippedKeys] {
            let record = try filled(pair, keptKeys: keptKeys)
            for (name, key) in try ratchetKeys(of: record) {
                for jump in [0, 125, 2000, 25_000] as [UInt32] {
                    let message = try forged(key, jump)
                    let timing = try Timing.of({ record }) { try reject(message, &$0, pair) }
                    report.add(
                        "\(name), \(jump) ahead, \(keptKeys) kept", timing.cells(),
                        .atMost(limit, "µs", is: timing.median))
                }
            }
        }
        try firstMessages(&report)
    }

    /// Bob has a current and forty archived sessions with Alice.
    private static func manySessions() throws -> Correspondents {
        var pair = try Correspondents.acquainted()
        for _ in 0..<SessionRecord.maxPreviousStates {
            try pair.initiate(try pair.makeBundle())
            for _ in 0..<SessionState.maxReceivingChains { try pair.exchange() }
        }
        return pair
    }

    /// Bob's sessions, each chain with keys of messages that never came.
    private static func filled(_ pair: Correspondents, keptKeys: Int) throws -> SessionRecord {
        guard let record = pair.bob.store.session(for: pair.alice.address) else { return SessionRecord() }
        let skipped = (0..<keptKeys).map {
            SkippedMessageKey(index: UInt32($0), secret: .seed(SecretBytes(randomByteCount: 32)))
        }
        func filled(_ state: SessionState) -> SessionState {
            var state = state
            state.receivingChains = state.receivingChains.map { chain in
                guard case .usable(let chain) = chain else { return chain }
                return .usable(
                    ReceivingChain(
                        ratchetKey: chain.ratchetKey,
                        chainKey: ChainKey(key: chain.chainKey.key, index: UInt32(keptKeys)),
                        skippedKeys: skipped))
            }
            return state
        }
        var result = SessionRecord()
        for bytes in record.previous.reversed() {
            result.promote(filled(try SessionState(serialized: bytes.exposed[...])))
        }
        if let current = try record.currentState() { result.promote(filled(current)) }
        return result
    }

    private static func ratchetKeys(of record: SessionRecord) throws -> [(String, PublicKey)] {
        var keys = [("unknown ratchet key", KeyPair().publicKey)]
        if let key = try record.currentState()?.receivingChains.last?.ratchetKey {
            keys.append(("key of the current session", key))
        }
        if let oldest = record.previous.last,
            let key = try SessionState(serialized: oldest.exposed[...]).receivingChains.last?.ratchetKey
        {
            keys.append(("key of the oldest session", key))
        }
        return keys
    }

    /// As far ahead in the chain of the session as in that of the post-quantum ratchet.
    private static func forged(_ key: PublicKey, _ jump: UInt32) throws -> SignalMessage {
        try [UInt8](repeating: 1, count: 32).withUnsafeBytes { macKey in
            try SignalMessage(
                version: MessageVersion.pqxdh, ratchetKey: key, counter: jump, previousCounter: 0,
                ciphertext: [UInt8](repeating: 7, count: 16),
                postQuantumMessage: SPQRMessage(epoch: 1, index: jump, payload: .none).wire, addresses: nil,
                parties: MACParties(sender: key, receiver: key), macKey: macKey)
        }
    }

    private static func reject(
        _ message: SignalMessage, _ record: inout SessionRecord, _ pair: Correspondents
    ) throws {
        var (random, budget) = (SecureRandom(), DerivationBudget())
        let parties = SessionParties(local: pair.bob.address, remote: pair.alice.address)
        let isRead =
            (try? record.decrypt(
                message, outerKind: .whisper, between: parties, within: &budget, using: &random)) != nil
        precondition(!isRead, "a message that nobody made was read")
    }

    /// A first message whose keys are right and whose content is not: everything is derived for it.
    private static func firstMessages(_ report: inout Report) throws {
        report.section("First messages that cannot be read")
        for jump in [0, 25_000] as [UInt32] {
            var pair = try Correspondents()
            try pair.initiate(try pair.makeBundle())
            guard case .preKey(let first) = try pair.encryptAtAlice([1]) else { return }
            let message = CiphertextMessage.preKey(
                PreKeySignalMessage(
                    version: first.version, registrationID: first.registrationID, preKeyID: first.preKeyID,
                    signedPreKeyID: first.signedPreKeyID, kyber: first.kyber, baseKey: first.baseKey,
                    identityKey: first.identityKey, message: try forged(KeyPair().publicKey, jump)))
            let timing = Timing.of({ pair }) { pair in
                let isRead = (try? pair.decryptAtBob(message)) != nil
                precondition(!isRead, "a message that nobody made was read")
            }
            report.add("\(jump) ahead", timing.cells(), .atMost(limit, "µs", is: timing.median))
        }
    }
}
