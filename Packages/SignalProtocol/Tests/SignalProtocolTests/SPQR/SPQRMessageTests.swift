import Cryptography
import VectorSupport
import Testing

@testable import SignalProtocol

struct SPQRMessageTests {
    static func payloads(_ chunk: ErasureChunk) -> [SPQRMessage.Payload] {
        [.none, .hdr(chunk), .ek(chunk), .ekCt1Ack(chunk), .ct1Ack, .ct1(chunk), .ct2(chunk)]
    }

    @Test func everyMessageSurvivesItsWireForm() throws {
        var random = SeededRandom(seed: 3)
        for index in [0, 127, 128, 16_383, 16_384, .max] as [UInt16] {
            for payload in Self.payloads(ErasureChunk(index: index, bytes: random.bytes(32))) {
                for (epoch, number) in [(1, 0), (127, 127), (128, 128), (.max, .max)] as [(UInt64, UInt32)] {
                    let message = SPQRMessage(epoch: epoch, index: number, payload: payload)
                    #expect(try SPQRMessage(wire: message.wire) == message)
                    #expect(message.wire.count <= 52)
                }
            }
        }
    }

    @Test func everyTruncationIsRefused() {
        for payload in Self.payloads(ErasureChunk(index: 300, bytes: [UInt8](repeating: 7, count: 32))) {
            let wire = SPQRMessage(epoch: 300, index: 300, payload: payload).wire
            for count in wire.indices {
                #expect(throws: SPQRError.messageDecode) { try SPQRMessage(wire: Array(wire.prefix(count))) }
            }
        }
    }

    @Test func numbersBeyondTheirRangeAreRefused() {
        #expect(throws: SPQRError.messageDecode) { try SPQRMessage(wire: [1, 0, 1, 0]) }
        // 2^32 as index, 65,536 as chunk index, type 7.
        #expect(throws: SPQRError.messageDecode) {
            try SPQRMessage(wire: [1, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 0])
        }
        let chunk = [UInt8](repeating: 0, count: 32)
        #expect(throws: SPQRError.messageDecode) {
            try SPQRMessage(wire: [1, 1, 1, 1, 0x80, 0x80, 0x04] + chunk)
        }
        #expect(throws: SPQRError.messageDecode) { try SPQRMessage(wire: [1, 1, 1, 7, 0] + chunk) }
    }

    /// What is accepted is the same message when written again, if not the same bytes.
    @Test func anyBytesAreRefusedOrMeanSomething() throws {
        var random = SeededRandom(seed: 13)
        var acceptedCount = 0
        for _ in 0..<20_000 {
            var bytes = random.bytes(Int.random(in: 0...60, using: &random))
            for position in bytes.indices.prefix(4) where Bool.random(using: &random) { bytes[position] &= 7 }
            if Bool.random(using: &random), !bytes.isEmpty { bytes[0] = 1 }
            let parsed = outcome { () throws(SPQRError) in try SPQRMessage(wire: bytes) }
            guard case .success(let message) = parsed else { continue }
            acceptedCount += 1
            #expect(try SPQRMessage(wire: message.wire) == message, "\(bytes.hex)")
        }
        #expect(acceptedCount > 500)
    }
}
