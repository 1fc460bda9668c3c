import Foundation
import TestSupport

/// One data folder, and the commands that a person runs on it.
package final class Installation: Sendable {
    package let scratch: ScratchDirectory
    package let environment: [String: String]

    package init(_ environment: [String: String] = [:]) throws {
        scratch = try ScratchDirectory()
        let own = [
            // Neither the web nor the relay of a system that runs on this machine.
            "WEB_PORT": "1", "RELAY_PORT": "1", "SYSMAINT_HOME": scratch.file("home"),
            "MEGA_PASSPHRASE": "correct horse \(UUID().uuidString)",
        ]
        self.environment = own.merging(environment) { $1 }
    }

    /// Two people with a folder each, registered at the relay that `environment` names.
    package static func carolAndDave(
        _ environment: [String: String]
    ) async throws -> (carol: Installation, dave: Installation) {
        let people = (carol: try Installation(environment), dave: try Installation(environment))
        for (person, name) in [(people.carol, "carol"), (people.dave, "dave")] {
            try await person.run("init", "--id", name)
            try await person.run("register")
        }
        return people
    }

    package func file(_ name: String) -> String { scratch.file("home/" + name) }

    /// Starts a command and leaves it running.
    package func start(_ arguments: String..., environment: [String: String] = [:], input: String? = nil)
        throws
        -> Program
    {
        try Program(
            arguments, in: scratch, environment: self.environment.merging(environment) { $1 },
            input: input)
    }

    /// Runs a command to its end, which has to be a good one.
    @discardableResult
    package func run(_ arguments: String..., environment: [String: String] = [:], input: String? = nil)
        async throws
        -> String
    {
        try await run(arguments: arguments, environment: environment, input: input)
    }

    @discardableResult
    package func run(arguments: [String], environment: [String: String] = [:], input: String? = nil)
        async throws
        -> String
    {
        let program = try Program(
            arguments, in: scratch, environment: self.environment.merging(environment) { $1 },
            input: input)
        let output = try await program.end()
        guard output.status == 0 else { throw Unexpected("failed", program) }
        return output.text
    }

    /// Runs a command to its end, whatever that is.
    package func attempt(
        _ arguments: String..., environment: [String: String] = [:], input: String? = nil
    ) async throws -> Program.Output {
        try await Program(
            arguments, in: scratch, environment: self.environment.merging(environment) { $1 },
            input: input
        ).end()
    }

    /// Changes a database as no part of the system does.
    package func change(_ database: String, _ statement: String) async throws {
        let script =
            "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()"
        let python = try Program(
            ["python3", "-c", script, database, statement], executable: URL(fileURLWithPath: "/usr/bin/env"),
            in: scratch)
        guard try await python.end().status == 0 else { throw Unexpected("failed", python) }
    }
}
