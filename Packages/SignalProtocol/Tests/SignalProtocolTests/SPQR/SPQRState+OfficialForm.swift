import Cryptography
import Lattice
import Testing

@testable import SignalProtocol

extension SPQRState {
    /// The stored form as the official library writes it: with a KEM key of our own as the 2400 bytes that it knows.
    func officialSerialized() throws -> [UInt8] {
        var active = active
        try active?.agreement.expandKey()
        return SPQRState(active: active).serialized
    }
}

extension KeyAgreement {
    fileprivate mutating func expandKey() throws {
        switch phase {
        case .keysSampled(let key, let ek, let encoder):
            phase = .keysSampled(try key.expanded(), ek: ek, sending: encoder)
        case .headerSent(let key, let encoder, let decoder):
            phase = .headerSent(try key.expanded(), sending: encoder, receiving: decoder)
        case .ct1Received(let key, let ct1, let encoder):
            phase = .ct1Received(try key.expanded(), ct1: ct1, sending: encoder)
        case .ekSentCt1Received(let key, let ct1, let decoder):
            phase = .ekSentCt1Received(try key.expanded(), ct1: ct1, receiving: decoder)
        case .keysUnsampled, .noHeaderReceived, .headerReceived, .ct1Sampled, .ekReceivedCt1Sampled,
            .ct1Acknowledged, .ct2Sampled:
            break
        }
    }
}

extension DecapsulationKey {
    fileprivate func expanded() throws -> DecapsulationKey {
        try #require(DecapsulationKey(stored: try decoded().expanded))
    }
}
