/// A Curve25519 key pair. That the halves belong together is not checked when they come from storage.
public struct KeyPair: Equatable, Sendable {
    public let publicKey: PublicKey
    public let privateKey: PrivateKey

    public init(publicKey: PublicKey, privateKey: PrivateKey) {
        self.publicKey = publicKey
        self.privateKey = privateKey
    }

    public init(_ privateKey: PrivateKey) {
        self.init(publicKey: privateKey.publicKey, privateKey: privateKey)
    }

    /// A fresh pair.
    public init(using random: inout some RandomNumberGenerator) { self.init(PrivateKey(using: &random)) }

    /// A fresh pair from the system's generator.
    public init() {
        var random = SystemRandomNumberGenerator()
        self.init(using: &random)
    }
}
