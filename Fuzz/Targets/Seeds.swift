import Cryptography
import Foundation
import MaintenanceAPI
import RelayAPI
import SessionSupport
import TestSupport
import VectorSupport

@testable import SignalProtocol

/// Sound inputs to begin with, one file each in a folder per target.
package enum Seeds {
    package static func write(to folder: URL) throws {
        for target in FuzzTarget.allCases {
            let place = folder.appending(path: target.rawValue)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (name, bytes) in try inputs(of: target) {
                try Data(bytes).write(to: place.appending(path: name))
            }
        }
    }

    private static func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        switch target {
        case .messages: numbered(Parser.messages, try messages())
        case .records: numbered(Parser.records, try records())
        case .ratchet: numbered(Parser.ratchet, try ratchet())
        case .kem: KEMInputs.seeds()
        case .relay: numbered(Parser.relay, try relay())
        case .frames: numbered(Parser.frames, try frames())
        case .telemetry:
            (KernelFiles.linux2_6.merging(KernelFiles.linux5_4) { _, newer in newer }).map { name, text in
                (name.replacing("/", with: "-"), Array(text.utf8))
            }
        case .session: sessions
        case .model: modelStreams
        case .requests: HTTPMessages.requestSeeds
        case .responses: HTTPMessages.responseSeeds
        case .sockets: SocketFrames.seeds
        case .database: DamagedDatabase.seeds
        }
    }

    /// A reply in text and one that calls a tool, after the length of the pieces they come in.
    private static var modelStreams: [(name: String, bytes: [UInt8])] {
        let streams = [
            "text": [
                #"{"choices":[{"delta":{"role":"assistant","content":"CPU is "}}]}"#,
                #"{"choices":[{"delta":{"content":"10 % busy."},"finish_reason":"stop"}]}"#,
                #"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}"#,
            ],
            "call": [
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"ping","arguments":"{"}}]}}]}"#,
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]}"#,
            ],
        ]
        return streams.map { name, events in
            let text = (events + ["[DONE]"]).map { "data: \($0)\r\n\r\n" }.joined()
            return (name, [7] + Array(text.utf8))
        }
    }

    /// Puts the number of its parser before each input.
    private static func numbered(_ parsers: [Parser], _ inputs: [(String, [UInt8])]) -> [(String, [UInt8])] {
        inputs.compactMap { name, bytes in
            let parser = name.split(separator: "-").first.map(String.init)
            return parsers.firstIndex { $0.name == parser }.map { (name, [UInt8($0)] + bytes) }
        }
    }

    private static func messages() throws -> [(String, [UInt8])] {
        var pair = try Pair(seed: 1)
        let first = try pair.alice.encrypt("the first", to: pair.bob.address)
        _ = try pair.bob.decrypt(first, from: pair.alice.address)
        let answer = try pair.bob.encrypt("an answer", to: pair.alice.address)
        let kyber = KyberPreKeyRecord(
            id: 1, signedBy: pair.bob.store.identityKeyPair, createdAt: Party.now, using: &pair.bob.random)
        let report = try DecryptionErrorMessage(about: answer, timestamp: 1, deviceID: 1)
        var inputs = [
            ("PreKeySignalMessage", first.wire), ("SignalMessage", answer.wire),
            ("DecryptionErrorMessage", report.wire), ("PlaintextContent", PlaintextContent(report).wire),
            ("PublicKey", pair.alice.store.identityKeyPair.publicKey.wire),
            ("KEMPublicKey", try kyber.publicKey().wire),
            ("KEMCiphertext", try kyber.publicKey().encapsulate().ciphertext),
            ("ScannableFingerprint", try fingerprint(pair).scannable.serialized),
        ]
        let cipher = GroupCipher(sender: pair.alice.address)
        if let id = DistributionID(bytes: pair.alice.random.bytes(16)) {
            inputs += [
                (
                    "SenderKeyDistributionMessage",
                    try cipher.distributionMessage(for: id, in: &pair.alice.store).wire
                ),
                (
                    "SenderKeyMessage",
                    try cipher.encrypt([1], distributionID: id, in: &pair.alice.store).wire
                ),
            ]
        }
        return inputs
    }

    private static func fingerprint(_ pair: Pair) throws -> Fingerprint {
        try Fingerprint(
            version: 2, iterationCount: 2,
            local: .init(identifier: [1], identityKey: pair.alice.store.identityKeyPair.publicKey),
            remote: .init(identifier: [2], identityKey: pair.bob.store.identityKeyPair.publicKey))
    }

    private static func records() throws -> [(String, [UInt8])] {
        var pair = try Pair(acquainted: 2)
        let identity = pair.bob.store.identityKeyPair
        var inputs = [
            ("IdentityKeyPair", identity.serialized),
            ("PreKeyRecord", PreKeyRecord(id: 1, using: &pair.bob.random).serialized),
            (
                "SignedPreKeyRecord",
                SignedPreKeyRecord(id: 1, signedBy: identity, createdAt: Party.now, using: &pair.bob.random)
                    .serialized
            ),
            (
                "KyberPreKeyRecord",
                KyberPreKeyRecord(id: 1, signedBy: identity, createdAt: Party.now, using: &pair.bob.random)
                    .serialized
            ),
        ]
        // A message that is lost leaves keys behind, an answer that begins anew an archived session.
        _ = try pair.alice.encrypt("lost", to: pair.bob.address)
        _ = try pair.sendToBob("after the lost one")
        inputs.append(("SessionRecord-skipped", session(pair)))
        try pair.alice.process(try pair.bob.makeBundle(), of: pair.bob.address)
        _ = try pair.sendToBob("anew")
        inputs.append(("SessionRecord-archived", session(pair)))
        let cipher = GroupCipher(sender: pair.alice.address)
        if let id = DistributionID(bytes: pair.alice.random.bytes(16)) {
            _ = try cipher.distributionMessage(for: id, in: &pair.alice.store)
            let record = pair.alice.store.senderKey(for: pair.alice.address, distributionID: id)
            inputs.append(("SenderKeyRecord", record?.serialized ?? []))
        }
        return inputs
    }

    private static func session(_ pair: Pair) -> [UInt8] {
        pair.bob.store.session(for: pair.alice.address)?.serialized ?? []
    }

    /// Messages and states of both ends through a whole epoch.
    private static func ratchet() throws -> [(String, [UInt8])] {
        var random = SeededRandom(seed: 3)
        let key = SecretBytes(byteCount: 32, using: &random)
        var ends = [
            SPQRState(authKey: key, direction: .a2b, isRequired: true),
            SPQRState(authKey: key, direction: .b2a, isRequired: true),
        ]
        var inputs: [(String, [UInt8])] = []
        for round in 0..<90 {
            let (sender, receiver) = (round % 2, 1 - round % 2)
            if round % 10 < 2 { inputs.append(("SPQRState-\(round)", ends[sender].serialized(.compact))) }
            let message = try ends[sender].send(using: &random).message
            if round % 20 < 2 { inputs.append(("SPQRMessage-\(round)", message)) }
            var budget = DerivationBudget()
            _ = try ends[receiver].receive(message, within: &budget)
        }
        return inputs
    }

    private static let conditions = SendConditions(after: uuid(2), registrationId: 7, devices: [.first])
    private static let problem = Problem(status: 429, code: .rateLimited, title: "slow", retryAfter: 1)

    private static func envelope() throws -> Envelope {
        try Envelope(
            from: DeviceAddress(IdentityID("alice")), to: DeviceAddress(IdentityID("bob")), sessionID: "s",
            messageID: uuid(1), type: .whisper, body: [1, 2, 3], timestamp: 1, class: .durable)
    }

    private static func frames() throws -> [(String, [UInt8])] {
        let envelope = try envelope()
        let counts = PreKeyCounts(
            oneTime: 3, oneTimeKyber: 4, signedPreKeyId: 5, lastResortKyberPreKeyId: nil)
        return [
            ("ClientFrame-ack", ClientFrame.ack([uuid(1), uuid(2)]).protobuf),
            ("ClientFrame-range", ClientFrame.ackRange(first: uuid(1), last: uuid(2)).protobuf),
            ("ClientFrame-send", ClientFrame.send(envelope, conditions).protobuf),
            ("ServerFrame-envelope", try ServerFrame.envelope(envelope).protobuf),
            ("ServerFrame-empty", try ServerFrame.queueEmpty.protobuf),
            ("ServerFrame-sent", try ServerFrame.sent(envelope.copy).protobuf),
            ("ServerFrame-refused", try ServerFrame.refused(envelope.copy, problem).protobuf),
            ("ServerFrame-low", try ServerFrame.prekeysLow(counts).protobuf),
            ("Envelope", envelope.protobuf),
        ]
    }

    private static func relay() throws -> [(String, [UInt8])] {
        let alice = DeviceAddress(try IdentityID("alice"))
        let id = uuid(1)
        let envelope = try envelope()
        let key = SignedPreKey(id: 1, publicKey: Base64([5]), signature: Base64([6]))
        let report = TelemetryReport(sample: CannedTelemetry.sample(takenAt: 1))
        return [
            ("ClientFrame-send", try json(ClientFrame.send(envelope, conditions))),
            ("ClientFrame-ack", try json(ClientFrame.ack([id]))),
            ("ServerFrame-envelope", try json(ServerFrame.envelope(envelope))),
            ("ServerFrame-refused", try json(ServerFrame.refused(envelope.copy, problem))),
            ("ServerFrame-sent", try json(ServerFrame.sent(envelope.copy))),
            (
                "ConditionalEnvelope",
                try json(ConditionalEnvelope(envelope: envelope, conditions: conditions))
            ),
            (
                "RegistrationRequest",
                try json(
                    RegistrationRequest(
                        id: alice.identity, device: .first, registrationId: 7, identityKey: Base64([5]),
                        nonce: Base64([1]), signature: Base64([2])))
            ),
            (
                "PreKeyUpload",
                try json(
                    PreKeyUpload(
                        signedPreKey: key, lastResortKyberPreKey: key,
                        oneTimePreKeys: [OneTimePreKey(id: 1, publicKey: Base64([5]))],
                        oneTimeKyberPreKeys: [key]))
            ),
            ("Problem", try json(problem)),
            ("PreKeyCheckRequest", try json(PreKeyCheckRequest(digest: Base64([1, 2, 3])))),
            (
                "HostMetrics",
                try json(
                    HostMetrics(
                        timestamp: 1, cpuPercent: 2.5, load1: 0.5, memoryUsedBytes: 3, memoryTotalBytes: 4,
                        diskUsedPercent: nil))
            ),
            ("TypedMessage-ping", try json(TypedMessage(.ping()))),
            ("TypedMessage-report", try json(TypedMessage(.telemetryReport(report)))),
        ]
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(value))
    }

    private static func uuid(_ number: UInt8) -> UUID {
        UUID(uuid: (number, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
    }

    /// What happens, byte by byte, as `SessionEvents` reads it.
    private static let sessions: [(String, [UInt8])] = [
        ("in-turn", (0..<60).flatMap { _ in [UInt8(0), 2, 1, 2] }),
        ("one-sided", (0..<40).flatMap { _ in [UInt8(0), 2] }),
        ("reordered", [0, 0, 0, 0, 26, 18, 10, 2, 1, 1, 10, 2]),
        ("repeated", [0, 3, 3, 2, 1, 3, 2]),
        ("altered", [0, 5, 40, 1, 10, 2, 0, 5, 200, 128, 10, 2]),
        ("restarted", [0, 6, 14, 2, 1, 6, 14, 2]),
        ("begun-again", [7, 0, 2, 1, 2, 7, 1, 0, 10, 2]),
    ]
}
