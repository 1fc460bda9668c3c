import Cryptography

/// A Curve25519 key pair. That the halves belong together is not checked when they come from storage.
public struct KeyPair: Equatable, Sendable {
    /// The half that others know.
    public let publicKey: PublicKey
    /// The half that nobody else knows.
    public let privateKey: PrivateKey

    /// A pair of two halves.
    ///
    /// - Parameters:
    ///   - publicKey: The public half.
    ///   - privateKey: The private half; that it belongs to the other is not checked.
    public init(publicKey: PublicKey, privateKey: PrivateKey) {
        self.publicKey = publicKey
        self.privateKey = privateKey
    }

    /// The pair of a private key.
    public init(_ privateKey: PrivateKey) {
        self.init(publicKey: privateKey.publicKey, privateKey: privateKey)
    }

    /// A fresh pair.
    public init(using random: inout some RandomNumberGenerator) { self.init(PrivateKey(using: &random)) }

    /// A fresh pair from the system's generator.
    public init() {
        var random = SecureRandom()
        self.init(using: &random)
    }
}
