import Foundation
import TestSupport

/// One part of the system as a process of its own, which can be killed and started again.
package actor Part {
    private let installation: Installation
    private let arguments: [String]
    private let environment: [String: String]
    private var program: Program
    /// What earlier lives wrote.
    private var earlierLog = ""

    package init(_ installation: Installation, _ arguments: String..., environment: [String: String] = [:])
        throws
    {
        try self.init(installation, arguments: arguments, environment: environment)
    }

    package init(_ installation: Installation, arguments: [String], environment: [String: String] = [:])
        throws
    {
        self.installation = installation
        self.arguments = arguments
        self.environment = environment
        program = try Self.start(installation, arguments, environment)
    }

    /// As a crash or a power cut ends it, and then the start after it.
    package func crashAndRestart() async throws {
        program.send(SIGKILL)
        earlierLog += try await program.end(within: .seconds(120)).log
        program = try Self.start(installation, arguments, environment)
    }

    package func kill() async throws {
        program.send(SIGKILL)
        try await program.end(within: .seconds(120))
    }

    package var log: String { earlierLog + program.output.log }

    /// Waits until it writes a line of its result.
    package func line(within limit: Duration = .seconds(180)) async throws -> String {
        try await program.wait(for: "a line", within: limit) { !$0.lines.isEmpty || $0.status != nil }
        guard let line = program.output.lines.first else { throw Unexpected("ended", program) }
        return line
    }

    /// One field of what it announces as JSON once it serves.
    package func announced(_ field: String) async throws -> String {
        let line = Data(try await line().utf8)
        guard let value = try JSONDecoder().decode([String: String].self, from: line)[field] else {
            throw Unexpected("no \(field) announced", program)
        }
        return value
    }

    private static func start(
        _ installation: Installation, _ arguments: [String], _ environment: [String: String]
    ) throws -> Program {
        try Program(
            arguments, in: installation.scratch,
            environment: installation.environment.merging(environment) { $1 })
    }
}
