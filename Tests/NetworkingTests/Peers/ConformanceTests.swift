import Foundation
import HTTP
import Networking
import TestSupport
import Testing

/// The Autobahn cases as kosoku drives them, without compression, which is not offered here.
@Suite(
    .serialized, .timeLimit(.minutes(10)),
    .enabled(if: Peer.python != nil, "SYSMAINT_PYTHON names no Python with the packages of the tests"))
struct ConformanceTests {
    private static let selection = ["-x", "12.*", "-x", "13.*"]
    private static let caseCount = 301

    private struct Report: Decodable {
        let behavior: String
        let behaviorClose: String
    }

    @Test func server() async throws {
        let server = try await PeerServer()
        let folder = try ScratchDirectory()
        let reports = folder.file("reports")
        try await Peer.run(
            Peer.kosoku, Self.selection + ["-o", reports, "127.0.0.1:\(server.port)"])
        try check(reports)
        await server.stop()
    }

    @Test func client() async throws {
        let folder = try ScratchDirectory()
        let reports = folder.file("reports")
        let port = try freePort()
        let kosoku = try ChildProcess(
            try #require(Peer.kosoku),
            ["-m", "fuzzingserver"] + Self.selection + ["-o", reports, "127.0.0.1:\(port)"])
        let endpoint = Endpoint(host: "127.0.0.1", port: port, isSecure: false)
        let client = Client(endpoint)
        let count = try await caseCount(client)
        #expect(count == Self.caseCount)
        for number in 1...count { try await echo(client, "/runCase?case=\(number)&agent=client") }
        try await echo(client, "/updateReports?agent=client")
        try await kosoku.wait(for: "reports") { ($0.text + $0.log).contains("wrote reports") }
        try check(reports)
        kosoku.send(SIGTERM)
        try await kosoku.end()
    }

    private func caseCount(_ client: Client) async throws -> Int {
        // Its listener takes a moment.
        for _ in 0..<100 {
            if case .open(let socket) = try? await client.openWebSocket(
                "/getCaseCount", within: .seconds(5))
            {
                for try await messages in socket.messages {
                    if let message = messages.first {
                        return try #require(Int(String(decoding: message.bytes, as: UTF8.self)))
                    }
                }
            }
            // A program of others does not say when it listens.
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Unexpected("kosoku does not serve")
    }

    /// Sends back what comes until the server has had enough.
    private func echo(_ client: Client, _ path: String) async throws {
        var limits = WebSocketLimits()
        (limits.message, limits.fragments) = (32 << 20, .max)
        guard
            case .open(let socket) = try await client.openWebSocket(
                path, limits: limits, within: .seconds(10))
        else {
            throw Unexpected("\(path) was refused")
        }
        do {
            for try await messages in socket.messages {
                for message in messages { try await socket.send(message.bytes, as: message.kind) }
            }
        } catch {
            // How the connection ended is for the server to judge.
        }
        socket.close(code: 1000)
    }

    private func check(_ folder: String) throws {
        let index = try Data(contentsOf: URL(filePath: folder).appending(path: "index.json"))
        let agents = try JSONDecoder().decode([String: [String: Report]].self, from: index)
        let reports = try #require(agents.values.first)
        #expect(reports.count == Self.caseCount)
        for (number, report) in reports {
            #expect(["OK", "NON-STRICT", "INFORMATIONAL"].contains(report.behavior), "\(number): \(report)")
            #expect(["OK", "INFORMATIONAL"].contains(report.behaviorClose), "\(number): \(report)")
        }
    }
}
