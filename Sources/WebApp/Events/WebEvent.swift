import Foundation
import MaintenanceAPI
import Values

/// An event published to the pages.
enum WebEvent {
    case status(CurrentStatus)
    case telemetry(TelemetryState)
    case message(WebMessage)
    case progress(WebProgress)
    case delivery(WebDelivery)
    case held(WebHeldCounts)

    /// How an event reaches clients that were disconnected or are new.
    enum Retention {
        /// The newest event of each name replaces earlier ones; every new client gets it.
        case latest
        /// Kept in the ring and numbered.
        case numbered
        /// Not kept; only connected clients get it.
        case passing
    }

    var name: String {
        switch self {
        case .status: "status"
        case .telemetry: "telemetry"
        case .message: "message"
        case .progress: "progress"
        case .delivery: "delivery"
        case .held: "held"
        }
    }

    var retention: Retention {
        switch self {
        case .status, .telemetry, .held: .latest
        case .message, .delivery: .numbered
        case .progress: .passing
        }
    }

    func data() throws -> String {
        switch self {
        case .status(let value): try Self.json(value)
        case .telemetry(let value): try Self.json(value)
        case .message(let value): try Self.json(value)
        case .progress(let value): try Self.json(value)
        case .delivery(let value): try Self.json(value)
        case .held(let value): try Self.json(value)
        }
    }

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try encodeJSON(value), as: UTF8.self)
    }
}

/// Whether samples of the host arrive.
struct TelemetryState: Hashable, Sendable, Encodable {
    enum State: String, Encodable {
        /// No sample has ever arrived.
        case waiting
        case live
        /// The newest sample is too old.
        case stale
        /// The state database cannot be read.
        case unavailable
    }

    let state: State
    /// When the newest sample was taken, milliseconds since 1970.
    let newestAt: Int64?
    let staleAfterSeconds: Double
}

/// The first event of each stream.
struct Hello: Encodable {
    /// Whether the stream resumes where the client left off; if not, the client should reload what it shows.
    let resumed: Bool
    /// Milliseconds since 1970.
    let serverTime: Int64
    /// Whether login is required, and so logout is possible.
    let hasLogin: Bool
}
