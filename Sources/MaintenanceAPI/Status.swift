import Foundation

/// What `GET /api/status/current` answers.
package struct CurrentStatus: Hashable, Sendable, Codable {
    /// The newest reading; absent while none has arrived.
    package let sample: Sample?
    /// How old it is.
    package let ageSeconds: Double?
    package let usage: UsageTotals
    /// One for each file system, the fullest first; absent without a reading.
    package let diskForecasts: [DiskForecast]?

    package init(
        sample: Sample?, ageSeconds: Double?, usage: UsageTotals, diskForecasts: [DiskForecast]? = nil
    ) {
        self.sample = sample
        self.ageSeconds = ageSeconds
        self.usage = usage
        self.diskForecasts = diskForecasts
    }
}

/// When a file system will be full if it goes on as it did over the last hours.
package struct DiskForecast: Hashable, Sendable, Codable {
    package let mountPoint: String
    /// Absent where readings do not reach back far enough.
    package let growthBytesPerHour: Double?
    /// Absent where it does not grow.
    package let fullInHours: Double?

    package init(mountPoint: String, growthBytesPerHour: Double?, fullInHours: Double?) {
        self.mountPoint = mountPoint
        self.growthBytesPerHour = growthBytesPerHour
        self.fullInHours = fullInHours
    }
}

/// LLM requests, tokens and money since the last reset.
package struct UsageTotals: Hashable, Sendable, Codable {
    /// Milliseconds since 1970; absent when nothing was ever reset.
    package let since: Int64?
    package let requests: Int
    package let promptTokens: Int
    /// Those of the prompts that servers had in their cache; they count as prompt tokens too.
    package let cachedPromptTokens: Int
    package let completionTokens: Int
    package let costUSD: Decimal
    /// The daily budget, where one is set.
    package let dailyBudgetUSD: Decimal?
    /// What the budget has been charged with since 0:00 UTC, whatever was reset.
    package let todayUSD: Decimal?

    package init(
        since: Int64?, requests: Int, promptTokens: Int, cachedPromptTokens: Int = 0, completionTokens: Int,
        costUSD: Decimal, dailyBudgetUSD: Decimal?, todayUSD: Decimal? = nil
    ) {
        self.since = since
        self.requests = requests
        self.promptTokens = promptTokens
        self.cachedPromptTokens = cachedPromptTokens
        self.completionTokens = completionTokens
        self.costUSD = costUSD
        self.dailyBudgetUSD = dailyBudgetUSD
        self.todayUSD = todayUSD
    }
}

/// The readings of one stretch of time, put together.
package struct MetricSummary: Hashable, Sendable, Codable {
    package let min: Double
    package let mean: Double
    package let max: Double

    package init(min: Double, mean: Double, max: Double) {
        self.min = min
        self.mean = mean
        self.max = max
    }
}

/// One stretch of history.
package struct StatusPoint: Hashable, Sendable, Codable {
    /// Where it begins, milliseconds since 1970.
    package let at: Int64
    package let sampleCount: Int
    package let values: [Metric: MetricSummary]
    /// The mean of each core, in the order of their numbers.
    package let coreBusyPercent: [Double]?
    /// How full each file system was, by its mount point.
    package let fileSystemUsedPercent: [String: MetricSummary]?

    package init(
        at: Int64, sampleCount: Int, values: [Metric: MetricSummary], coreBusyPercent: [Double]? = nil,
        fileSystemUsedPercent: [String: MetricSummary]? = nil
    ) {
        self.at = at
        self.sampleCount = sampleCount
        self.values = values
        self.coreBusyPercent = coreBusyPercent
        self.fileSystemUsedPercent = fileSystemUsedPercent
    }
}

/// What `GET /api/status/history` answers: oldest first, stretches without a reading left out.
package struct StatusHistory: Hashable, Sendable, Codable {
    package let from: Int64
    package let to: Int64
    package let resolutionSeconds: Int
    package let points: [StatusPoint]
    package let anomalies: [Anomaly]

    package init(from: Int64, to: Int64, resolutionSeconds: Int, points: [StatusPoint], anomalies: [Anomaly])
    {
        self.from = from
        self.to = to
        self.resolutionSeconds = resolutionSeconds
        self.points = points
        self.anomalies = anomalies
    }
}

/// A stretch in which a series was not as it usually is, or absent.
package struct Anomaly: Hashable, Sendable, Codable {
    package enum Severity: String, Codable, Sendable { case notice, warning, critical }

    /// The series; absent where the finding is about telemetry as a whole, as when readings are missing.
    package let metric: Metric?
    package let severity: Severity
    package let from: Int64
    package let to: Int64
    /// For a person, with the figures that make it one; free of host text.
    package let summary: String
    /// The mount point that `diskUsedPercent` is about.
    package let fileSystem: String?

    package init(
        metric: Metric?, severity: Severity, from: Int64, to: Int64, summary: String,
        fileSystem: String? = nil
    ) {
        self.metric = metric
        self.severity = severity
        self.from = from
        self.to = to
        self.summary = summary
        self.fileSystem = fileSystem
    }
}
