import Foundation
import MaintenanceAPI
import TestSupport

/// `sysmaint up` on free ports.
struct RunningSystem: Sendable {
    /// What `sysmaint up --format json` says once everything answers.
    struct Announcement: Decodable, Sendable {
        let relay: String
        let web: String
        let home: String
        let answeredBy: String
    }

    /// The answer of `POST /api/chat`, as far as tests look at it.
    struct Answer: Decodable, Sendable {
        let requestId: UUID
        let reply: String
        let outcome: ChatReply.Outcome
        let answeredBy: String
        let evidence: [Evidence]
        let unbackedFigures: [String]
        let usage: TokenUsage?
        let replaced: Replacement?
    }

    let installation: Installation
    let program: Program
    let announcement: Announcement

    var web: String { announcement.web }
    var relay: String { announcement.relay }

    /// Starts it and waits until it says where to look.
    init(_ installation: Installation, environment: [String: String] = [:]) async throws {
        self.installation = installation
        let settings = ["RELAY_PORT": "0", "WEB_PORT": "0", "SYSMAINT_PROBE_INTERVAL_MS": "500"]
        program = try installation.start(
            "up", "--format", "json", environment: settings.merging(environment) { $1 })
        try await program.wait(for: "the announcement") { !$0.lines.isEmpty || $0.status != nil }
        guard let line = program.output.lines.first else { throw Unexpected("ended", program) }
        announcement = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
    }

    /// The newest reading, once one has come that holds rates.
    func reading() async throws -> Sample {
        try await eventually("a reading with rates") { [web] in
            let status = try await Web.get("\(web)/api/status/current").decoded(
                as: CurrentStatus.self)
            return status.sample?.cpu == nil ? nil : status.sample
        }
    }

    func ask(_ prompt: String) async throws -> Answer {
        let body = String(decoding: try JSONEncoder().encode(["prompt": prompt]), as: UTF8.self)
        let response = try await Web.post("\(web)/api/chat", json: body)
        guard response.status == 200 else {
            throw Unexpected("\(response.status) \(String(decoding: response.body, as: UTF8.self))", program)
        }
        return try response.decoded(as: Answer.self)
    }

    /// Asks it to stop, as systemd or Ctrl-C does.
    func stop(_ signal: Int32 = SIGTERM) async throws -> Program.Output {
        program.send(signal)
        return try await program.end(within: .seconds(120))
    }
}
