import RelayAPI

extension Problem {
    static let overloaded = Problem(
        status: 503, code: .overloaded, title: "the relay is low on disk space or memory",
        detail: "It accepts less until some is freed; accepted messages are safe. Try again later.",
        retryAfter: 30)

    static let recipientOffline = Problem(
        status: 409, code: .recipientOffline, title: "the recipient is not connected",
        detail: "Messages of class online are not queued; send it as durable to queue it.")

    /// The reason why the store rejected a message for `recipient`.
    init(_ error: StoreError, recipient: DeviceAddress) {
        switch error {
        case .unknownRecipient:
            self.init(
                status: 404, code: .unknownRecipient, title: "the recipient is unknown",
                detail: "\(recipient) has not registered on this relay; check the name.")
        case .queueFull:
            self.init(
                status: 507, code: .queueFull, title: "the recipient's queue is full",
                detail: "\(recipient) has not fetched its messages for a long time; try again later.",
                retryAfter: 60)
        case .shareFull:
            self.init(
                status: 507, code: .senderQuota,
                title: "you have too many messages waiting for this recipient",
                detail: "\(recipient) has to fetch some of them first; try again later.", retryAfter: 60)
        case .senderFull:
            self.init(
                status: 507, code: .senderQuota, title: "you have too many messages waiting",
                detail: "Your recipients have to fetch some of them first; try again later.", retryAfter: 60)
        case .messageIDConflict:
            self.init(
                status: 409, code: .messageIDConflict, title: "this message id belongs to another message",
                detail: "Use a new id for each message.")
        case .predecessorMissing:
            self.init(
                status: 409, code: .predecessorMissing, title: "the preceding message was not accepted",
                detail: "Send that message first, or send this one without naming a predecessor.")
        default: self.init(error)
        }
    }

    init(_ error: StoreError) {
        switch error {
        case .identityTaken:
            self.init(
                status: 409, code: .identityTaken, title: "this id belongs to another identity key",
                detail: "Choose another id, or register with its original identity key.")
        case .revoked:
            self.init(
                status: 403, code: .revoked, title: "this account or device was revoked",
                detail: "The relay's operator revoked it and can readmit it.")
        case .preKeyIDReused(let id):
            self.init(
                status: 409, code: .preKeyIDReused, title: "a prekey id was already used",
                detail: "Prekey id \(id) must be greater than all ids uploaded so far; ids are not reused.")
        case .unknownSender:
            self.init(
                status: 401, code: .unauthorized, title: "this device was removed", detail: "Register again.")
        case .unavailable:
            self.init(
                status: 503, code: .unavailable, title: "the relay's database is not available",
                detail: "Try again in a moment.", retryAfter: 5)
        case .tooManyDevices(let max):
            self.init(
                status: 409, code: .tooManyDevices, title: "this account has too many devices",
                detail: "An account has at most \(max); remove one with DELETE /v1/devices/:device.")
        case .preKeysFull(let max):
            self.init(
                status: 409, code: .preKeysFull, title: "too many one-time prekeys are stored",
                detail: "A device has at most \(max) of this kind; upload more when peers have used some.")
        case .conditionFailed(let problem): self = problem
        case .unknownRecipient, .queueFull, .shareFull, .senderFull, .messageIDConflict, .predecessorMissing:
            self.init(
                status: 500, code: .internalError, title: "the relay failed", detail: "See the relay's log.")
        }
    }
}
