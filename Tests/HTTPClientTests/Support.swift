import Foundation
import HTTPClient
import TestSupport
import Testing

/// `Servers/server.py` on a port of its own; it ends with the test.
final class Server: Sendable {
    let port: String
    var url: String { "http://127.0.0.1:\(port)" }
    private let program: ChildProcess

    init(_ options: String...) async throws {
        let python = ProcessInfo.processInfo.environment["SYSMAINT_PYTHON"] ?? "python3"
        program = try ChildProcess("/usr/bin/env", [python, try resource("server.py")] + options)
        try await program.wait(for: "the server's port") { !$0.lines.isEmpty }
        port = try #require(program.output.lines.first)
    }
}

/// The path of a file beside the server.
func resource(_ name: String) throws -> String {
    try #require(Bundle.module.resourceURL).appending(path: "Servers/\(name)").path
}

extension HTTPClient {
    /// Without the proxy of whoever runs the tests.
    convenience init(_ change: (inout Configuration) -> Void) {
        var configuration = Configuration()
        configuration.proxy = nil
        change(&configuration)
        self.init(configuration)
    }

    func text(_ url: String) async throws(Failure) -> String { try await text(Request(url)) }

    func text(_ request: Request) async throws(Failure) -> String {
        String(decoding: try await send(request).body.collect(upTo: 1 << 20), as: UTF8.self)
    }

    /// Why a request fails; nil where it does not.
    func failure(_ url: String) async -> Failure? { await failure(Request(url)) }

    func failure(_ request: Request) async -> Failure? {
        do throws(Failure) {
            _ = try await text(request)
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPClient.Failure {
    /// The name of the case: what libcurl says beside it differs from one version to the next.
    var name: String { Mirror(reflecting: self).children.first?.label ?? "\(self)" }
}
