import Foundation
import MaintenanceAPI
import RelayAPI

@testable import SignalProtocol

/// Reads bytes and writes what it made of them.
///
/// What a parser owes to every input: an error of its own kind, or a value that is written and read again as the same.
struct Parser: Sendable {
    let name: String
    private let rewrite: @Sendable ([UInt8]) throws -> [UInt8]
    private let isOwnError: @Sendable (any Error) -> Bool

    /// Feeds the parser that an input's first byte chooses with the others.
    static func run(_ parsers: [Parser], on input: [UInt8]) {
        guard let choice = input.first else { return }
        parsers[Int(choice) % parsers.count].check(Array(input.dropFirst()))
    }

    private func check(_ bytes: [UInt8]) {
        let first: [UInt8]
        do {
            first = try rewrite(bytes)
        } catch {
            precondition(isOwnError(error), "\(name) throws \(type(of: error))")
            return
        }
        do {
            let second = try rewrite(first)
            precondition(second == first, "\(name) changes what it wrote itself")
        } catch {
            preconditionFailure("\(name) refuses what it wrote itself: \(error)")
        }
    }

    // MARK: What there is

    static let messages = [
        signal("SignalMessage") { try SignalMessage(wire: $0).wire },
        signal("PreKeySignalMessage") { try PreKeySignalMessage(wire: $0).wire },
        signal("SenderKeyMessage") { try SenderKeyMessage(wire: $0).wire },
        signal("SenderKeyDistributionMessage") { try SenderKeyDistributionMessage(wire: $0).wire },
        signal("PlaintextContent") { try PlaintextContent(wire: $0).wire },
        signal("DecryptionErrorMessage") { try DecryptionErrorMessage(wire: $0).wire },
        signal("PublicKey") { try PublicKey(wire: $0).wire },
        signal("KEMPublicKey") { try KEMPublicKey(wire: $0).wire },
        signal("KEMCiphertext") { try KEMCiphertext(wire: $0).wire },
        signal("ScannableFingerprint") { try ScannableFingerprint(serialized: $0).serialized },
    ]

    static let records = [
        signal("SessionRecord") { try SessionRecord(serialized: $0).serialized },
        signal("SenderKeyRecord") { try SenderKeyRecord(serialized: $0).serialized },
        signal("PreKeyRecord") { try PreKeyRecord(serialized: $0).serialized },
        signal("SignedPreKeyRecord") { try SignedPreKeyRecord(serialized: $0).serialized },
        signal("KyberPreKeyRecord") { bytes in
            let record = try KyberPreKeyRecord(serialized: bytes)
            _ = try? record.keyPair()
            return record.serialized
        },
        signal("IdentityKeyPair") { try IdentityKeyPair(serialized: $0).serialized },
    ]

    static let ratchet = [
        Parser(
            name: "SPQRMessage", rewrite: { try SPQRMessage(wire: $0).wire }, isOwnError: { $0 is SPQRError }),
        Parser(
            name: "SPQRState",
            rewrite: { bytes in
                let state = try SPQRState(serialized: bytes)
                // A state that was read can be used; what it says is of no interest here.
                var (sender, receiver) = (state, state)
                var random = SystemRandomNumberGenerator()
                if let sent = try? sender.send(using: &random) {
                    var budget = DerivationBudget()
                    _ = try? receiver.receive(sent.message, within: &budget)
                }
                return state.serialized()
            }, isOwnError: { $0 is SPQRError }),
    ]

    static let relay = [
        json("ClientFrame", ClientFrame.self),
        json("ServerFrame", ServerFrame.self),
        json("ConditionalEnvelope", ConditionalEnvelope.self),
        json("RegistrationRequest", RegistrationRequest.self),
        json("PreKeyUpload", PreKeyUpload.self),
        json("Problem", Problem.self),
        json("TypedMessage", TypedMessage.self),
        json("PreKeyCheckRequest", PreKeyCheckRequest.self),
        json("HostMetrics", HostMetrics.self),
    ]

    /// What stands in binary frames.
    static let frames = [
        protobuf("ClientFrame", read: ClientFrame.init(protobuf:), write: \.protobuf),
        protobuf("ServerFrame", read: ServerFrame.init(protobuf:), write: { try $0.protobuf }),
        protobuf("Envelope", read: Envelope.init(protobuf:), write: \.protobuf),
    ]

    private static func signal(_ name: String, _ rewrite: @escaping @Sendable ([UInt8]) throws -> [UInt8])
        -> Parser
    {
        Parser(name: name, rewrite: rewrite, isOwnError: { $0 is SignalError })
    }

    /// A value that has a form in JSON too, which has to say the same.
    private static func protobuf<Value: Codable & Equatable & SendableMetatype>(
        _ name: String, read: @escaping @Sendable (ArraySlice<UInt8>) throws -> Value,
        write: @escaping @Sendable (Value) throws -> [UInt8]
    ) -> Parser {
        Parser(
            name: name,
            rewrite: { bytes in
                let value = try read(bytes[...])
                let twin = try? JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
                precondition(twin == value, "\(name) is another one in JSON")
                return try write(value)
            }, isOwnError: { $0 is DecodingError || $0 is InvalidValue })
    }

    private static func json<Value: Codable & SendableMetatype>(_ name: String, _ type: Value.Type) -> Parser
    {
        Parser(
            name: name,
            rewrite: { bytes in
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                return Array(try encoder.encode(decodeStrictJSON(type, from: bytes)))
            },
            isOwnError: {
                $0 is DecodingError || $0 is InvalidValue || $0 is TypedMessageError || $0 is AmbiguousJSON
            })
    }
}
