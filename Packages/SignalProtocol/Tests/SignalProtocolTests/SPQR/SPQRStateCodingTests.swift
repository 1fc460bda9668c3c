import VectorSupport
import Testing

@testable import SignalProtocol

struct SPQRStateCodingTests {
    /// A state of every kind, of both ends, as stored.
    private static func states() throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for requiredRatio in 0...1 {
            var conversation = SPQRConversation(seed: 99, requiredAtA: requiredRatio == 0)
            // A talks twice as much, so that the key is complete before the ciphertext's first part.
            for round in 0..<110 {
                for end in SPQRConversation.End.allCases
                where end == .a || requiredRatio == 0 || round % 2 == 0 {
                    found["\(end) \(conversation[end].vectorName) \(requiredRatio)"] =
                        conversation[end].serialized(.compact)
                    try conversation.send(from: end)
                    found["\(end) \(conversation[end].vectorName) \(requiredRatio)"] =
                        conversation[end].serialized(.compact)
                    try conversation.receive(at: end.peer)
                }
            }
        }
        return found
    }

    @Test func everyStateSurvivesItsStoredForm() throws {
        let states = try Self.states()
        let names = Set(states.keys.map { $0.split(separator: " ")[1].prefix(while: { $0 != "/" }) })
        #expect(names.count == 11)
        for (name, stored) in states {
            let state = try SPQRState(serialized: stored)
            #expect(state.serialized(.compact) == stored, "\(name)")
            #expect(name.contains(state.vectorName))
            let official = state.serialized()
            #expect(try SPQRState(serialized: official).serialized() == official, "\(name)")
            #expect(!official.withUnsafeBytes { SPQRState.hasSeed(serialized: $0) }, "\(name)")
            #expect(
                stored.withUnsafeBytes { SPQRState.hasSeed(serialized: $0) } == (official != stored),
                "\(name)")
        }
    }

    /// Room for the rest of a session within 8 KiB.
    @Test func storedStatesAreSmall() throws {
        let conversation = SPQRConversation(seed: 7)
        #expect(conversation.states.map { $0.serialized(.compact).count } == [118, 158])
        let states = try Self.states()
        let largest = try #require(states.values.map(\.count).max())
        #expect(largest <= 6700)
    }

    @Test func everyTruncationIsRefusedOrLoads() throws {
        for (name, stored) in try Self.states() where name.contains("/1") {
            for count in stride(from: 0, to: stored.count, by: stored.count < 400 ? 1 : 37) {
                exercise(Array(stored.prefix(count)))
            }
        }
        #expect(try SPQRState(serialized: []).isDisabled)
    }

    @Test func alteredAndRandomStatesDoNotTrap() throws {
        var random = SeededRandom(seed: 98)
        var loadedCount = 0
        for (_, stored) in try Self.states() {
            for _ in 0..<40 {
                var bytes = stored
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    // Half of them near the front, where tags and lengths are.
                    let end = Bool.random(using: &random) ? bytes.count : min(64, bytes.count)
                    bytes[Int.random(in: 0..<end, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                }
                loadedCount += exercise(bytes) ? 1 : 0
            }
        }
        #expect(loadedCount > 100)
        for _ in 0..<2000 { exercise(random.bytes(Int.random(in: 0..<300, using: &random))) }
    }

    @Test func damagedNumbersAreRefused() throws {
        var writer = ProtobufWriter()
        writer.put(field: 3) {
            $0.put(field: 1) {
                $0.put(field: 1) { core in
                    core.put(0 as UInt64, field: 1); core.put([], field: 2)
                }
            }
        }
        #expect(throws: SPQRError.stateDecode) { try SPQRState(serialized: writer.bytes) }
        #expect(throws: SPQRError.stateDecode) { try SPQRState(serialized: [0x1A, 0x00]) }
        #expect(throws: SPQRError.stateDecode) { try SPQRState(serialized: [0xFF]) }
        #expect(throws: SPQRError.stateDecode) { try SPQRState(serialized: [0x1A, 0x05, 0x0A]) }
    }

    @Test func decoderOfAnotherSizeIsRefused() throws {
        var writer = ProtobufWriter()
        ErasureDecoder(byteCount: 160).write(to: &writer)
        let fields = try StoredFields(writer.bytes[...])
        #expect(throws: SPQRError.messageDecode) { try ErasureDecoder(stored: fields, byteCount: 96) }
    }

    @Test func stateWithoutChainsOrNegotiationCannotSend() throws {
        let stored = SPQRConversation(seed: 3)[.a].serialized()
        let negotiationByteCount = 2 + Int(stored[1])
        var state = try SPQRState(serialized: stored.dropFirst(negotiationByteCount))
        var random = SeededRandom(seed: 3)
        #expect(throws: SPQRError.chainNotAvailable) { try state.send(using: &random) }
    }

    /// Loads and, if that goes well, uses a state in every way; whether it loaded.
    @discardableResult
    private func exercise(_ bytes: [UInt8]) -> Bool {
        guard case .success(let state) = outcome({ () throws(SPQRError) in try SPQRState(serialized: bytes) })
        else {
            return false
        }
        var random = SeededRandom(seed: 1)
        var sender = state
        _ = outcome { () throws(SPQRError) in try sender.send(using: &random) }
        _ = sender.serialized()
        let chunk = ErasureChunk(index: 40, bytes: [UInt8](repeating: 5, count: 32))
        let epoch = state.active?.agreement.epoch ?? 1
        for payload in SPQRMessageTests.payloads(chunk) {
            var receiver = state
            let message = SPQRMessage(epoch: epoch, index: 3, payload: payload)
            _ = outcome { () throws(SPQRError) in try receiver.receive(message.wire) }
        }
        return true
    }
}
