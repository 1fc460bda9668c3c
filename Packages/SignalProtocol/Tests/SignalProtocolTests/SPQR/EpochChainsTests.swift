import Cryptography
import VectorSupport
import Testing

@testable import SignalProtocol

struct EpochChainsTests {
    private static func chain(_ direction: SPQRDirection, limits: ChainLimits = ChainLimits()) -> EpochChains
    {
        EpochChains(
            authKey: SecretBytes([UInt8](repeating: 41, count: 32)), direction: direction, limits: limits)
    }

    @Test func jumpLimitHoldsAtItsEdge() throws {
        var tooFar = Self.chain(.b2a)
        #expect(throws: SPQRError.keyJump(counter: 0, index: 25_001)) {
            try tooFar.receivingKey(epoch: 0, index: 25_001)
        }
        var sender = Self.chain(.a2b)
        var keys: [SecretBytes] = []
        for _ in 1...25_000 { keys.append(try sender.nextSendingKey(epoch: 0).key) }

        var receiver = Self.chain(.b2a)
        #expect(try receiver.receivingKey(epoch: 0, index: 25_000) == keys[24_999])
        #expect(throws: SPQRError.keyAlreadyRequested(25_000)) {
            try receiver.receivingKey(epoch: 0, index: 25_000)
        }
        #expect(throws: SPQRError.keyTrimmed(22_999)) { try receiver.receivingKey(epoch: 0, index: 22_999) }
        for index in [23_000, 24_000, 24_999] as [UInt32] {
            #expect(try receiver.receivingKey(epoch: 0, index: index) == keys[Int(index) - 1])
            #expect(throws: SPQRError.keyAlreadyRequested(index)) {
                try receiver.receivingKey(epoch: 0, index: index)
            }
        }
        #expect(throws: SPQRError.keyTrimmed(0)) { try receiver.receivingKey(epoch: 0, index: 0) }
    }

    /// Sessions with oneself allow any jump; a forged index must not keep the receiver busy for hours.
    @Test func jumpWithoutLimitIsBoundedAllTheSame() {
        var receiver = Self.chain(.b2a, limits: ChainLimits(maxJump: .max))
        #expect(throws: SPQRError.keyJump(counter: 0, index: 200_001)) {
            try receiver.receivingKey(epoch: 0, index: 200_001)
        }
        #expect(throws: SPQRError.keyJump(counter: 0, index: .max)) {
            try receiver.receivingKey(epoch: 0, index: .max)
        }
    }

    @Test func historyStaysWithinATenthOfItsLimit() throws {
        var receiver = Self.chain(.b2a, limits: ChainLimits(maxOutOfOrderKeys: 100))
        for index in stride(from: 2 as UInt32, to: 1000, by: 2) {
            _ = try receiver.receivingKey(epoch: 0, index: index)
            #expect(receiver.links[0].receiving.history.entries.count <= 111)
        }
    }

    @Test func epochsFollowOneAnother() throws {
        var chains = Self.chain(.a2b)
        let secret = SecretBytes([1])
        #expect(throws: SPQRError.epochOutOfRange(2)) {
            try chains.add(EpochSecret(epoch: 2, secret: secret))
        }
        #expect(throws: SPQRError.epochOutOfRange(1)) { try chains.nextSendingKey(epoch: 1) }
        try chains.add(EpochSecret(epoch: 1, secret: secret))
        _ = try chains.nextSendingKey(epoch: 1)
        #expect(throws: SPQRError.sendKeyEpochDecreased(from: 1, to: 0)) {
            try chains.nextSendingKey(epoch: 0)
        }
        #expect(chains.links.map(\.sending.key).map { $0 == nil } == [true, false])
    }

    @Test func chainEndsBeforeItsCounterOverflows() throws {
        var chain = MessageChain(counter: .max - 1, key: SecretBytes([UInt8](repeating: 1, count: 32)))
        _ = try chain.next()
        #expect(chain.counter == .max)
        #expect(throws: SPQRError.chainExhausted) { try chain.next() }
    }
}
