import Cryptography
import Lattice

/// The keys that authenticate headers and ciphertexts; every epoch's secret is mixed into them.
///
/// - Shape: root and MAC key are 32 bytes each.
/// - Errors: `.macVerifyFailed`.
struct Authenticator: Equatable, Sendable {
    static let macByteCount = 32
    private static let updateLabel = Array("Signal_PQCKA_V1_MLKEM768:Authenticator Update".utf8)
    private static let headerLabel = Array("Signal_PQCKA_V1_MLKEM768:ekheader".utf8)
    private static let ciphertextLabel = Array("Signal_PQCKA_V1_MLKEM768:ciphertext".utf8)

    private(set) var rootKey: SecretBytes
    private(set) var macKey: SecretBytes

    init(rootKey: SecretBytes, macKey: SecretBytes) {
        self.rootKey = rootKey
        self.macKey = macKey
    }

    /// The keys of a new session, derived from the secret that both parties already share.
    init(authKey: SecretBytes, epoch: UInt64) {
        let zeroes = SecretBytes([UInt8](repeating: 0, count: 32))
        self.init(rootKey: zeroes, macKey: zeroes)
        update(epoch: epoch, secret: authKey)
    }

    mutating func update(epoch: UInt64, secret: SecretBytes) {
        let derived = HKDFSHA256.derive(
            secret: SecretBytes(joining: rootKey, secret), info: Self.updateLabel + epoch.bigEndianBytes,
            byteCount: 64)
        rootKey = derived.slice(0..<32)
        macKey = derived.slice(32..<64)
    }

    func headerMAC(epoch: UInt64, header: [UInt8]) -> [UInt8] {
        mac(Self.headerLabel, epoch, header)
    }

    /// The MAC over both parts of a ciphertext.
    func ciphertextMAC(epoch: UInt64, ciphertext: [UInt8]) -> [UInt8] {
        mac(Self.ciphertextLabel, epoch, ciphertext)
    }

    func verify(_ mac: some Collection<UInt8>, epoch: UInt64, header: [UInt8]) throws(SPQRError) {
        guard equalInConstantTime(mac, headerMAC(epoch: epoch, header: header)) else {
            throw .macVerifyFailed
        }
    }

    func verify(_ mac: some Collection<UInt8>, epoch: UInt64, ciphertext: [UInt8]) throws(SPQRError) {
        guard equalInConstantTime(mac, ciphertextMAC(epoch: epoch, ciphertext: ciphertext)) else {
            throw .macVerifyFailed
        }
    }

    private func mac(_ label: [UInt8], _ epoch: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        var hmac = macKey.withUnsafeBytes { HMACSHA256(key: $0) }
        hmac.update(label)
        hmac.update(epoch.bigEndianBytes)
        hmac.update(bytes)
        return hmac.finish { Array($0) }
    }
}
