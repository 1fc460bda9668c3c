import CSodium

/// Initializes libsodium, which then selects the best implementations for this processor; without that it uses the
/// portable ones, and requesting random bytes is not thread-safe.
enum Sodium {
    private static let isReady = sodium_init() >= 0

    /// Must be called before any use of libsodium.
    static func start() { precondition(isReady, "libsodium does not start") }
}
