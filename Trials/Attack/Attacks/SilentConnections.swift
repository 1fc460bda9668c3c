import Foundation
import HTTP
import Networking
import TestSupport

/// Connections that say nothing, or not all, must not keep others out.
struct SilentConnections: Attack {
    let name = "silent-connections"
    let tried =
        "1,500 connections from one address say nothing, half a head or half a body, to a relay that may have 1,024 files open"

    func run(_ trial: Trial) async throws -> Outcome {
        _ = DescriptorLimit.raised
        let victim = try await trial.relay(maxDescriptorCount: 1024)
        let texts = [
            "", "GET /hea", "POST /v1/register HTTP/1.1\r\nHost: relay\r\nContent-Length: 1000\r\n\r\n{",
        ]
        var sockets: [RawSocket] = []
        for number in 0..<1_500 {
            let socket = try RawSocket(to: victim.port, from: "127.0.0.9")
            await socket.send(Array(texts[number % texts.count].utf8))
            sockets.append(socket)
        }
        var slowest = Duration.zero
        var served = 0
        let count = 20
        for number in 0..<count {
            // From elsewhere, and from the attacker's own address.
            let socket = try RawSocket(to: victim.port, from: number % 2 == 0 ? "127.0.0.1" : "127.0.0.9")
            let begin = ContinuousClock.now
            await socket.send(Array("GET /health HTTP/1.1\r\nHost: relay\r\n\r\n".utf8))
            if await socket.receive(until: "\"status\":\"ok\"") != nil { served += 1 }
            slowest = max(slowest, begin.duration(to: .now))
        }
        withExtendedLifetime(sockets) {}
        return Outcome(
            "\(served) of \(count) others were served, the slowest in \(slowest); the relay had \(victim.openDescriptorCount) files open",
            bound: "all are served, each within 2 s", holds: served == count && slowest < .seconds(2))
    }
}
