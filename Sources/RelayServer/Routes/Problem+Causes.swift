import RelayAPI

extension Problem {
    static let overloaded = Problem(
        status: 503, code: .overloaded, title: "the relay is short of disk or memory",
        detail: "It takes less until there is room again; what it has accepted is safe. Try again later.",
        retryAfter: 30)

    static let recipientOffline = Problem(
        status: 409, code: .recipientOffline, title: "the recipient is not connected",
        detail: "A message of class online is not kept; send it as durable to have it wait.")

    /// The reason why the store rejected a message for `recipient`.
    init(_ error: StoreError, recipient: DeviceAddress) {
        switch error {
        case .unknownRecipient:
            self.init(
                status: 404, code: .unknownRecipient, title: "the recipient is not known here",
                detail: "\(recipient) has not registered on this relay; check the name.")
        case .queueFull:
            self.init(
                status: 507, code: .queueFull, title: "the recipient's queue is full",
                detail: "\(recipient) has not fetched its messages for long; try again later.", retryAfter: 60
            )
        case .messageIDConflict:
            self.init(
                status: 409, code: .messageIDConflict, title: "this message id was used for another message",
                detail: "Give every message an id of its own.")
        case .predecessorMissing:
            self.init(
                status: 409, code: .predecessorMissing, title: "the message before this one was not accepted",
                detail: "Send that one first, or this one without naming it.")
        default: self.init(error)
        }
    }

    init(_ error: StoreError) {
        switch error {
        case .identityTaken:
            self.init(
                status: 409, code: .identityTaken, title: "this id belongs to another identity key",
                detail: "Choose another id, or register with the key that the id was registered with.")
        case .revoked:
            self.init(
                status: 403, code: .revoked, title: "this account or device was revoked",
                detail: "The relay's operator has done so, and can readmit it.")
        case .preKeyIDReused(let id):
            self.init(
                status: 409, code: .preKeyIDReused, title: "a prekey id was used before",
                detail: "Prekey id \(id) is not above all ids uploaded so far; ids are never used again.")
        case .unknownSender:
            self.init(
                status: 401, code: .unauthorized, title: "this device was removed", detail: "Register again.")
        case .unavailable:
            self.init(
                status: 503, code: .unavailable, title: "the relay's database is not available",
                detail: "Try again in a moment.", retryAfter: 5)
        case .conditionFailed(let problem): self = problem
        case .unknownRecipient, .queueFull, .messageIDConflict, .predecessorMissing:
            self.init(
                status: 500, code: .internalError, title: "the relay failed", detail: "See the relay's log.")
        }
    }
}
