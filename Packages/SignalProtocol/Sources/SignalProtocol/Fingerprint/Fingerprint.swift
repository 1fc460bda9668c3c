import Cryptography

/// A safety number: two people compare it to rule out a man in the middle.
///
/// - Source: 5,200 rounds of SHA-512 over each party's identifier and identity key.
public struct Fingerprint: Hashable, Sendable {
    /// The number of hashing rounds that all clients use.
    public static let defaultIterationCount = 5200
    static let iterationCounts = 2...1_000_000

    /// One party: a stable identifier chosen by the application, and the identity key.
    public struct Party: Hashable, Sendable {
        /// The party's permanent identifier, such as the bytes of its service id.
        public let identifier: [UInt8]
        /// The party's identity key.
        public let identityKey: PublicKey

        /// A party with an identifier and an identity key.
        public init(identifier: some Collection<UInt8>, identityKey: PublicKey) {
            self.identifier = Array(identifier)
            self.identityKey = identityKey
        }
    }

    /// 60 digits, the same on both sides.
    public let displayable: String
    /// The form for a code that the peer scans.
    public let scannable: ScannableFingerprint

    /// - Parameters:
    ///   - version: 1 with phone numbers as identifiers, 2 with service ids. It appears only in the scannable form.
    ///   - iterationCount: 2 to 1,000,000.
    ///   - local: Our own side.
    ///   - remote: The peer.
    /// - Throws: `.invalidFingerprintIterationCount`.
    public init(
        version: UInt32, iterationCount: Int = defaultIterationCount, local: Party, remote: Party
    ) throws(SignalError) {
        guard Self.iterationCounts.contains(iterationCount) else {
            throw .invalidFingerprintIterationCount(iterationCount)
        }
        let ours = Self.hash(of: local, iterationCount)
        let theirs = Self.hash(of: remote, iterationCount)
        displayable = [Self.digits(of: ours), Self.digits(of: theirs)].sorted().joined()
        scannable = ScannableFingerprint(
            version: version, local: Array(ours.prefix(ScannableFingerprint.contentByteCount)),
            remote: Array(theirs.prefix(ScannableFingerprint.contentByteCount)))
    }

    /// 64 bytes: SHA-512(`00 00` || key || identifier || key), then repeatedly over the previous hash and the key.
    private static func hash(of party: Party, _ iterationCount: Int) -> [UInt8] {
        let key = party.identityKey.wire
        var hash = SHA512.hash([0, 0] + key + party.identifier + key)
        for _ in 1..<iterationCount {
            var next = SHA512()
            next.update(hash)
            next.update(key)
            hash = next.finish(Array.init)
        }
        return hash
    }

    /// 30 digits: six groups of five bytes, big-endian, each modulo 100,000.
    private static func digits(of hash: [UInt8]) -> String {
        stride(from: 0, to: 30, by: 5).map { start in
            let group = hash[start..<start + 5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 100_000
            let digits = String(group)
            return String(repeating: "0", count: 5 - digits.count) + digits
        }.joined()
    }
}
