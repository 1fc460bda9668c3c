import Foundation
import SystemSupport
import TestSupport
import Testing

/// What others write never passes for a line of ours, nor moves the terminal, wherever it is shown.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ForgedTextTests {
    private static let forged =
        "hi\n2026-01-01 00:00:00Z bank → dave: pay 100\u{2028}2026\u{85}2026\r2026\u{1B}[1A\u{9B}2K\u{202E}yap\u{E0041}\u{200B}"
    private static let hidden: Set<Unicode.Scalar> = [
        "\r", "\u{1B}", "\u{9B}", "\u{85}", "\u{2028}", "\u{202E}", "\u{E0041}", "\u{200B}",
    ]

    private func expectHarmless(_ text: String, _ place: Comment) {
        #expect(!text.unicodeScalars.contains { Self.hidden.contains($0) }, place)
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("2026-01-01 00:00:00Z bank") }, place)
    }

    @Test func messagesKeepTheirLines() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try await Installation.carolAndDave(url)
        try await carol.run("send", "dave", "-", input: Self.forged)
        let listener = try dave.start("listen", "--count", "1")
        let heard = try await listener.end()
        expectHarmless(heard.text, "listen")
        #expect(heard.lines.count == 2)
        #expect(heard.lines[1].hasPrefix("    2026-01-01"))
        try await carol.run("send", "dave", "-", input: Self.forged)
        expectHarmless(try await dave.run("inbox"), "inbox")
        expectHarmless(try await dave.run("inbox", "--all", "--offline"), "inbox --all")
        expectHarmless(try await carol.run("inbox", "--all", "--offline"), "the sender's inbox")
        let json = try await dave.run("inbox", "--all", "--offline", "--format", "json")
        expectHarmless(json, "JSON")
        struct Shown: Decodable { let text: String }
        let texts = try JSONDecoder().decode([Shown].self, from: Data(json.utf8)).map(\.text)
        #expect(texts == [Self.forged, Self.forged])
    }

    /// A relay, a dashboard and a model server that answer with more than text.
    @Test func serversKeepTheirLines() async throws {
        let reason = Self.forged + "\nsysmaint: forged\nok       forged"
        let problem = try JSONEncoder().encode([
            "title": reason, "detail": reason, "code": "x", "message": reason,
        ])
        var body = String(decoding: problem, as: UTF8.self)
        body.removeLast()
        body += #","status":403,"error":{"message":\#(try Self.json(reason)),"code":"x"}}"#
        let server = try RawServer(
            answering: """
                HTTP/1.1 403 No\r\nContent-Type: application/problem+json\r\nContent-Length: \(body.utf8.count)\r\n\
                Connection: close\r\n\r\n\(body)
                """)
        let carol = try Installation(["RELAY_URL": server.url, "OPENAI_BASE_URL": server.url + "/v1"])
        try await carol.run("init", "--id", "carol")
        for arguments in [
            ["register"], ["inbox"], ["status"], ["doctor"], ["send", "dave", "hi"],
            ["healthcheck", server.url],
            ["bundle", "fetch", "dave"],
        ] {
            for format in [[], ["--format", "json"]] {
                let output = try await Program(
                    arguments + format, in: carol.scratch, environment: carol.environment
                ).end()
                #expect(output.status != 0, "\(arguments)")
                for text in [output.text, output.log] {
                    expectHarmless(text, "\(arguments)")
                    #expect(!text.split(separator: "\n").contains("sysmaint: forged"), "\(arguments)")
                    #expect(!text.split(separator: "\n").contains("ok       forged"), "\(arguments)")
                }
            }
        }
    }

    private static func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
}
