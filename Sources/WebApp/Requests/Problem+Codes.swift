import Values

extension Problem.Code {
    static let hostNotAllowed: Self = "host_not_allowed"
    static let crossOrigin: Self = "cross_origin"
    static let unsupportedMediaType: Self = "unsupported_media_type"
    static let unknownUser: Self = "unknown_user"
    static let requestIDConflict: Self = "request_id_conflict"
    static let chatTimeout: Self = "chat_timeout"
    static let deliveryFailed: Self = "delivery_failed"
    static let unknownKey: Self = "unknown_key"
    static let loginRequired: Self = "login_required"
    static let wrongToken: Self = "wrong_token"
}
