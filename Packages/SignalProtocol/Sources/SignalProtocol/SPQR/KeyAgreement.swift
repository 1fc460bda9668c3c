import Cryptography
import Lattice

/// The continuous key agreement: one encapsulation after another, each an epoch, each spread over many messages.
///
/// In each epoch one party owns the key pair (it sends header and key, and receives the ciphertext in two parts) and
/// the other encapsulates; the roles swap with each epoch. This is a value without I/O: `send` returns the payload for
/// the peer, `receive` processes the peer's payload. If either throws, discard the value.
///
/// - Source: "ML-KEM Braid".
struct KeyAgreement: Sendable {
    var epoch: UInt64
    var authenticator: Authenticator
    var phase: Phase

    /// The progress of the epoch. States are named as in the specification.
    enum Phase: Sendable {
        // The party that owns the key pair.

        case keysUnsampled
        /// The header is being sent.
        case keysSampled(DecapsulationKey, ek: [UInt8], sending: ErasureEncoder)
        /// The key is being sent, and the first part of the ciphertext arrives.
        case headerSent(DecapsulationKey, sending: ErasureEncoder, receiving: ErasureDecoder)
        /// The first part is complete; the key is still being sent, since the peer has not confirmed it.
        case ct1Received(DecapsulationKey, ct1: [UInt8], sending: ErasureEncoder)
        /// The second part of the ciphertext is arriving.
        case ekSentCt1Received(DecapsulationKey, ct1: [UInt8], receiving: ErasureDecoder)

        // The party that encapsulates.

        case noHeaderReceived(receiving: ErasureDecoder)
        case headerReceived(hdr: [UInt8], receiving: ErasureDecoder)
        /// The first part of the ciphertext is being sent, and the key is arriving.
        case ct1Sampled(Encapsulated, hdr: [UInt8], sending: ErasureEncoder, receiving: ErasureDecoder)
        /// The key is complete; the peer's acknowledgement of the first part is outstanding.
        case ekReceivedCt1Sampled(Encapsulated, ek: [UInt8], sending: ErasureEncoder)
        /// The first part is acknowledged; the rest of the key is outstanding.
        case ct1Acknowledged(Encapsulated, hdr: [UInt8], receiving: ErasureDecoder)
        /// The second part of the ciphertext is being sent.
        case ct2Sampled(sending: ErasureEncoder)
    }

    /// An encapsulation whose second step is outstanding.
    struct Encapsulated: Sendable {
        let pending: PendingEncapsulation
        let ct1: [UInt8]
    }

    /// Byte counts of the values that are sent in chunks.
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
