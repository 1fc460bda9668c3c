import Foundation
import MaintenanceAPI
import RelayAPI

/// What the pages are told as it happens.
enum WebEvent {
    case status(CurrentStatus)
    case telemetry(TelemetryState)
    case message(WebMessage)
    case progress(WebProgress)
    case delivery(WebDelivery)

    /// What becomes of an event for a client that was away, or is new.
    enum Retention {
        /// The newest of its name replaces those before; every new client gets it.
        case latest
        /// Kept in the ring and numbered.
        case numbered
        /// Of use only while it happens.
        case passing
    }

    var name: String {
        switch self {
        case .status: "status"
        case .telemetry: "telemetry"
        case .message: "message"
        case .progress: "progress"
        case .delivery: "delivery"
        }
    }

    var retention: Retention {
        switch self {
        case .status, .telemetry: .latest
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
        }
    }

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try encodeJSON(value), as: UTF8.self)
    }
}

/// Whether readings of the host arrive.
struct TelemetryState: Hashable, Sendable, Encodable {
    enum State: String, Encodable {
        /// None has ever arrived.
        case waiting
        case live
        /// The newest is too old.
        case stale
        /// They cannot be read from the state database.
        case unavailable
    }

    let state: State
    /// When the newest reading was taken, milliseconds since 1970.
    let newestAt: Int64?
    let staleAfterSeconds: Double
}

/// The first event of each stream.
struct Hello: Encodable {
    /// Whether the stream goes on where the client left it; if not, it should load what it shows anew.
    let resumed: Bool
    /// Milliseconds since 1970.
    let serverTime: Int64
    /// Whether readers log in, and so can log out.
    let hasLogin: Bool
}
