import Cryptography
import Lattice

/// The continuous key agreement: one encapsulation after another, each an epoch, each spread over many messages.
///
/// In an epoch one party owns the key pair (it sends header and key, and receives the ciphertext in two parts) and
/// the other encapsulates; they swap with each epoch. This is a value without input or output: `send` says what to
/// tell the peer, `receive` takes what the peer said. When either throws, the value must be thrown away.
///
/// - Source: "ML-KEM Braid".
struct KeyAgreement: Sendable {
    var epoch: UInt64
    var authenticator: Authenticator
    var phase: Phase

    /// How far the epoch has come. States are named as in the specification.
    enum Phase: Sendable {
        // The party that owns the key pair.

        case keysUnsampled
        /// The header is being sent.
        case keysSampled(DecapsulationKey, ek: [UInt8], sending: ErasureEncoder)
        /// The key is being sent, and the first part of the ciphertext arrives.
        case headerSent(DecapsulationKey, sending: ErasureEncoder, receiving: ErasureDecoder)
        /// That part is complete; the key is still being sent, as its completion is not known yet.
        case ct1Received(DecapsulationKey, ct1: [UInt8], sending: ErasureEncoder)
        /// The second part of the ciphertext arrives.
        case ekSentCt1Received(DecapsulationKey, ct1: [UInt8], receiving: ErasureDecoder)

        // The party that encapsulates.

        case noHeaderReceived(receiving: ErasureDecoder)
        case headerReceived(hdr: [UInt8], receiving: ErasureDecoder)
        /// The first part of the ciphertext is being sent, and the key arrives.
        case ct1Sampled(Encapsulated, hdr: [UInt8], sending: ErasureEncoder, receiving: ErasureDecoder)
        /// The key is complete, the peer's acknowledgement of the first part still to come.
        case ekReceivedCt1Sampled(Encapsulated, ek: [UInt8], sending: ErasureEncoder)
        /// The acknowledgement came, the rest of the key is still to come.
        case ct1Acknowledged(Encapsulated, hdr: [UInt8], receiving: ErasureDecoder)
        /// The second part of the ciphertext is being sent.
        case ct2Sampled(sending: ErasureEncoder)
    }

    /// An encapsulation whose second step is to come.
    struct Encapsulated: Sendable {
        let pending: PendingEncapsulation
        let ct1: [UInt8]
    }

    /// Byte counts of the values that go over the wire in chunks.
    enum Size {
        static let headerAndMAC = SplitMLKEM.headerByteCount + Authenticator.macByteCount
        static let ek = SplitMLKEM.vectorByteCount
        static let ct1 = SplitMLKEM.firstCiphertextByteCount
        static let ct2AndMAC = SplitMLKEM.secondCiphertextByteCount + Authenticator.macByteCount
    }

    init(authKey: SecretBytes, direction: SPQRDirection) {
        epoch = 1
        authenticator = Authenticator(authKey: authKey, epoch: 1)
        phase =
            switch direction {
            case .a2b: .keysUnsampled
            case .b2a: .noHeaderReceived(receiving: ErasureDecoder(byteCount: Size.headerAndMAC))
            }
    }

    init(epoch: UInt64, authenticator: Authenticator, phase: Phase) {
        self.epoch = epoch
        self.authenticator = authenticator
        self.phase = phase
    }
}
