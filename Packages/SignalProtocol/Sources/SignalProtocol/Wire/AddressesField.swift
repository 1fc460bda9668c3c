import Cryptography

/// The field of a message that says who wrote to whom, so that it cannot be passed on as written to somebody else.
///
/// 36 bytes: sender's service id (17) and device (1), recipient's service id (17) and device (1).
enum AddressesField {
    /// The field, if both names are service ids.
    static func bytes(sender: ProtocolAddress, recipient: ProtocolAddress) -> [UInt8]? {
        guard let from = sender.serviceID, let to = recipient.serviceID else { return nil }
        return from.fixedWidth + [sender.deviceID] + to.fixedWidth + [recipient.deviceID]
    }

    /// Whether what was received agrees with how the receiver sees it. An absent field always does.
    static func isAcceptable(_ received: [UInt8]?, sender: ProtocolAddress, recipient: ProtocolAddress)
        -> Bool
    {
        guard let received else { return true }
        guard let expected = bytes(sender: sender, recipient: recipient) else { return false }
        return equalInConstantTime(received, expected)
    }
}
