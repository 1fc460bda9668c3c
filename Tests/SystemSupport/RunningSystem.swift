import Foundation
import MaintenanceAPI
import TestSupport

/// `sysmaint up` on free ports.
package struct RunningSystem: Sendable {
    /// What `sysmaint up --format json` says once everything answers.
    package struct Announcement: Decodable, Sendable {
        package let relay: String
        package let web: String
        package let home: String
        package let answeredBy: String
    }

    /// The answer of `POST /api/chat`, as far as tests look at it.
    package struct Answer: Decodable, Sendable {
        package let requestId: UUID
        package let reply: String
        package let outcome: ChatReply.Outcome
        package let answeredBy: String
        package let evidence: [Evidence]
        package let unbackedFigures: [String]
        package let usage: TokenUsage?
        package let replaced: Replacement?
    }

    package let installation: Installation
    package let program: Program
    package let announcement: Announcement

    package var web: String { announcement.web }
    package var relay: String { announcement.relay }

    /// Starts it and waits until it says where to look.
    package init(_ installation: Installation, environment: [String: String] = [:]) async throws {
        self.installation = installation
        let settings = ["RELAY_PORT": "0", "WEB_PORT": "0", "SYSMAINT_PROBE_INTERVAL_MS": "500"]
        program = try installation.start(
            "up", "--format", "json", environment: settings.merging(environment) { $1 })
        try await program.wait(for: "the announcement") { !$0.lines.isEmpty || $0.status != nil }
        guard let line = program.output.lines.first else { throw Unexpected("ended", program) }
        announcement = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
    }

    /// The newest reading, once one has come that holds rates.
    package func reading() async throws -> Sample {
        try await eventually("a reading with rates") { [web] in
            let status = try await Web.get("\(web)/api/status/current").decoded(
                as: CurrentStatus.self)
            return status.sample?.cpu == nil ? nil : status.sample
        }
    }

    /// Asks the agent as Alice does, under a request id of its own or this one.
    package func ask(_ prompt: String, as requestID: UUID = UUID()) async throws -> Answer {
        let request = ["prompt": prompt, "requestId": requestID.uuidString]
        let body = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        let response = try await Web.post("\(web)/api/chat", json: body)
        guard response.status == 200 else {
            throw Unexpected("\(response.status) \(String(decoding: response.body, as: UTF8.self))", program)
        }
        return try response.decoded(as: Answer.self)
    }

    /// Asks it to stop, as systemd or Ctrl-C does.
    @discardableResult package func stop(_ signal: Int32 = SIGTERM) async throws -> Program.Output {
        program.send(signal)
        return try await program.end(within: .seconds(120))
    }
}
