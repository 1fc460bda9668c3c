import Foundation
import HTTP
import HTTPEdge
import Logging
import MaintenanceAPI
import Networking
import Values

/// The host's metrics, and the cost of the model.
struct StatusRoutes: Sendable {
    let source: any StatusSource
    let watcher: StatusWatcher
    let logger: Logger

    func add(to router: inout Router) {
        router.get("/api/status/current", current)
        router.get("/api/status/history", history)
        router.get("/api/status/export", respond: export)
        router.post("/api/status/usage/reset", resetUsage)
    }

    private func current(_ request: RoutedRequest) async throws -> CurrentStatus {
        try await read { try await source.current() }
    }

    private func history(_ request: RoutedRequest) async throws -> StatusHistory {
        try await history(request.query)
    }

    /// The history as a file: `format` is `csv` or `json`.
    private func export(_ request: RoutedRequest) async throws -> ServerResponse {
        let query = request.query
        let format = try ExportFormat(query["format"])
        return try format.response(await history(query))
    }

    private func history(_ query: Query) async throws -> StatusHistory {
        let window = try HistoryWindow(query, now: Date())
        return try await read {
            try await source.history(from: window.from, to: window.to, resolution: window.resolution)
        }
    }

    /// Responds with the counters after the reset.
    private func resetUsage(_ request: RoutedRequest) async throws -> UsageTotals {
        let reset = try await request.labelledJSONIfPresent(Reset.self)
        let now = Date()
        let at = reset?.at.map(Date.init(milliseconds:)) ?? now
        guard at <= now, at.timeIntervalSince1970 >= 0 else {
            throw InvalidValue("at", "must be a time in the past, in milliseconds since 1970")
        }
        let usage = try await read {
            try await source.resetUsage(at: at)
            guard let usage = try await source.current().usage else { throw UsageUnreadable() }
            return usage
        }
        await watcher.look()
        return usage
    }

    private func read<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            logger.warning("status unreadable", ["error": "\(error)"])
            throw Problem(
                status: 503, code: .unavailable, title: "the status cannot be read",
                detail: "Check that the agent's state database exists and is readable.", retryAfter: 5)
        }
    }
}

/// The optional body of `POST /api/status/usage/reset`.
private struct Reset: Decodable {
    /// Milliseconds since 1970; nil means now.
    let at: Int64?
}

private struct UsageUnreadable: Error {}
