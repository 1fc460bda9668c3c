import Cryptography

@testable import SignalProtocol

// One message, with all that it may cost.

extension EpochChains {
    mutating func receivingKey(epoch: UInt64, index: UInt32) throws(SPQRError) -> SecretBytes {
        var budget = DerivationBudget()
        return try receivingKey(epoch: epoch, index: index, within: &budget)
    }
}

extension SPQRState {
    mutating func receive(_ message: [UInt8]) throws(SPQRError) -> SecretBytes? {
        var budget = DerivationBudget()
        return try receive(message, within: &budget)
    }
}
