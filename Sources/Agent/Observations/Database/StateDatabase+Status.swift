import Foundation
import MaintenanceAPI
import Values

extension StateDatabase: StatusSource {
    /// The newest reading with the usage. Neither usage nor forecasts that cannot be read hide the reading.
    package func current() async throws -> CurrentStatus {
        let sample = try await newestSample()
        var forecasts: [DiskForecast]?
        var concerns: [String]?
        if let sample {
            forecasts = try? await diskForecasts(after: sample)
            concerns = try? await health(of: sample, forecasts: forecasts ?? []).concerns.map(\.text)
        }
        return CurrentStatus(
            sample: sample, ageSeconds: sample.map { Double(now().milliseconds - $0.takenAt) / 1000 },
            usage: try? await usage(dailyBudgetUSD: dailyBudgetUSD), diskForecasts: forecasts,
            needsAttention: concerns)
    }
}
