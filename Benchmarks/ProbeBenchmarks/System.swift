import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A relay, an agent and a hundred idle processes, each in a process of its own.
final class System {
    private let executable: URL
    private let environment: [String: String]
    private let relayURL: String
    private var children: [Child] = []

    init(executable: URL, in folder: URL) async throws {
        self.executable = executable
        let port = 20_000 + Int(getpid()) % 20_000
        relayURL = "http://127.0.0.1:\(port)"
        environment = [
            "SYSMAINT_HOME": folder.path, "HOME": folder.path, "MEGA_PASSPHRASE": "of a benchmark",
            "RELAY_PORT": "\(port)", "RELAY_URL": relayURL,
        ].merging(
            ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH"].contains($0.key) }
        ) { $1 }
        do {
            try await start()
        } catch {
            stop()
            throw error
        }
    }

    private func start() async throws {
        for _ in 0..<100 {
            children.append(try Child(URL(filePath: "/bin/sleep"), ["3600"], environment))
        }
        children.append(try Child(executable, ["relay"], environment))
        try await waitForRelay()
        children.append(try Child(executable, ["agent"], environment))
        try await Task.sleep(for: .seconds(3))
    }

    func stop() { for child in children { child.stop() } }

    func startProbe(intervalMilliseconds: Int) throws -> Child {
        try Child(executable, ["probe", "--interval", "\(intervalMilliseconds)"], environment)
    }

    /// Messages that the relay has taken: a report and its acknowledgement are two.
    func acceptedCount() async throws -> Int {
        struct Diagnostics: Decodable {
            let acceptedTotal: Int
        }
        let data = try await get("/diagnostics")
        return try JSONDecoder().decode(Diagnostics.self, from: data).acceptedTotal
    }

    private func waitForRelay() async throws {
        for _ in 0..<600 {
            if (try? await get("/health")) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchmarkError("no relay at \(relayURL)")
    }

    private func get(_ path: String) async throws -> Data {
        guard let url = URL(string: relayURL + path) else { throw BenchmarkError("no address \(path)") }
        return try Data(contentsOf: url)
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
