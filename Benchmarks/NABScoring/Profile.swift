import Foundation

/// What a detection, a miss and a false alarm are worth: the benchmark's three application profiles.
package struct Profile: Sendable {
    package let name: String
    let falseNegative: Double
    let falsePositive: Double

    package static let all = [
        Profile(name: "standard", falseNegative: 1, falsePositive: 0.11),
        Profile(name: "reward low FP rate", falseNegative: 1, falsePositive: 0.22),
        Profile(name: "reward low FN rate", falseNegative: 2, falsePositive: 0.11),
    ]

    /// The best sum that one threshold over all series gives, from 0 for a detector that says nothing to 100.
    package func score(_ corpus: [(series: Series, scores: [Double])]) -> (score: Double, threshold: Double) {
        let windowCount = corpus.reduce(0) { $0 + $1.series.windows.count }
        let null = -falseNegative * Double(windowCount)
        let events = corpus.enumerated().flatMap { Self.events($1.series, $1.scores, file: $0) }
            .sorted { $0.score > $1.score }
        var gains: [Event.Window: Double] = [:]
        var sum = null
        var best = (sum: null, threshold: 1.0)
        for (index, event) in events.enumerated() {
            if let window = event.window {
                let before = gains[window] ?? -falseNegative
                gains[window] = max(before, event.worth)
                sum += max(0, event.worth - before)
            } else {
                sum += event.worth * falsePositive
            }
            let isLastOfScore = index == events.count - 1 || events[index + 1].score < event.score
            if isLastOfScore, sum > best.sum { best = (sum, event.score) }
        }
        return (100 * (best.sum - null) / (Double(windowCount) - null), best.threshold)
    }

    /// A row that counts: its gain inside a window, its cost (of weight 1) outside.
    private struct Event {
        struct Window: Hashable {
            let file: Int
            let index: Int
        }

        let score: Double
        let window: Window?
        let worth: Double
    }

    private static func events(_ series: Series, _ scores: [Double], file: Int) -> [Event] {
        (series.probation..<max(series.probation, scores.count)).filter { scores[$0] > 0 }.map { row in
            if let index = series.windows.firstIndex(where: { $0.contains(row) }) {
                let window = series.windows[index]
                let position = -Double(window.upperBound - row + 1) / Double(window.count)
                return Event(
                    score: scores[row], window: .init(file: file, index: index),
                    worth: worth(at: position) / worth(at: -1))
            }
            guard let previous = series.windows.last(where: { $0.upperBound < row }) else {
                return Event(score: scores[row], window: nil, worth: -1)
            }
            let position = Double(row - previous.upperBound) / Double(max(1, previous.count - 1))
            return Event(score: scores[row], window: nil, worth: worth(at: position))
        }
    }

    /// The benchmark's scaled sigmoid: near 1 at the begin of a window (−1), 0 at its end, −1 long after it.
    private static func worth(at position: Double) -> Double {
        position > 3 ? -1 : 2 / (1 + exp(5 * position)) - 1
    }
}
