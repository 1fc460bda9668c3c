import Foundation
import SignalProtocol

extension Transaction {
    /// Notes that this store is not the newest of its device: when it is opened the next time, it renews itself.
    package mutating func noteOutdated() throws { try settings.write(true, .isBackup) }

    /// Makes another registration of the device out of a copied store.
    ///
    /// Sessions are put aside: what was sent in them can still be read, the next message to each peer begins a new
    /// one. The registration id changes, so that peers begin new ones as well; ids of prekeys skip those that the original
    /// may have given out; the relay's token is forgotten.
    mutating func renew() throws {
        try sessions.retireAll()
        try preKeys.skipIDs()
        try settings.forgetRelayTokens()
        let others = (UInt32(1)...16_383).filter { $0 != account.registrationID }
        try settings.write(
            Account(
                owner: account.owner, registrationID: others.randomElement() ?? account.registrationID,
                identity: account.identity), .account)
    }
}
