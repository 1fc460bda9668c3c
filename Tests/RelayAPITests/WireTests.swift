import Foundation
import RelayAPI
import Testing
import TestSupport
import VectorSupport

struct WireTests {
    private static func envelope(_ type: MessageType = .whisper, _ class: DeliveryClass = .durable) throws
        -> Envelope
    {
        try Envelope(
            from: DeviceAddress("alice.1"), to: DeviceAddress("bob.2"), sessionID: "s-1",
            messageID: try #require(UUID(uuidString: "6F9619FF-8B86-4D01-B42D-00CF4FC964FF")), type: type,
            body: [1, 2, 3], timestamp: 1_700_000_000_000, class: `class`)
    }

    static let problem = Problem(
        status: 429, code: .rateLimited, title: "too many requests", detail: "Try again in 2 s.",
        retryAfter: 2)

    private static func clientFrames() throws -> [ClientFrame] {
        let ids = [UUID(), UUID()]
        return [
            .ack(ids), .ackRange(first: ids[0], last: ids[1]), .send(try envelope()),
            .send(try envelope(.prekey, .latest), SendConditions(after: ids[0])),
            .send(try envelope(.whisper, .online), SendConditions(registrationId: .max, devices: [.first])),
        ]
    }

    private static func serverFrames() throws -> [ServerFrame] {
        let copy = MessageCopy(messageId: UUID(), device: try DeviceID(127))
        return [
            .envelope(try envelope()), .queueEmpty, .sent(copy), .refused(copy, problem),
            .refused(nil, problem),
            .prekeysLow(
                PreKeyCounts(oneTime: 3, oneTimeKyber: 4, signedPreKeyId: 5, lastResortKyberPreKeyId: nil)),
        ]
    }

    @Test func everyFrameIsReadAsItWasWritten() throws {
        for frame in try Self.clientFrames() {
            #expect(try ClientFrame(protobuf: frame.protobuf[...]) == frame)
            #expect(try JSONDecoder().decode(ClientFrame.self, from: JSONEncoder().encode(frame)) == frame)
        }
        for frame in try Self.serverFrames() {
            #expect(try ServerFrame(protobuf: frame.protobuf[...]) == frame)
            #expect(try JSONDecoder().decode(ServerFrame.self, from: JSONEncoder().encode(frame)) == frame)
        }
    }

    @Test func theEnvelopeHasItsBytes() throws {
        let golden =
            "0a05616c6963651001" + "1a03626f622002" + "2a03732d31" + "32106f9619ff8b864d01b42d00cf4fc964ff"
            + "3802"
            + "4203010203" + "4880d095ffbc31" + "5001"
        #expect(try Self.envelope().protobuf.hex == golden)
    }

    @Test func theEnvelopeHasItsJSON() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            try String(decoding: encoder.encode(Self.envelope()), as: UTF8.self) == """
                {"body":"AQID","class":"durable","messageId":"6F9619FF-8B86-4D01-B42D-00CF4FC964FF",\
                "recipientDevice":2,"recipientId":"bob","senderDevice":1,"senderId":"alice","sessionId":"s-1",\
                "timestamp":1700000000000,"type":"whisper"}
                """)
        #expect(
            try String(decoding: encoder.encode(Self.problem), as: UTF8.self) == """
                {"code":"rate_limited","detail":"Try again in 2 s.","retryAfter":2,"status":429,\
                "title":"too many requests"}
                """)
    }

    @Test func fieldsOfAnAnswerMayComeInAnyOrder() throws {
        let id = [UInt8](0..<16)
        let sent: [UInt8] = [0x1A, 16] + id
        let device: [UInt8] = [0x38, 2]
        let copy = MessageCopy(
            messageId: try #require(UUID(uuidString: "00010203-0405-0607-0809-0A0B0C0D0E0F")),
            device: try DeviceID(2))
        #expect(try ServerFrame(protobuf: (sent + device)[...]) == .sent(copy))
        #expect(try ServerFrame(protobuf: (device + sent)[...]) == .sent(copy))
        #expect(throws: InvalidValue("device", "is missing")) { try ServerFrame(protobuf: sent[...]) }
        #expect(throws: InvalidValue("device id", "must be 1 to 127")) {
            try ServerFrame(protobuf: (sent + [0x38, 0])[...])
        }
    }

    @Test func unknownFieldsAreIgnored() throws {
        let frame = ClientFrame.send(try Self.envelope())
        // Field 15 as a varint, as bytes, as 32 and as 64 bits.
        for extra: [UInt8] in [
            [0x78, 1], [0x7A, 2, 0, 0], [0x7D, 0, 0, 0, 0], [0x79, 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            #expect(try ClientFrame(protobuf: (extra + frame.protobuf)[...]) == frame)
            #expect(try ClientFrame(protobuf: (frame.protobuf + extra)[...]) == frame)
        }
    }

    @Test func whatIsCutShortIsRefused() throws {
        for frame in try Self.clientFrames() {
            let bytes = frame.protobuf
            for count in 0..<bytes.count {
                // A cut between two fields leaves a whole frame, which then is not the same one.
                #expect((try? ClientFrame(protobuf: bytes[..<count])) != frame)
            }
        }
        for frame in try Self.serverFrames() {
            let bytes = try frame.protobuf
            for count in 0..<bytes.count {
                #expect((try? ServerFrame(protobuf: bytes[..<count])) != frame)
            }
        }
    }

    @Test func damagedFramesNeverTrap() throws {
        var random = SeededRandom(seed: 21)
        let frames = try Self.clientFrames().map(\.protobuf) + Self.serverFrames().map { try $0.protobuf }
        for _ in 0..<20_000 {
            var bytes = frames.randomElement(using: &random) ?? []
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            // What is still read must be written back as something that reads the same.
            if let frame = try? ClientFrame(protobuf: bytes[...]) {
                #expect(try ClientFrame(protobuf: frame.protobuf[...]) == frame)
            }
            if let frame = try? ServerFrame(protobuf: bytes[...]) {
                #expect(try ServerFrame(protobuf: frame.protobuf[...]) == frame)
            }
        }
    }

    static let brokenAddresses = [
        "", ".", "alice", "alice.", "alice.0", "alice.128", "Alice.1", "-a.1", "a b.1", "alice.+1",
        "alice.01x",
    ]

    @Test(arguments: brokenAddresses)
    func brokenAddressesAreRefused(_ text: String) {
        #expect(throws: InvalidValue.self) { try DeviceAddress(text) }
    }

    @Test func identitiesHave63CharactersAtMost() throws {
        #expect(try DeviceAddress(String(repeating: "a", count: 63) + ".127").device.rawValue == 127)
        #expect(throws: InvalidValue.self) { try IdentityID(String(repeating: "a", count: 64)) }
    }
}
