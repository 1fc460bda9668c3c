import Cryptography
import Lattice

/// The secret that one completed encapsulation gives both parties.
///
/// - Shape: 32 bytes.
struct EpochSecret: Sendable {
    private static let label = Array("Signal_PQCKA_V1_MLKEM768:SCKA Key".utf8)

    let epoch: UInt64
    let secret: SecretBytes

    init(epoch: UInt64, secret: SecretBytes) {
        self.epoch = epoch
        self.secret = secret
    }

    /// Derives the secret from the KEM's 32-byte shared secret.
    init(epoch: UInt64, sharedSecret: SecretBytes) {
        self.init(
            epoch: epoch,
            secret: HKDFSHA256.derive(
                secret: sharedSecret, info: Self.label + epoch.bigEndianBytes, byteCount: 32))
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian, Array.init) }
}
