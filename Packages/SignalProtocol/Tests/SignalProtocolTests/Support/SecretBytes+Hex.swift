import Cryptography
import VectorSupport

@testable import SignalProtocol

extension SecretBytes {
    var hex: String { exposed.hex }
}

extension SignalError {
    /// The name that the specification and the vector files give to an error.
    var specificationName: String {
        switch self {
        case .invalidArgument: "InvalidArgument"
        case .invalidState: "InvalidState"
        case .invalidProtobufEncoding: "InvalidProtobufEncoding"
        case .ciphertextMessageTooShort: "CiphertextMessageTooShort"
        case .legacyCiphertextVersion: "LegacyCiphertextVersion"
        case .unrecognizedCiphertextVersion: "UnrecognizedCiphertextVersion"
        case .unrecognizedMessageVersion: "UnrecognizedMessageVersion"
        case .noKeyTypeIdentifier: "NoKeyTypeIdentifier"
        case .badKeyType: "BadKeyType"
        case .badKeyLength: "BadKeyLength"
        case .invalidKeyAgreement: "InvalidKeyAgreement"
        case .badKEMKeyType: "BadKEMKeyType"
        case .badKEMKeyLength: "BadKEMKeyLength"
        case .badKEMCiphertextLength: "BadKEMCiphertextLength"
        case .invalidKEMKey: "InvalidKEMKey"
        case .invalidMACKeyLength: "InvalidMacKeyLength"
        case .signatureValidationFailed: "SignatureValidationFailed"
        case .untrustedIdentity: "UntrustedIdentity"
        case .invalidPreKeyID: "InvalidPreKeyId"
        case .invalidSignedPreKeyID: "InvalidSignedPreKeyId"
        case .invalidKyberPreKeyID: "InvalidKyberPreKeyId"
        case .invalidProtocolAddress: "InvalidProtocolAddress"
        case .sessionNotFound: "SessionNotFound"
        case .invalidSessionStructure: "InvalidSessionStructure"
        case .duplicatedMessage: "DuplicatedMessage"
        case .invalidMessage: "InvalidMessage"
        case .noSenderKeyState: "NoSenderKeyState"
        case .invalidSenderKeySession: "InvalidSenderKeySession"
        case .fingerprintVersionMismatch: "VersionMismatch"
        case .fingerprintParsingError: "ParsingError"
        case .invalidFingerprintIterationCount: "InvalidIterationCount"
        }
    }
}

extension VectorCase {
    /// Whether `body` fails with the error that the case names; a number in parentheses behind it is not looked at.
    func expectsError(_ field: String, _ body: () throws -> Void) throws -> Bool {
        let expected = try string(field).prefix { $0 != "(" }
        do {
            try body()
            return false
        } catch let error as SignalError {
            return error.specificationName == expected
        }
    }
}
