import CSodium

/// libsodium, once it has chosen the implementations that are best for this processor; without that it uses the portable
/// ones, and its random bytes may not be asked for by two threads at once.
enum Sodium {
    private static let isReady = sodium_init() >= 0

    /// Called by whatever uses libsodium.
    static func start() { precondition(isReady, "libsodium does not start") }
}
