import Commands
import Foundation
import KeyStore
import RelayAPI
import TestSupport

/// Subjects the relay and messengers to process faults, and checks which messages arrive.
@main
struct Chaos: Command {
    static let about = About(
        "Kill, stop and disconnect a relay and its parties, and check that nothing is lost or doubled.",
        commands: [Run.self, Relay.self, Party.self], fallback: Run.self)

    struct Run: Command {
        static let about = About()
        @Option("How long faults go on.") var seconds = 120
        @Option("Which faults, when.") var seed: UInt64?
        @Option("How many parties send to each other.") var parties = 4
        @Option("Milliseconds between messages of one party to another.") var pause = 20
        @Option("How many messages may wait for one party.") var queue = 200
        @Flag("No faults.") var calm = false

        func run() async throws {
            var settings = Conductor.Settings()
            settings.seconds = seconds
            settings.seed = seed ?? settings.seed
            settings.partyCount = parties
            settings.pause = pause
            settings.maxQueueCount = queue
            settings.isCalm = calm
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "chaos-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let conductor = Conductor(settings, folder: folder, relayPort: try freePort())
            let report = try await conductor.run()
            print(report.text)
            if !report.isGood { throw ExitCode.failure }
        }
    }

    struct Relay: Command {
        static let about = About(isHidden: true)
        @Argument var path: String
        @Argument var port: Int
        @Argument var maxQueueCount: Int
        @Argument var publicURL: String

        func run() async throws {
            try await RelayRole(
                path: path, port: port, maxQueueCount: maxQueueCount, publicURL: publicURL
            ).run()
        }
    }

    struct Party: Command {
        static let about = About(isHidden: true)
        @Argument var path: String
        @Argument var id: String
        @Argument var url: String
        @Argument var pause: Int

        func run() async throws {
            do {
                try await PartyRole(
                    id: IdentityID(id), path: path, url: url, pause: .milliseconds(pause)
                ).run()
            } catch let error as KeyStoreError {
                say(PartyEvent.note(error.description).line)
                throw ExitCode.failure
            } catch is CancellationError {
                // The parent process has ended.
            }
        }
    }
}
