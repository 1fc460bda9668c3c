import Foundation
import HTTP
import Networking
import RelayAPI
import TestSupport

/// What a client makes the relay say and does not read must not pile up in the relay.
struct PingFlood: Attack {
    let name = "ping-flood"
    let tried = "one account's socket sends pings and reads none of the pongs"

    func run(_ trial: Trial) async throws -> Outcome {
        try await Unread(trial).flood { socket, intruder in
            await socket.send(intruder.handshake)
            return RawFrame.client(0x89, [UInt8](repeating: 1, count: 125))
        }
    }
}

struct UnreadRefusals: Attack {
    let name = "unread-refusals"
    let tried = "one account's socket sends frames that are refused and reads none of the refusals"

    func run(_ trial: Trial) async throws -> Outcome {
        try await Unread(trial).flood { socket, intruder in
            await socket.send(intruder.handshake)
            return RawFrame.client(0x81, Array("{}".utf8))
        }
    }
}

struct UnreadPipeline: Attack {
    let name = "unread-pipeline"
    let tried = "one connection sends requests one after the other and reads no answer"

    func run(_ trial: Trial) async throws -> Outcome {
        try await Unread(trial).flood { _, _ in
            Array("GET /metrics HTTP/1.1\r\nHost: relay\r\n\r\n".utf8)
        }
    }
}

/// Sends much on one connection without reading, and looks at the relay's memory and at how it serves others.
private struct Unread {
    static let maxGrowth = 16 << 20
    let trial: Trial

    init(_ trial: Trial) { self.trial = trial }

    func flood(
        _ open: @escaping @Sendable (RawSocket, Intruder) async -> [UInt8]
    ) async throws -> Outcome {
        let victim = try await trial.relay()
        let intruder = try await Intruder("mallory", at: victim)
        let before = victim.residentBytes
        let limit = trial.isShort ? 64 << 20 : 2 << 30
        let socket = try RawSocket(to: victim.port)
        let sent = Box(0)
        let peak = try await victim.peak {
            let piece = await open(socket, intruder)
            let pieces = (0..<max(1, 65_536 / piece.count)).flatMap { _ in piece }
            sent.value = await socket.flood(pieces, upTo: limit)
        }
        let status = try await intruder.client.ask(.get, "/health").status
        withExtendedLifetime(socket) {}
        let growth = peak - before
        return Outcome(
            "the relay took \(mebibytes(sent.value)), grew by \(mebibytes(growth)), then answered others with \(status)",
            bound: "grows by at most \(mebibytes(Self.maxGrowth)); others get 200",
            holds: growth <= Self.maxGrowth && status == 200)
    }
}

/// Much memory that was in use must be the system's again.
struct LargeBurst: Attack {
    let name = "large-burst"
    let tried = "many accounts send large messages at once, then leave"

    private static let maxKept = 48 << 20

    func run(_ trial: Trial) async throws -> Outcome {
        let victim = try await trial.relay()
        let before = victim.residentBytes
        let count = trial.isShort ? 12 : 48
        var intruders: [Intruder] = []
        for number in 0..<count { intruders.append(try await Intruder("mallory\(number)", at: victim)) }
        let peak = try await victim.peak { [intruders] in
            try await withThrowingDiscardingTaskGroup { group in
                for (number, intruder) in intruders.enumerated() {
                    let next = intruders[(number + 1) % count].address
                    group.addTask {
                        let socket = try RawSocket(to: victim.port)
                        await socket.send(intruder.handshake)
                        for _ in 0..<64 {
                            let envelope = try intruder.envelope(
                                to: next, byteCount: Envelope.maxBodyByteCount)
                            await socket.send(RawFrame.client(0x82, ClientFrame.send(envelope).protobuf))
                        }
                    }
                }
            }
        }
        let after = await victim.residentBytes(settlingBelow: before + Self.maxKept, within: .seconds(60))
        let status = try await intruders[0].client.ask(.get, "/ready").status
        return Outcome(
            "grew from \(mebibytes(before)) to \(mebibytes(peak)), and was at \(mebibytes(after)) soon after; /ready answered \(status)",
            bound: "within a minute at most \(mebibytes(Self.maxKept)) more than before; ready",
            holds: after <= before + Self.maxKept && status == 200)
    }
}
