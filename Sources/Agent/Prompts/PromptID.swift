import Cryptography
import Foundation
import Values

/// A prompt of an asker. Askers choose their request ids, so a request id alone identifies nothing.
struct PromptID: Hashable, Sendable {
    let asker: IdentityID
    let requestID: UUID
}

extension UUID {
    /// An id derived from another one and its sender, the same every time (RFC 9562, version 8).
    static func derived(from id: UUID, of sender: IdentityID, as purpose: String) -> UUID {
        let text = Array("sysmaint \(purpose)\0\(sender)".utf8)
        var bytes = Array(SHA256.hash(id.wire + text).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
