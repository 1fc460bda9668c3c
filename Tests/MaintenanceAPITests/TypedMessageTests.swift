import Foundation
import RelayAPI
import TestSupport
import Testing

@testable import MaintenanceAPI

@Suite struct TypedMessageTests {
    private static let id = UUID(uuidString: "6F1C2A2E-1D4B-4A55-9A3E-0F8F6F0A1B2C") ?? UUID()

    /// One of each kind, with every field.
    private static let payloads: [Payload] = [
        .chatPrompt(ChatPrompt(text: "How is the system?")),
        .chatReply(
            ChatReply(
                text: "Fine.", outcome: .answered, answeredBy: "gpt-4o-mini",
                usage: TokenUsage(
                    promptTokens: 5, cachedPromptTokens: 3, completionTokens: 2, isEstimated: true,
                    costUSD: Decimal(18) / 10_000_000),
                evidence: [Evidence(toolCallId: "c1", tool: "get_current_status", from: 1, to: 2)],
                unbackedFigures: ["7"], elapsedMilliseconds: 12,
                replaced: Replacement(model: "m", code: .tooLate, reason: "the model took longer"))),
        .chatProgress(ChatProgress(event: .partialText, tool: "get_usage", text: "Fi")), .chatCancel,
        .telemetryReport(TelemetryReport(sample: CannedTelemetry.sample(takenAt: 1_800_000_000_000))),
        .telemetryAck(TelemetryAck(takenAt: 1_800_000_000_000)), .ping(), .ping(Ping(unread: [UUID()])),
        .pong,
        .userChat(UserChat(text: "hello")), .receipt(Receipt(messageIds: [id])),
    ]

    private func decode(_ json: String) throws -> TypedMessage {
        try JSONDecoder().decode(TypedMessage.self, from: Data(json.utf8))
    }

    @Test func everyKindIsHere() {
        #expect(Set(Self.payloads.map(\.kind)) == Set(Payload.Kind.allCases))
    }

    @Test(arguments: payloads, [nil, id])
    func everyKindComesBackAsItWent(payload: Payload, requestID: UUID?) throws {
        let message = TypedMessage(payload, requestId: requestID)
        let json = try JSONEncoder().encode(message)
        let back = try JSONDecoder().decode(TypedMessage.self, from: json)
        #expect(back == message)
    }

    @Test func fieldsStandBesideTheKind() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = try encoder.encode(TypedMessage(.chatPrompt(ChatPrompt(text: "hi")), requestId: Self.id))
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"kind":"chat.prompt","requestId":"\#(Self.id.uuidString)","text":"hi","version":1}"#)
    }

    @Test func unknownFieldsAreIgnored() throws {
        let message = try decode(#"{"kind":"user.chat.v1","version":1,"text":"hi","mood":"good"}"#)
        #expect(message.payload == .userChat(UserChat(text: "hi")))
    }

    @Test func replyOfAnEarlierVersionIsRead() throws {
        let message = try decode(
            #"""
            {"kind":"chat.reply","version":1,"text":"x","outcome":"answered","answeredBy":"m","evidence":[],
            "unbackedFigures":[],"elapsedMilliseconds":1,
            "usage":{"promptTokens":1,"completionTokens":2,"costUSD":0.5}}
            """#)
        guard case .chatReply(let reply) = message.payload else {
            Issue.record("not a reply")
            return
        }
        #expect(reply.replaced == nil)
        #expect(
            reply.usage
                == TokenUsage(
                    promptTokens: 1, completionTokens: 2, isEstimated: false, costUSD: Decimal(5) / 10))
    }

    @Test func unknownKindSaysToUpdate() {
        let error = #expect(throws: TypedMessageError.self) { try decode(#"{"kind":"dance","version":1}"#) }
        #expect(error == .unknownKind("dance"))
        #expect(error?.description.contains("update this side") == true)
    }

    @Test(arguments: [0, 2, -1])
    func otherVersionIsRefused(version: Int) {
        #expect(throws: TypedMessageError.unsupportedVersion(kind: "receipt", version: version)) {
            try decode(#"{"kind":"receipt","version":\#(version),"messageIds":[]}"#)
        }
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"kind":"chat.prompt"}"#, #"{"kind":"chat.prompt","version":1}"#,
        #"{"kind":7,"version":1}"#, #"{"kind":"chat.prompt","version":"1","text":"x"}"#,
        #"{"kind":"chat.prompt","version":1,"text":"x","requestId":"7"}"#,
        #"{"kind":"telemetry.report","version":1,"sample":{"takenAt":"now"}}"#,
        #"{"kind":"receipt","version":1,"messageIds":["x"]}"#,
    ])
    func brokenMessageIsAnErrorNotATrap(json: String) {
        #expect(throws: (any Error).self) { try decode(json) }
    }

    @Test func everyTruncationIsAnErrorNotATrap() throws {
        for payload in Self.payloads {
            let json = try JSONEncoder().encode(TypedMessage(payload, requestId: Self.id))
            for length in stride(from: 0, to: json.count, by: max(1, json.count / 64)) {
                #expect(throws: (any Error).self) {
                    try JSONDecoder().decode(TypedMessage.self, from: json.prefix(length))
                }
            }
        }
    }
}
