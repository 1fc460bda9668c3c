import Testing

@testable import SignalProtocol

/// One of the library's parsers, and what holds of everything it accepts.
struct Parser: Sendable, CustomTestStringConvertible {
    let name: String
    /// Parses; what comes back are the bytes that the parsed value would be written as, and those after reading and
    /// writing it once more.
    let rewrite: @Sendable ([UInt8]) throws -> (first: [UInt8], second: [UInt8])
    /// Whether messages keep the very bytes they were read from.
    var keepsBytes = false

    var testDescription: String { name }

    static let all: [Parser] = [
        wire("SignalMessage") { try SignalMessage(wire: $0).wire },
        wire("PreKeySignalMessage") { try PreKeySignalMessage(wire: $0).wire },
        wire("SenderKeyMessage") { try SenderKeyMessage(wire: $0).wire },
        wire("PlaintextContent") {
            let content = try PlaintextContent(wire: $0)
            _ = try? content.decryptionError()
            return content.wire
        },
        stored("SenderKeyDistributionMessage") { try SenderKeyDistributionMessage(wire: $0).wire },
        stored("DecryptionErrorMessage") { try DecryptionErrorMessage(wire: $0).wire },
        stored("PublicKey") { try PublicKey(wire: $0).wire },
        stored("KEMPublicKey") { try KEMPublicKey(wire: $0).wire },
        stored("KEMCiphertext") { try KEMCiphertext(wire: $0).wire },
        stored("IdentityKeyPair") { try IdentityKeyPair(serialized: $0).serialized },
        stored("PreKeyRecord") { try PreKeyRecord(serialized: $0).serialized },
        stored("SignedPreKeyRecord") { try SignedPreKeyRecord(serialized: $0).serialized },
        stored("KyberPreKeyRecord") { try KyberPreKeyRecord(serialized: $0).serialized },
        stored("KyberPreKeyRecord, compact") { try KyberPreKeyRecord(serialized: $0).compactForm },
        stored("SessionRecord") { try SessionRecord(serialized: $0).serialized },
        stored("SessionRecord, compact") { try SessionRecord(serialized: $0).compactForm },
        stored("SenderKeyRecord") { try SenderKeyRecord(serialized: $0).serialized },
        stored("ScannableFingerprint") { try ScannableFingerprint(serialized: $0).serialized },
    ]

    static func named(_ name: String) throws -> Parser { try #require(all.first { $0.name == name }) }

    /// Parses and requires: an error of the library, or a value that is written and read again as the same.
    func expectSoundOutcome(_ bytes: [UInt8], _ comment: Comment? = nil) {
        do {
            let (first, second) = try rewrite(bytes)
            #expect(first == second, comment)
            if keepsBytes { #expect(first == bytes, comment) }
        } catch {
            #expect(error is SignalError, comment)
        }
    }

    private static func wire(
        _ name: String, _ rewrite: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) -> Parser {
        Parser(
            name: name,
            rewrite: {
                let once = try rewrite($0)
                return (once, try rewrite(once))
            }, keepsBytes: true)
    }

    private static func stored(
        _ name: String, _ rewrite: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) -> Parser {
        Parser(name: name) {
            let once = try rewrite($0)
            return (once, try rewrite(once))
        }
    }
}
