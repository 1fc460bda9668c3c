import Foundation
import Glibc
import SystemSupport
import TestSupport

/// Working in somebody else's folder must not send one's key to them.
struct ForeignSettings: Attack {
    let name = "foreign-settings"
    let tried =
        "a .env in the current folder, another's or fetched, names a server for the key that the user has set"

    func run(_ trial: Trial) async throws -> Outcome {
        let key = "sk-of-the-user"
        let caught = Box([UInt8]())
        let trap = try RawServer { connection in
            guard let request = receive(from: connection) else { return }
            caught.change { $0 += request }
            _ = sendAll(
                Array("HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8),
                to: connection)
        }
        var ignored = 0
        // What others could have written, what only the user could, and what is somebody else's. Only root can make that.
        let files: [(mode: mode_t, owner: uid_t)] =
            [(0o666, geteuid()), (0o600, geteuid())] + (geteuid() == 0 ? [(0o600, 65_534)] : [])
        for file in files {
            let installation = try Installation([
                "OPENAI_API_KEY": key, "RELAY_URL": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1",
            ])
            let path = installation.scratch.file(".env")
            try Data("OPENAI_BASE_URL=\(trap.url)/v1\nOPENAI_MODEL=some-model\n".utf8).write(
                to: URL(fileURLWithPath: path))
            guard chmod(path, file.mode) == 0 else { throw SystemError("chmod") }
            guard chown(path, file.owner, getegid()) == 0 else { throw SystemError("chown") }
            if try await installation.attempt("doctor").log.contains("ignored") { ignored += 1 }
        }
        let isSent = String(decoding: caught.value, as: UTF8.self).contains(key)
        return Outcome(
            "the key was \(isSent ? "" : "not ")sent; the setting was named as ignored \(ignored) of \(files.count) times",
            bound: "it is not sent; named each time", holds: !isSent && ignored == files.count)
    }
}
