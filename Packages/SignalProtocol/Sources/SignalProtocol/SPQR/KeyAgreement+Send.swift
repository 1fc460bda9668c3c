import Cryptography
import Lattice

extension KeyAgreement {
    /// The payload for the next message, and the epoch's secret if this step produces it.
    mutating func send(
        using random: inout some RandomNumberGenerator
    ) throws(SPQRError) -> (payload: SPQRMessage.Payload, secret: EpochSecret?) {
        switch phase {
        case .keysUnsampled:
            let (key, header, ek) = try DecapsulationKey.generate(using: &random)
            var encoder = ErasureEncoder(header + authenticator.headerMAC(epoch: epoch, header: header))
            let chunk = encoder.next()
            phase = .keysSampled(key, ek: ek, sending: encoder)
            return (.hdr(chunk), nil)
        case .keysSampled(let key, let ek, var encoder):
            let chunk = encoder.next()
            phase = .keysSampled(key, ek: ek, sending: encoder)
            return (.hdr(chunk), nil)
        case .headerSent(let key, var encoder, let decoder):
            let chunk = encoder.next()
            phase = .headerSent(key, sending: encoder, receiving: decoder)
            return (.ek(chunk), nil)
        case .ct1Received(let key, let ct1, var encoder):
            let chunk = encoder.next()
            phase = .ct1Received(key, ct1: ct1, sending: encoder)
            return (.ekCt1Ack(chunk), nil)
        case .ekSentCt1Received:
            return (.ct1Ack, nil)
        case .noHeaderReceived, .ct1Acknowledged:
            return (.none, nil)
        case .headerReceived(let hdr, let decoder):
            let (encapsulated, secret) = encapsulate(hdr, using: &random)
            var encoder = ErasureEncoder(encapsulated.ct1)
            let chunk = encoder.next()
            phase = .ct1Sampled(encapsulated, hdr: hdr, sending: encoder, receiving: decoder)
            return (.ct1(chunk), secret)
        case .ct1Sampled(let encapsulated, let hdr, var encoder, let decoder):
            let chunk = encoder.next()
            phase = .ct1Sampled(encapsulated, hdr: hdr, sending: encoder, receiving: decoder)
            return (.ct1(chunk), nil)
        case .ekReceivedCt1Sampled(let encapsulated, let ek, var encoder):
            let chunk = encoder.next()
            phase = .ekReceivedCt1Sampled(encapsulated, ek: ek, sending: encoder)
            return (.ct1(chunk), nil)
        case .ct2Sampled(var encoder):
            let chunk = encoder.next()
            phase = .ct2Sampled(sending: encoder)
            return (.ct2(chunk), nil)
        }
    }

    /// The first step of the encapsulation, from a single request for 32 random bytes. From here on the epoch's secret
    /// authenticates what this party sends.
    private mutating func encapsulate(
        _ hdr: [UInt8], using random: inout some RandomNumberGenerator
    ) -> (Encapsulated, EpochSecret) {
        let message = SecretBytes(byteCount: 32, using: &random)
        let step = SplitMLKEM.encapsulate(header: hdr, message: message)
        let secret = EpochSecret(epoch: epoch, sharedSecret: step.sharedSecret)
        authenticator.update(epoch: epoch, secret: secret.secret)
        return (Encapsulated(pending: step.pending, ct1: step.ciphertext), secret)
    }
}
