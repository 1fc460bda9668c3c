@testable import SignalProtocol

// The names that vector files give to errors and states.

extension SPQRError {
    var vectorName: String {
        switch self {
        case .stateDecode: "StateDecode"
        case .messageDecode: "MsgDecode"
        case .macVerifyFailed: "MacVerifyFailed"
        case .epochOutOfRange(let epoch): "EpochOutOfRange(\(epoch))"
        case .versionMismatch: "VersionMismatch"
        case .minimumVersion: "MinimumVersion"
        case .keyJump(let counter, let index): "KeyJump(\(counter),\(index))"
        case .keyTrimmed(let index): "KeyTrimmed(\(index))"
        case .keyAlreadyRequested(let index): "KeyAlreadyRequested(\(index))"
        case .erroneousDataReceived: "ErroneousDataReceived"
        case .sendKeyEpochDecreased(let from, let to): "SendKeyEpochDecreased(\(from),\(to))"
        case .chainNotAvailable: "ChainNotAvailable"
        case .chainExhausted: "ChainExhausted"
        }
    }
}

extension SPQRState {
    /// State and epoch of the key agreement.
    var vectorName: String {
        guard let agreement = active?.agreement else { return "V0/0" }
        return "\(agreement.phase.vectorName)/\(agreement.epoch)"
    }
}

extension KeyAgreement.Phase {
    var vectorName: String {
        switch self {
        case .keysUnsampled: "KeysUnsampled"
        case .keysSampled: "KeysSampled"
        case .headerSent: "HeaderSent"
        case .ct1Received: "Ct1Received"
        case .ekSentCt1Received: "EkSentCt1Received"
        case .noHeaderReceived: "NoHeaderReceived"
        case .headerReceived: "HeaderReceived"
        case .ct1Sampled: "Ct1Sampled"
        case .ekReceivedCt1Sampled: "EkReceivedCt1Sampled"
        case .ct1Acknowledged: "Ct1Acknowledged"
        case .ct2Sampled: "Ct2Sampled"
        }
    }
}

/// What `body` gave, or the name of the error that it threw.
func outcome<Value>(_ body: () throws(SPQRError) -> Value) -> Result<Value, SPQRError> {
    do { return .success(try body()) } catch { return .failure(error) }
}
