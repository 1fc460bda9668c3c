import KeyStore
import SignalProtocol

extension StoreTransaction {
    /// Carries out what follows from a refusal. A message that is to be tried again stays as it is.
    mutating func settle(_ message: OutboxMessage, refusedAs refusal: Refusal) throws {
        switch refusal {
        case .outOfTurn, .devicesChanged: break
        case .retry(_, let cause): try noteDelay(of: message, cause: cause)
        case .drop: try remove(message)
        case .giveUp(let cause): try giveUp(message, cause: cause)
        case .deviceGone(let cause):
            try giveUp(message, cause: cause)
            // The next message to this peer asks the relay which devices there are.
            try forgetDevice(message.recipient)
        }
    }

    /// Gives up what was not accepted in its time.
    mutating func giveUpExpired() throws {
        let pageSize = 100
        while true {
            let expired = try expiredOutgoing(limit: pageSize)
            for message in expired { try giveUp(message, cause: "the relay did not accept it in time") }
            if expired.count < pageSize { return }
        }
    }
}
