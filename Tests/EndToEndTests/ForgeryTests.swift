import Foundation
import MaintenanceAPI
import RelayAPI
import SystemSupport
import TestSupport
import Testing

/// A relay that forges, and the real programs.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ForgeryTests {
    private struct Shown: Decodable {
        let from: String
        let text: String
        let trust: String?
    }

    private typealias Number = Acquainted.Number

    private func shown(_ lines: String) throws -> [Shown] {
        try JSONDecoder().decode([Shown].self, from: Data(lines.utf8))
    }

    @Test(arguments: [false, true]) func forgedMessageIsHeldFromAPerson(verified: Bool) async throws {
        let world = try await Acquainted()
        let (carol, dave) = (world.carol, world.dave)
        if verified {
            let number = try JSONDecoder().decode(
                Number.self, from: Data(await dave.run("verify", "carol", "--format", "json").utf8)
            ).digits
            try await carol.run("verify", "dave", "--compare", number)
            #expect(try await world.numbers().trust == "comparison")
        }
        try await world.forge("open the door", "at once")
        try await dave.run("send", "carol", "the real one")

        // Nothing is run for it, and the environment says how the key of the others was approved.
        let command = "cat; echo \" $MESSAGE_FROM $MESSAGE_TRUST $MESSAGE_KEY\""
        let ran = try await carol.attempt("listen", "--count", "1", "--exec", command)
        #expect(ran.status == 0)
        let trust = verified ? "comparison" : "first-use"
        #expect(ran.text.hasPrefix("the real one dave \(trust) B"), "\(ran.text)")
        #expect(!ran.text.contains("open the door"))
        #expect(ran.log.contains("nobody has approved"))
        let news = try await carol.attempt("inbox", "--format", "json")
        #expect(try shown(news.text).isEmpty)
        #expect(news.log.contains("Nobody has approved"))
        let all = try shown(await carol.run("inbox", "--all", "--format", "json"))
        #expect(all.map(\.text) == ["hello", "hello yourself", "the real one"])
        #expect(all.map(\.trust) == [nil, trust, trust])

        // Seen only when asked for, and marked.
        let held = try shown(await carol.run("inbox", "--held", "--format", "json"))
        #expect(held.map(\.text) == ["open the door", "at once"])
        #expect(held.map(\.trust) == ["unapproved", "unapproved"])
        let text = try await carol.run("inbox", "--held", "--offline")
        #expect(text.split(separator: "\n").allSatisfy { $0.contains("HELD") })
        let incidents = try await carol.run("incidents").split(separator: "\n")
        #expect(incidents.count == 1 && incidents[0].contains("from dave"))
        #expect(try await carol.run("identity", "peers").contains("NOT APPROVED"))
        #expect(
            try await carol.attempt("doctor", "--format", "json").text.contains(
                "keys that nobody has approved came for dave"))

        // The number of another key approves nothing, a number of none changes nothing.
        let numbers = try await world.numbers()
        #expect(numbers.trust == trust)
        let forged = try #require(numbers.otherKeys.first)
        #expect(forged.trust == "unapproved")
        let zeros = String(repeating: "0", count: 60)
        for command in ["approve", "reject"] {
            #expect(try await carol.attempt("identity", command, "dave", zeros).status == 77)
            #expect(try await carol.attempt("identity", command, "dave", "12345").status == 64)
        }
        #expect(try await carol.attempt("identity", "approve", "dave").status == 64)
        #expect(try await carol.attempt("verify", "dave", "--compare", forged.digits).status == 77)
        #expect(try await world.numbers().otherKeys.map(\.trust) == ["unapproved"])

        try await carol.run("identity", "reject", "dave", forged.digits)
        try await world.forge("again, under another key")
        try await carol.run("send", "dave", "goes on")
        #expect(try shown(await dave.run("inbox", "--format", "json")).map(\.text) == ["goes on"])
        try await carol.run("inbox")
        #expect(
            try shown(await carol.run("inbox", "--held", "--format", "json")).map(\.text) == [
                "again, under another key"
            ])
        #expect(try await carol.run("identity", "reject", "dave").contains("1 key"))
        #expect(try shown(await carol.run("inbox", "--held", "--format", "json")).isEmpty)
        let own = try await carol.attempt("verify", "carol")
        #expect(own.status == 64 && own.log.contains("your own identity"))
    }

    @Test func newMachineIsApprovedByItsNumber() async throws {
        let world = try await Acquainted()
        try await world.forge("I have a new machine too")
        let old = try await world.numbers().digits
        let relay = try #require(world.carol.environment["RELAY_URL"])
        let newDave = try Installation(["RELAY_URL": relay])
        try await newDave.run("init", "--id", "dave")
        let bundle = try await world.carol.run("bundle", "export")
        try await newDave.run("bundle", "import", "-", input: bundle)
        let letter = try await newDave.run("encrypt", "carol", "I have a new machine")
        try await world.carol.run("inbox")
        let taken = try await world.carol.attempt("decrypt", "-", input: letter)
        #expect(taken.status == 77 && taken.log.contains("held"))

        let number = try JSONDecoder().decode(
            Number.self, from: Data(await newDave.run("verify", "carol", "--format", "json").utf8)
        ).digits
        let groups = stride(from: 0, to: 60, by: 5).map { String(number.dropFirst($0).prefix(5)) }
        try await world.carol.run(arguments: ["identity", "approve", "dave"] + groups)
        #expect(
            try shown(await world.carol.run("inbox", "--format", "json")).map(\.text) == [
                "I have a new machine"
            ])
        #expect(try await world.numbers().digits == number)
        #expect(
            try shown(await world.carol.run("inbox", "--held", "--format", "json")).map(\.text) == [
                "I have a new machine too"
            ])
        // The old key comes back as one that nobody has approved.
        try await world.dave.run("send", "carol", "from the old machine")
        #expect(try shown(await world.carol.run("inbox", "--format", "json")).isEmpty)
        let held = try await world.numbers().otherKeys
        #expect(held.first { $0.digits == old }?.trust == "unapproved")
    }

    @Test func forgedMessagesDoNothingToTheMachines() async throws {
        let installation = try Installation()
        let first = try await RunningSystem(installation)
        let before = try await first.reading()
        #expect(try await first.stop().status == 0)
        let forger = ForgingRelay(database: installation.file("relay.db"))
        try await forger.forgeMachines(after: before)
        try await forger.forge(
            as: "sysmaint", to: "diagprobe",
            [TypedMessage(.telemetryAck(TelemetryAck(takenAt: before.takenAt)))])
        try await forger.forge(
            as: "bob", to: "alice", [TypedMessage(.userChat(UserChat(text: "forged letter")))])

        let system = try await RunningSystem(installation)
        let again = try await eventually("a reading after the start") {
            let sample = try await system.reading()
            return sample.takenAt > before.takenAt ? sample : nil
        }
        #expect(again.host.name == before.host.name)
        #expect(try await system.ask("status").outcome == .answered)
        try await Conversation.tellBob("a real letter", at: system.web)

        struct Held: Decodable {
            struct Key: Decodable {
                let peer: String
                let safetyNumber: String
                let messages: [Shown]
            }
            let keys: [Key]
        }
        let url = "\(system.web)/api/e2ee/held"
        let held = try await eventually("what is held") {
            let held = try await Web.get(url + "?user=alice").decoded(as: Held.self)
            return held.keys.isEmpty ? nil : held
        }
        #expect(held.keys.map(\.peer) == ["bob"])
        #expect(held.keys[0].messages.map(\.text) == ["forged letter"])
        #expect(held.keys[0].messages.map(\.trust) == ["unapproved"])
        let letters = try await Conversation.between("alice", at: system.web)
        #expect(letters.map(\.text) == ["a real letter"])
        let rejection = try JSONEncoder().encode([
            "user": "alice", "peer": "bob", "safetyNumber": held.keys[0].safetyNumber, "decision": "reject",
        ])
        let answer = try await Web.post(url, json: String(decoding: rejection, as: UTF8.self))
        #expect(answer.status == 204)
        #expect(try await Web.get(url + "?user=alice").decoded(as: Held.self).keys.isEmpty)

        let end = try await system.stop()
        #expect(end.status == 0)
        #expect(end.log.components(separatedBy: "message held").count == 5)
        let kept = try shown(
            await installation.run("inbox", "--held", "--offline", "--id", "sysmaint", "--format", "json"))
        #expect(kept.map(\.text) == ["forged question"])
    }
}
