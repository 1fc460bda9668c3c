import Lattice

extension KeyAgreement {
    /// Processes the peer's payload from a message of `messageEpoch`, and returns the epoch's secret once it is
    /// complete.
    ///
    /// Messages of earlier epochs and those that do not fit the state are ignored: they were late or repeated.
    ///
    /// - Throws: `.epochOutOfRange`, `.macVerifyFailed`, `.erroneousDataReceived`.
    mutating func receive(
        _ payload: SPQRMessage.Payload, epoch messageEpoch: UInt64
    ) throws(SPQRError) -> EpochSecret? {
        if messageEpoch < epoch { return nil }
        if messageEpoch > epoch {
            guard case .ct2Sampled = phase, messageEpoch - epoch == 1 else {
                throw .epochOutOfRange(messageEpoch)
            }
            epoch = messageEpoch
            phase = .keysUnsampled
            return nil
        }
        switch (phase, payload) {
        case (.keysSampled(let key, let ek, _), .ct1(let chunk)):
            var decoder = ErasureDecoder(byteCount: Size.ct1)
            decoder.add(chunk)
            phase = .headerSent(key, sending: ErasureEncoder(ek), receiving: decoder)
        case (.headerSent(let key, let encoder, var decoder), .ct1(let chunk)):
            decoder.add(chunk)
            phase =
                if let ct1 = decoder.message {
                    .ct1Received(key, ct1: ct1, sending: encoder)
                } else {
                    .headerSent(key, sending: encoder, receiving: decoder)
                }
        case (.ct1Received(let key, let ct1, _), .ct2(let chunk)):
            var decoder = ErasureDecoder(byteCount: Size.ct2AndMAC)
            decoder.add(chunk)
            phase = .ekSentCt1Received(key, ct1: ct1, receiving: decoder)
        case (.ekSentCt1Received(let key, let ct1, var decoder), .ct2(let chunk)):
            decoder.add(chunk)
            phase = .ekSentCt1Received(key, ct1: ct1, receiving: decoder)
            if let ct2AndMAC = decoder.message { return try finish(key, ct1: ct1, ct2AndMAC: ct2AndMAC) }
        case (.noHeaderReceived(var decoder), .hdr(let chunk)):
            decoder.add(chunk)
            phase = .noHeaderReceived(receiving: decoder)
            if let headerAndMAC = decoder.message { try takeHeader(headerAndMAC) }
        case (.ct1Sampled(let encapsulated, let hdr, let encoder, var decoder), .ek(let chunk)):
            decoder.add(chunk)
            phase =
                if let ek = try Self.complete(decoder, hdr: hdr) {
                    .ekReceivedCt1Sampled(encapsulated, ek: ek, sending: encoder)
                } else {
                    .ct1Sampled(encapsulated, hdr: hdr, sending: encoder, receiving: decoder)
                }
        case (.ct1Sampled(let encapsulated, let hdr, _, var decoder), .ekCt1Ack(let chunk)),
            (.ct1Acknowledged(let encapsulated, let hdr, var decoder), .ek(let chunk)),
            (.ct1Acknowledged(let encapsulated, let hdr, var decoder), .ekCt1Ack(let chunk)):
            decoder.add(chunk)
            if let ek = try Self.complete(decoder, hdr: hdr) {
                beginSecondPart(of: encapsulated, ek: ek)
            } else {
                phase = .ct1Acknowledged(encapsulated, hdr: hdr, receiving: decoder)
            }
        case (.ekReceivedCt1Sampled(let encapsulated, let ek, _), .ekCt1Ack),
            (.ekReceivedCt1Sampled(let encapsulated, let ek, _), .ct1Ack):
            beginSecondPart(of: encapsulated, ek: ek)
        case (.keysUnsampled, _), (.keysSampled, _), (.headerSent, _), (.ct1Received, _),
            (.ekSentCt1Received, _),
            (.noHeaderReceived, _), (.headerReceived, _), (.ct1Sampled, _), (.ekReceivedCt1Sampled, _),
            (.ct1Acknowledged, _), (.ct2Sampled, _):
            break
        }
        return nil
    }

    private mutating func takeHeader(_ headerAndMAC: [UInt8]) throws(SPQRError) {
        let hdr = Array(headerAndMAC.prefix(SplitMLKEM.headerByteCount))
        try authenticator.verify(headerAndMAC.dropFirst(hdr.count), epoch: epoch, header: hdr)
        phase = .headerReceived(hdr: hdr, receiving: ErasureDecoder(byteCount: Size.ek))
    }

    /// The key, once it is complete and matches the one announced by the header.
    private static func complete(_ decoder: ErasureDecoder, hdr: [UInt8]) throws(SPQRError) -> [UInt8]? {
        guard let ek = decoder.message else { return nil }
        guard SplitMLKEM.isValid(vector: ek, header: hdr) else { throw .erroneousDataReceived }
        return ek
    }

    private mutating func beginSecondPart(of encapsulated: Encapsulated, ek: [UInt8]) {
        let ct2 = encapsulated.pending.secondCiphertext(vector: ek)
        let mac = authenticator.ciphertextMAC(epoch: epoch, ciphertext: encapsulated.ct1 + ct2)
        phase = .ct2Sampled(sending: ErasureEncoder(ct2 + mac))
    }

    /// Ends the epoch for the party that owns the key pair. The MAC keys already include the epoch's secret.
    private mutating func finish(
        _ key: DecapsulationKey, ct1: [UInt8], ct2AndMAC: [UInt8]
    ) throws(SPQRError) -> EpochSecret {
        let ciphertext = ct1 + ct2AndMAC.prefix(SplitMLKEM.secondCiphertextByteCount)
        let secret = EpochSecret(epoch: epoch, sharedSecret: try key.decapsulate(ciphertext))
        authenticator.update(epoch: epoch, secret: secret.secret)
        try authenticator.verify(
            ct2AndMAC.suffix(Authenticator.macByteCount), epoch: epoch, ciphertext: ciphertext)
        epoch += 1
        phase = .noHeaderReceived(receiving: ErasureDecoder(byteCount: Size.headerAndMAC))
        return secret
    }
}
