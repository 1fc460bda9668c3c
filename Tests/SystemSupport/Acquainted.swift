import Foundation
import MaintenanceAPI
import TestSupport

/// Two people who have written to each other, a relay between them, and what the relay's operator can do.
package struct Acquainted: Sendable {
    package struct Number: Decodable {
        package let digits: String
        package let trust: String
        package let otherKeys: [Number]
    }

    package let relay: Part
    package let forger: ForgingRelay
    package let carol, dave: Installation

    package init() async throws {
        let home = try Installation()
        relay = try Part(home, "relay", "--port", String(freePort()), "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        forger = ForgingRelay(database: home.file("relay.db"))
        (carol, dave) = try await Installation.carolAndDave(url)
        try await carol.run("send", "dave", "hello")
        try await dave.run("inbox")
        try await dave.run("send", "carol", "hello yourself")
        try await carol.run("inbox")
    }

    /// Writes to Carol as Dave.
    package func forge(_ texts: String...) async throws {
        try await relay.kill()
        try await forger.forge(
            as: "dave", to: "carol", texts.map { TypedMessage(.userChat(UserChat(text: $0))) })
        try await relay.crashAndRestart()
        _ = try await relay.line()
    }

    /// What Carol compares with Dave.
    package func numbers() async throws -> Number {
        try JSONDecoder().decode(
            Number.self, from: Data(await carol.run("verify", "dave", "--format", "json").utf8))
    }
}
