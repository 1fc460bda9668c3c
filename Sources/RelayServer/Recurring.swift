import ServiceLifecycle

/// Work that is done again and again until a graceful shutdown, an interval after it was done last.
struct Recurring: Service {
    let interval: Duration
    let work: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Sleeps because it waits for nothing but time; cancelled by the shutdown, the sleep throws and the work ends.
            while (try? await Task.sleep(for: interval)) != nil { await work() }
        }
    }
}
