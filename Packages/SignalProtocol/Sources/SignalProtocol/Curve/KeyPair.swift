import Cryptography

/// A Curve25519 key pair. Pairs from storage are not checked for matching halves.
public struct KeyPair: Equatable, Sendable {
    /// The public half.
    public let publicKey: PublicKey
    /// The private half.
    public let privateKey: PrivateKey

    /// Combines two halves.
    ///
    /// - Parameters:
    ///   - publicKey: The public half.
    ///   - privateKey: The private half; it is not checked against the public half.
    public init(publicKey: PublicKey, privateKey: PrivateKey) {
        self.publicKey = publicKey
        self.privateKey = privateKey
    }

    /// The pair of `privateKey` and the public key derived from it.
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
