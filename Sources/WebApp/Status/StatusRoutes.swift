import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import MaintenanceAPI
import RelayAPI

/// The host's figures, and what the model has cost.
struct StatusRoutes {
    let source: any StatusSource
    let watcher: StatusWatcher

    func add(to router: Router<BasicRequestContext>) {
        router.get("/api/status/current", use: current)
        router.get("/api/status/history", use: history)
        router.get("/api/status/export", use: export)
        router.post("/api/status/usage/reset", use: resetUsage)
    }

    @Sendable
    private func current(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try jsonResponse(await read(context) { try await source.current() })
    }

    @Sendable
    private func history(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try jsonResponse(await history(request.uri.queryParameters, context))
    }

    /// The same as a file: `format` is `csv` or `json`.
    @Sendable
    private func export(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let query = request.uri.queryParameters
        let format = try ExportFormat(query["format"])
        return try format.response(await history(query, context))
    }

    private func history(
        _ query: FlatDictionary<Substring, Substring>, _ context: BasicRequestContext
    ) async throws -> StatusHistory {
        let window = try HistoryWindow(query, now: Date())
        return try await read(context) {
            try await source.history(from: window.from, to: window.to, resolution: window.resolution)
        }
    }

    /// Answers the counters as they are after it.
    @Sendable
    private func resetUsage(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let reset = try await request.jsonIfPresent(Reset.self)
        let now = Date()
        let at = reset?.at.map(Date.init(milliseconds:)) ?? now
        guard at <= now, at.timeIntervalSince1970 >= 0 else {
            throw InvalidValue("at", "must be a moment that has passed, in milliseconds since 1970")
        }
        let usage = try await read(context) {
            try await source.resetUsage(at: at)
            return try await source.current().usage
        }
        await watcher.look()
        return try jsonResponse(usage)
    }

    private func read<Value: Sendable>(
        _ context: BasicRequestContext, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch {
            context.logger.warning("status unreadable", metadata: ["error": "\(error)"])
            throw Problem(
                status: 503, code: .unavailable, title: "the status cannot be read",
                detail: "See that the agent's state database exists and can be read.", retryAfter: 5)
        }
    }
}

/// The body of `POST /api/status/usage/reset`, which may be absent.
private struct Reset: Decodable {
    /// Milliseconds since 1970; absent for now.
    let at: Int64?
}
