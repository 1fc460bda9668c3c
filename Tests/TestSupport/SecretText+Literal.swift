import Cryptography

/// Secrets of tests stand in their source; those of the product are read.
extension SecretText: @retroactive ExpressibleByStringLiteral {
    /// A secret of a test.
    public init(stringLiteral text: String) { self.init(text) }
}
