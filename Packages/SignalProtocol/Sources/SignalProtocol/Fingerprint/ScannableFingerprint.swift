import Cryptography

/// A safety number in the form that one device displays and the other scans.
public struct ScannableFingerprint: Hashable, Sendable {
    static let contentByteCount = 32

    private enum Field {
        static let version: UInt32 = 1
        static let local: UInt32 = 2
        static let remote: UInt32 = 3
        static let content: UInt32 = 1
    }

    /// 1 with phone numbers as identifiers, 2 with service ids.
    public let version: UInt32
    let local: [UInt8]
    let remote: [UInt8]

    init(version: UInt32, local: [UInt8], remote: [UInt8]) {
        self.version = version
        self.local = local
        self.remote = remote
    }

    /// Parses a scanned code.
    ///
    /// - Throws: `.fingerprintParsingError`.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        let parsed = try Parsed(serialized)
        guard let version = parsed.version, let local = parsed.local, let remote = parsed.remote else {
            throw .fingerprintParsingError
        }
        self.init(version: version, local: local, remote: remote)
    }

    /// The bytes to display as a code.
    public var serialized: [UInt8] {
        var writer = ProtobufWriter()
        writer.put(version, field: Field.version)
        writer.put(field: Field.local) { $0.put(local, field: Field.content) }
        writer.put(field: Field.remote) { $0.put(remote, field: Field.content) }
        return writer.bytes
    }

    /// Whether the code scanned from the other device matches this one. Our own code does not match itself.
    ///
    /// - Throws: `.fingerprintParsingError`, `.fingerprintVersionMismatch`.
    public func matches(_ scanned: some Collection<UInt8>) throws(SignalError) -> Bool {
        let theirs = try Parsed(scanned)
        let theirVersion = theirs.version ?? 0
        guard theirVersion == version else {
            throw .fingerprintVersionMismatch(theirs: theirVersion, ours: version)
        }
        guard let theirLocal = theirs.local, let theirRemote = theirs.remote else {
            throw .fingerprintParsingError
        }
        return try matches(
            ScannableFingerprint(version: version, local: theirLocal, remote: theirRemote))
    }

    /// Whether another code, such as the one scanned from the other device, matches this one. Our own code does not match
    /// itself.
    ///
    /// - Throws: `.fingerprintVersionMismatch`.
    public func matches(_ scanned: ScannableFingerprint) throws(SignalError) -> Bool {
        guard scanned.version == version else {
            throw .fingerprintVersionMismatch(theirs: scanned.version, ours: version)
        }
        let isLocalRight = equalInConstantTime(scanned.local, remote)
        let isRemoteRight = equalInConstantTime(scanned.remote, local)
        return isLocalRight && isRemoteRight
    }

    /// A scanned code, parsed but not yet validated.
    private struct Parsed {
        var version: UInt32?
        var local: [UInt8]?
        var remote: [UInt8]?

        init(_ serialized: some Collection<UInt8>) throws(SignalError) {
            do {
                var reader = ProtobufReader(serialized)
                while let field = try reader.next() {
                    switch field.number {
                    case Field.version: version = try field.uint32
                    case Field.local: local = try Self.content(try field.bytes)
                    case Field.remote: remote = try Self.content(try field.bytes)
                    default: break
                    }
                }
            } catch {
                throw .fingerprintParsingError
            }
        }

        private static func content(_ serialized: ArraySlice<UInt8>) throws(SignalError) -> [UInt8] {
            var content: [UInt8] = []
            var reader = ProtobufReader(serialized)
            while let field = try reader.next() {
                if field.number == Field.content { content = Array(try field.bytes) }
            }
            return content
        }
    }
}
