/// The first byte of a message: its version in the high half, the highest version supported by its sender in the low
/// half.
enum MessageVersion {
    /// X3DH sessions; still parsed, never started.
    static let x3dh: UInt8 = 3
    /// PQXDH sessions: every new one.
    static let pqxdh: UInt8 = 4
    /// Group messages.
    static let group: UInt8 = 3

    static func byte(_ version: UInt8, current: UInt8) -> UInt8 { version << 4 | current }

    /// The version in `byte`; the low half is ignored.
    ///
    /// - Throws: `.legacyCiphertextVersion` below 3, `.unrecognizedCiphertextVersion` above `current`.
    static func parse(_ byte: UInt8, current: UInt8) throws(SignalError) -> UInt8 {
        let version = byte >> 4
        guard version >= x3dh else { throw .legacyCiphertextVersion(version) }
        guard version <= current else { throw .unrecognizedCiphertextVersion(version) }
        return version
    }
}
