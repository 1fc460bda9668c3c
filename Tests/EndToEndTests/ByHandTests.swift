import Foundation
import SystemSupport
import TestSupport
import Testing

/// Two people in two directories, with no relay at all.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ByHandTests {
    @Test func filesAloneCarryASession() async throws {
        let (carol, dave) = try (Installation(), Installation())
        try await carol.run("init", "--id", "carol")
        try await dave.run("init", "--id", "dave")
        let bundle = carol.scratch.file("carol.bundle")
        try await carol.run("bundle", "export", "--output", bundle)
        try await dave.run("bundle", "import", bundle)
        try await dave.run("session", "init", "carol")
        let first = try await dave.run("encrypt", "carol", "by post")
        #expect(!first.contains("by post"))
        #expect(try await carol.run("decrypt", "-", input: first) == "by post\n")

        let answer = try await carol.run("encrypt", "dave", "-", input: "and back")
        #expect(try await dave.run("decrypt", "-", input: answer) == "and back\n")

        let again = try await dave.attempt("decrypt", "-", input: answer)
        #expect(again.status == 65)
        let altered = answer.replacing(#/"body":"..../#, with: #""body":"AAAA"#)
        #expect(try await dave.run("incidents").isEmpty)
        #expect(try await dave.attempt("decrypt", "-", input: altered).status == 65)
        #expect(try await dave.attempt("decrypt", "-", input: "no envelope").status == 65)
        let strangers = try await carol.run("encrypt", "dave", "not for carol")
        #expect(try await carol.attempt("decrypt", "-", input: strangers).status == 65)
    }

    @Test func whatCannotBeReadIsRecordedWithItsCause() async throws {
        let (carol, dave) = try (Installation(), Installation())
        try await carol.run("init", "--id", "carol")
        try await dave.run("init", "--id", "dave")
        try await carol.run("bundle", "import", "-", input: dave.run("bundle", "export"))
        let envelope = try await carol.run("encrypt", "dave", "hello")
        let altered = envelope.replacing(#/"body":"[^"]*"/#, with: #""body":"AAAA""#)
        #expect(try await dave.attempt("decrypt", "-", input: altered).status == 65)
        #expect(try await dave.run("incidents").contains(#/from carol.1: not decrypted: .+/#))
        struct Incident: Decodable { let peer, cause: String }
        let incidents = try JSONDecoder().decode(
            [Incident].self, from: Data(await dave.run("incidents", "--format", "json").utf8))
        #expect(incidents.map(\.peer) == ["carol.1"])
    }

    @Test func changedIdentityStopsSendingUntilApproved() async throws {
        let (carol, dave, impostor) = try (Installation(), Installation(), Installation())
        try await carol.run("init", "--id", "carol")
        for side in [dave, impostor] {
            try await side.run("init", "--id", "dave")
            try await side.run("bundle", "export", "--output", side.scratch.file("bundle"))
        }
        try await carol.run("bundle", "import", dave.scratch.file("bundle"))
        struct Number: Decodable {
            let digits: String
            let otherKeys: [Number]
        }
        func number() async throws -> Number {
            try JSONDecoder().decode(
                Number.self, from: Data(await carol.run("verify", "dave", "--format", "json").utf8))
        }
        let old = try await number()

        let changed = try await carol.attempt("bundle", "import", impostor.scratch.file("bundle"))
        #expect(changed.status == 77)
        #expect(changed.log.contains("sysmaint identity approve dave"))
        // Nothing goes out under the new key; the conversation under the old one goes on.
        let meanwhile = try await carol.run("encrypt", "dave", "to the old key")
        #expect(try await impostor.attempt("decrypt", "-", input: meanwhile).status == 65)
        #expect(try await dave.run("decrypt", "-", input: meanwhile) == "to the old key\n")
        let new = try #require(try await number().otherKeys.first?.digits)
        #expect(try await number().digits == old.digits)

        try await carol.run("identity", "approve", "dave", new)
        #expect(try await number().digits == new)
        try await carol.run("bundle", "import", impostor.scratch.file("bundle"))
        let envelope = try await carol.run("encrypt", "dave", "to the new key")
        #expect(try await impostor.run("decrypt", "-", input: envelope) == "to the new key\n")
        #expect(try await dave.attempt("decrypt", "-", input: envelope).status == 65)
    }

    @Test func safetyNumbersAreCompared() async throws {
        let (carol, dave) = try (Installation(), Installation())
        try await carol.run("init", "--id", "carol")
        try await dave.run("init", "--id", "dave")
        try await dave.run("bundle", "import", "-", input: carol.run("bundle", "export"))
        let envelope = try await dave.run("encrypt", "carol", "hello")
        try await carol.run("decrypt", "-", input: envelope)

        struct Number: Decodable { let digits, scannable: String }
        let ofCarol = try JSONDecoder().decode(
            Number.self, from: Data(await carol.run("verify", "dave", "--format", "json").utf8))
        let ofDave = try JSONDecoder().decode(
            Number.self, from: Data(await dave.run("verify", "carol", "--format", "json").utf8))
        #expect(ofCarol.digits == ofDave.digits)
        try await carol.run("verify", "dave", "--compare", ofDave.digits, "--scan", ofDave.scannable)
        #expect(
            try await carol.attempt("verify", "dave", "--compare", String(ofDave.digits.dropLast())).status
                == 77)
        #expect(try await carol.attempt("verify", "dave", "--scan", ofCarol.scannable).status == 77)
        #expect(try await carol.attempt("verify", "dave", "--scan", "?").status == 65)
        #expect(try await carol.attempt("verify", "erin").status == 66)
    }
}
