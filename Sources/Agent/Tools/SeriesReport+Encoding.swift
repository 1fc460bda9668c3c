import Foundation
import MaintenanceAPI
import Values

/// As a model sees it.
extension SeriesReport {
    func encode(to encoder: any Encoder) throws {
        try window.encode(to: encoder)
        var container = encoder.container(keyedBy: Field.self)
        let unit = gauge.unitField
        func put(_ name: String, _ value: Double?, unit: String) throws {
            guard let value, value.isFinite else { return }
            try container.encode(value.rounded(to: 2), forKey: Field("\(name)_\(unit)"))
        }
        func put(_ name: String, _ moment: Moment?) throws {
            guard let moment else { return }
            try put(name, moment.value, unit: unit)
            try container.encode(utcText(moment.at), forKey: Field("\(name)_at_utc"))
            try container.encode(age(moment.at), forKey: Field("\(name)_age_seconds"))
        }
        try container.encode(gauge.rawValue, forKey: Field("series"))
        try container.encode(gauge.traits.label, forKey: Field("meaning"))
        try container.encode(readingCount, forKey: Field("reading_count"))
        try put("newest", newest)
        if let part { try container.encode(part, forKey: Field("part")) }
        if !coreMeans.isEmpty {
            try container.encode(coreMeans.map { $0.rounded(to: 2) }, forKey: Field("core_means_percent"))
        }
        try put("last_rise", lastRise)
        try put("lowest", lowest)
        try put("highest", highest)
        try put("middle", middle)
        try put("earlier_end", earlierEnd)
        for (name, value) in [
            ("mean", mean), ("p50", median), ("p95", p95), ("p99", p99), ("first", first), ("last", last),
            ("earlier_mean", earlierMean), ("mean_since_readings_begin", meanSinceBeginning),
            ("usual_low", usual?.lowerBound),
            ("usual_high", usual?.upperBound),
        ] {
            try put(name, value, unit: unit)
        }
        try put("needs_attention_from", HealthRule.ofGauge[gauge]?.raisesAt, unit: unit)
        if let restarts { try container.encode(restarts, forKey: Field("restart_count")) }
        if let percentile { try put("p\(percentile.at)", percentile.value, unit: unit) }
        if let total {
            try put("total", total, unit: gauge.traits.unit == .bytesPerSecond ? "bytes" : "count")
        }
        try put("share_of_memory", shareOfMemoryPercent, unit: "percent")
        try put("change_per_hour", changePerHour, unit: unit)
        try put("course_began", course)
        try put("full_in", fullInHours, unit: "hours")
        if let fullAtUTC { try container.encode(fullAtUTC, forKey: Field("full_at_utc")) }
        try put("threshold_in", thresholdInHours, unit: "hours")
        try put("change", change, unit: unit)
        try put("change_per_minute", changePerMinute, unit: unit)
        try put("beyond_usual", beyondUsual, unit: unit)
        try put("usual_over", usualOverHours, unit: "hours")
        try put("earlier_ends", earlierMinutesBack.map(Double.init), unit: "minutes")
        try put(
            "earlier_middle", earlierMinutesBack.map { Double($0 + window.windowMinutes / 2) },
            unit: "minutes")
        if let mean, let earlierMean { try put("difference", mean - earlierMean, unit: unit) }
        if let newest, let earlier = earlierEnd?.value ?? earlierMean {
            try put("newest_difference", newest.value - earlier, unit: unit)
        }
        if let aboveUsualSince {
            try container.encode(utcText(aboveUsualSince), forKey: Field("above_usual_since_utc"))
            try container.encode(age(aboveUsualSince), forKey: Field("above_usual_since_age_seconds"))
        }
        if let height {
            try container.encode(utcText(height.from), forKey: Field("high_from_utc"))
            try container.encode(utcText(height.to), forKey: Field("high_until_utc"))
            try put("high_from_age", age(height.from), unit: "seconds")
            try put("high_until_age", age(height.to), unit: "seconds")
            try put("high_for", height.seconds, unit: "seconds")
            try put("mean_before_high", height.before, unit: unit)
            if height.isOngoing { try container.encode(true, forKey: Field("is_still_high")) }
        }
        if heights.count > 1 {
            try container.encode(heights.count, forKey: Field("times_high"))
            var all = container.nestedUnkeyedContainer(forKey: Field("high_stretches"))
            for height in heights.suffix(Self.maxHeightCount) {
                var one = all.nestedContainer(keyedBy: Field.self)
                try one.encode(utcText(height.from), forKey: Field("from_utc"))
                try one.encode(utcText(height.to), forKey: Field("until_utc"))
                try one.encode(height.highest.value.rounded(to: 2), forKey: Field("highest_\(unit)"))
                try one.encode(utcText(height.highest.at), forKey: Field("highest_at_utc"))
            }
        }
        if let present, present != height {
            try container.encode(utcText(present.from), forKey: Field("high_now_from_utc"))
            try put("high_now_from_age", age(present.from), unit: "seconds")
        }
        guard let crossing else { return }
        try put("threshold", crossing.threshold, unit: unit)
        try container.encode(crossing.times, forKey: Field("times_beyond"))
        try put("beyond", crossing.seconds, unit: "seconds")
        try put("beyond_share", sharePercentBeyond, unit: "percent")
        for (name, at) in [
            ("beyond_first", crossing.firstAt), ("beyond_last", crossing.lastAt),
            ("beyond_until", crossing.endedAt),
        ] {
            guard let at else { continue }
            try container.encode(utcText(at), forKey: Field("\(name)_utc"))
            try container.encode(age(at), forKey: Field("\(name)_age_seconds"))
        }
    }

    /// No more stretches are told one by one.
    static let maxHeightCount = 4

    private struct Field: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Gauge {
    /// The unit at the end of a field's name.
    var unitField: String {
        switch traits.unit {
        case .percent: "percent"
        case .percentOfCore: "percent_of_one_core"
        case .bytes: "bytes"
        case .bytesPerSecond: "bytes_per_second"
        case .perSecond: "rate"
        case .count, .none: "value"
        case .seconds: "seconds"
        case .milliseconds: "ms"
        case .celsius: "celsius"
        }
    }
}
