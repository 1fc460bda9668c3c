/// An error as the relay and the web API answer it: `application/problem+json` (RFC 9457) with a stable code.
package struct Problem: Error, Hashable, Sendable, Codable {
    package static let mediaType = "application/problem+json"

    /// The HTTP status.
    package let status: Int
    /// For programs; never changes once published.
    package let code: Code
    /// For people: what happened, in a few words.
    package let title: String
    /// For people: why, and what to do next. Holds no secret.
    package let detail: String?
    /// Seconds to wait before trying again.
    package let retryAfter: Int?
    /// With `device_mismatch` and `stale_devices`: which.
    package let devices: DeviceProblem?

    package init(
        status: Int, code: Code, title: String, detail: String? = nil, retryAfter: Int? = nil,
        devices: DeviceProblem? = nil
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.retryAfter = retryAfter
        self.devices = devices
    }

    package struct Code: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package init(stringLiteral value: String) { rawValue = value }

        package static let invalidRequest: Code = "invalid_request"
        package static let invalidJSON: Code = "invalid_json"
        package static let bodyTooLarge: Code = "body_too_large"
        package static let unauthorized: Code = "unauthorized"
        package static let senderMismatch: Code = "sender_mismatch"
        package static let invalidSignature: Code = "invalid_signature"
        package static let invalidNonce: Code = "invalid_nonce"
        package static let identityTaken: Code = "identity_taken"
        package static let registrationClosed: Code = "registration_closed"
        package static let preKeyIDReused: Code = "prekey_id_reused"
        package static let unknownRecipient: Code = "unknown_recipient"
        package static let unknownIdentity: Code = "unknown_identity"
        package static let noPreKeys: Code = "no_prekeys"
        package static let queueFull: Code = "queue_full"
        package static let overloaded: Code = "overloaded"
        package static let rateLimited: Code = "rate_limited"
        package static let messageIDConflict: Code = "message_id_conflict"
        package static let recipientOffline: Code = "recipient_offline"
        package static let predecessorMissing: Code = "predecessor_missing"
        package static let deviceMismatch: Code = "device_mismatch"
        package static let staleDevices: Code = "stale_devices"
        package static let notFound: Code = "not_found"
        package static let methodNotAllowed: Code = "method_not_allowed"
        package static let unavailable: Code = "unavailable"
        package static let internalError: Code = "internal_error"
    }
}

extension Problem: CustomStringConvertible {
    package var description: String { detail.map { "\(title): \($0)" } ?? title }
}
