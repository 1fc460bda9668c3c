import Foundation
import SystemSupport
import TestSupport
import Testing

/// What the relay, its wire, and a thief of the key stores get to see.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct SecrecyTests {
    /// Long enough to be found by its bytes alone.
    private static let names = [
        "ALICE_ID": "alice-of-the-secrecy-test", "BOB_ID": "bob-of-the-secrecy-test",
        "SYSMAINT_ID": "agent-of-the-secrecy-test", "DIAG_PROBE_ID": "probe-of-the-secrecy-test",
    ]

    @Test func nothingSaidCanBeReadOnTheWayOrAtRest() async throws {
        let port = try freePort()
        let proxy = try RecordingProxy(to: port)
        let relayURL = "http://127.0.0.1:\(proxy.port)"
        let installation = try Installation(
            Self.names.merging(["LOG_LEVEL": "trace", "RELAY_PUBLIC_URL": relayURL]) { $1 })
        let system = try await SeparateSystem(installation, relayPort: port, relayURL: relayURL)

        let question = "What is the load, said the walrus \(UUID())?"
        let letter = "The carpenter said nothing but \(UUID())"
        let (carol, dave) = (
            try Installation(["RELAY_URL": relayURL]), try Installation(["RELAY_URL": relayURL])
        )
        let body = try JSONEncoder().encode(["prompt": question])
        let response = try await Web.post(
            "\(system.webURL)/api/chat", json: String(decoding: body, as: UTF8.self))
        let answer = try response.decoded(as: RunningSystem.Answer.self).reply
        try await Conversation.tellBob(letter, at: system.webURL)
        for (person, name) in [(carol, "carol-of-the-secrecy-test"), (dave, "dave-of-the-secrecy-test")] {
            try await person.run("init", "--id", name)
            try await person.run("register")
        }
        try await carol.run("send", "dave-of-the-secrecy-test", letter)
        // Dave has not fetched his message: it lies on the relay. Bob has his.
        _ = try await eventually("Bob's message") { [web = system.webURL] in
            try await Conversation.between("bob", at: web).first { $0.text == letter }
        }

        let places = [
            "the wire": Trace(proxy.bytes),
            "the relay's database": try Trace(files: installation.file("relay.db")),
            "the relay's log": Trace(await system.relay.log.utf8),
        ]
        let bootID = try HostFigures().bootID
        let secrets = [
            question, letter, answer, bootID, "cpuBusyPercent", "telemetry.report", "user.chat.v1",
        ]
        for (place, trace) in places {
            for secret in secrets { #expect(!trace.holds(secret), "\(secret) in \(place)") }
        }
        // The search finds what is there: addresses, in what clients write under a mask and in what they read.
        // There as a field of a protocol buffer, with its tag and length, and in JSON.
        #expect(places["the wire"]?.holds("\u{1A}\u{19}agent-of-the-secrecy-test") == true)
        #expect(places["the wire"]?.holds("\"recipientId\":\"dave-of-the-secrecy-test\"") == true)
        #expect(places["the relay's database"]?.holds("dave-of-the-secrecy-test") == true)
        #expect(await system.relay.log.contains("listening"))

        let everyName = Self.names.values + ["carol-of-the-secrecy-test", "dave-of-the-secrecy-test"]
        var stores = Self.names.values.map { installation.file("\($0).signal.db") }
        stores.append(carol.file("carol-of-the-secrecy-test.signal.db"))
        for store in stores {
            let trace = try Trace(files: store)
            for secret in secrets + everyName { #expect(!trace.holds(secret), "\(secret) in \(store)") }
        }
        // The agent's own database is where telemetry is to be found.
        #expect(try Trace(files: installation.file("state.db")).holds(bootID))
    }
}
