import Foundation
import MaintenanceAPI

extension StateDatabase: StatusSource {
    /// The newest reading with the usage. Neither usage nor forecasts that cannot be read hide the reading.
    package func current() async throws -> CurrentStatus {
        let sample = try await newestSample()
        var forecasts: [DiskForecast]?
        if let sample { forecasts = try? await diskForecasts(after: sample) }
        return CurrentStatus(
            sample: sample, ageSeconds: sample.map { Double(now().milliseconds - $0.takenAt) / 1000 },
            usage: try? await usage(dailyBudgetUSD: dailyBudgetUSD), diskForecasts: forecasts)
    }
}
