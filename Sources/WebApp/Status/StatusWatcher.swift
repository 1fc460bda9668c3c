import Foundation
import Logging
import MaintenanceAPI
import Values

/// Publishes status changes to the pages.
actor StatusWatcher {
    private let source: any StatusSource
    private let events: EventHub
    private let staleAfter: Duration
    private let logger: Logger
    private var shownReading: Int64?
    private var shownUsage: UsageTotals?
    private var shownState: TelemetryState?

    init(source: any StatusSource, events: EventHub, staleAfter: Duration, logger: Logger) {
        self.source = source
        self.events = events
        self.staleAfter = staleAfter
        self.logger = logger
    }

    /// Publishes the status if it changed, and whether telemetry is live.
    func look() async {
        do {
            let status = try await source.current()
            let state: TelemetryState.State =
                switch status.ageSeconds {
                case nil: .waiting
                case let age? where age > staleAfter.seconds: .stale
                default: .live
                }
            show(status)
            show(state, newestAt: status.sample?.takenAt)
        } catch is CancellationError {
            // The server is stopping, which says nothing about the status.
        } catch {
            if shownState?.state != .unavailable {
                logger.warning("status unreadable", ["error": "\(error)"])
            }
            show(.unavailable, newestAt: shownState?.newestAt)
        }
    }

    private func show(_ status: CurrentStatus) {
        guard status.sample?.takenAt != shownReading || status.usage != shownUsage else { return }
        (shownReading, shownUsage) = (status.sample?.takenAt, status.usage)
        events.publish(.status(status))
    }

    private func show(_ state: TelemetryState.State, newestAt: Int64?) {
        let current = TelemetryState(
            state: state, newestAt: newestAt, staleAfterSeconds: staleAfter.seconds)
        guard current != shownState else { return }
        shownState = current
        events.publish(.telemetry(current))
    }
}
