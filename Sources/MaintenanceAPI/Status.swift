import Foundation

/// The response of `GET /api/status/current`.
package struct CurrentStatus: Hashable, Sendable, Codable {
    /// The newest sample; nil if none has arrived.
    package let sample: Sample?
    /// The age of the sample.
    package let ageSeconds: Double?
    /// Nil if it could not be read, which takes nothing from the rest.
    package let usage: UsageTotals?
    /// One per file system, fullest first; nil without a sample.
    package let diskForecasts: [DiskForecast]?
    /// What needs attention, in words, the worst first; empty if all is well, nil without a sample. Mount points are
    /// in quotes.
    package let needsAttention: [String]?

    package init(
        sample: Sample?, ageSeconds: Double?, usage: UsageTotals?, diskForecasts: [DiskForecast]? = nil,
        needsAttention: [String]? = nil
    ) {
        self.needsAttention = needsAttention
        self.sample = sample
        self.ageSeconds = ageSeconds
        self.usage = usage
        self.diskForecasts = diskForecasts
    }
}

/// The forecast time until a file system is full, based on its growth over the last hours.
package struct DiskForecast: Hashable, Sendable, Codable {
    package let mountPoint: String
    /// Nil if the samples do not reach back far enough.
    package let growthBytesPerHour: Double?
    /// Nil if it does not grow.
    package let fullInHours: Double?

    package init(mountPoint: String, growthBytesPerHour: Double?, fullInHours: Double?) {
        self.mountPoint = mountPoint
        self.growthBytesPerHour = growthBytesPerHour
        self.fullInHours = fullInHours
    }
}

/// LLM requests, tokens and cost since the last reset.
package struct UsageTotals: Hashable, Sendable, Codable {
    /// Milliseconds since 1970; nil if there was no reset.
    package let since: Int64?
    package let requests: Int
    package let promptTokens: Int
    /// Prompt tokens that servers had in their cache; also counted as prompt tokens.
    package let cachedPromptTokens: Int
    package let completionTokens: Int
    package let costUSD: Decimal
    /// The daily budget, if one is set.
    package let dailyBudgetUSD: Decimal?
    /// The amount charged to the budget since 0:00 UTC, regardless of resets.
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

/// A summary of the samples in one interval.
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

/// One interval of the history.
package struct StatusPoint: Hashable, Sendable, Codable {
    /// The start of the interval, milliseconds since 1970.
    package let at: Int64
    package let sampleCount: Int
    package let values: [Metric: MetricSummary]
    /// The mean of each core, ordered by core number.
    package let coreBusyPercent: [Double]?
    /// The usage of each file system, by mount point.
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

/// The response of `GET /api/status/history`: oldest first, without empty intervals.
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

/// An interval in which a series was missing or deviated from its usual values.
package struct Anomaly: Hashable, Sendable, Codable {
    package enum Severity: String, Codable, Sendable { case notice, warning, critical }

    /// The series; nil if the finding is about telemetry as a whole, such as missing samples.
    package let metric: Metric?
    package let severity: Severity
    package let from: Int64
    package let to: Int64
    /// Human-readable, with the figures behind the finding; contains no text from the host.
    package let summary: String
    /// The mount point concerned, for `diskUsedPercent`.
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
