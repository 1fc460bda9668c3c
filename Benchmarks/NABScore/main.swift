// Scores the anomaly detector by the published rules of the Numenta Anomaly Benchmark.
//
//     nab-score DIRECTORY [OUTPUT]
//
// DIRECTORY holds `windows.json` and `data/**/*.csv`. Prints the normalised score of each profile, and what a reading
// costs; writes `timestamp,value,anomaly_score` for each row below OUTPUT, in the same folders.

import Anomaly
import Foundation
import NABScoring

guard (2...3).contains(CommandLine.arguments.count) else {
    print("usage: nab-score DIRECTORY [OUTPUT]")
    exit(64)
}
let corpus = try Corpus(directory: CommandLine.arguments[1])
var results: [(series: Series, scores: [Double])] = []
var elapsed = Duration.zero
var stateBytes = 0
for series in corpus.series {
    var detector = SeriesDetector()
    let start = ContinuousClock.now
    // A row that begins nothing new is no alarm, and only alarms count.
    let scores = series.rows.map { row in
        let verdict = detector.observe(row.value, at: row.seconds)
        return verdict.isAlarm ? verdict.score : 0
    }
    elapsed += .now - start
    stateBytes = max(stateBytes, try JSONEncoder().encode(detector).count)
    results.append((series, scores))
}

for profile in Profile.all {
    let (score, threshold) = profile.score(results)
    print(
        "\(profile.name): \(String(format: "%.1f", score)) (threshold \(String(format: "%.3f", threshold)))")
}
let rowCount = results.reduce(0) { $0 + $1.scores.count }
let microseconds = elapsed / .microseconds(1) / Double(max(1, rowCount))
print("\(results.count) series, \(rowCount) readings: \(String(format: "%.1f", microseconds)) µs per reading")
print("state of a series, stored as JSON: at most \(stateBytes) bytes")

if CommandLine.arguments.count == 3 {
    for (series, scores) in results {
        let file = URL(filePath: CommandLine.arguments[2] + "/" + series.path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let lines = zip(series.rows, scores).map { "\($0.timestamp),\($0.value),\($1)\n" }
        try Data(("timestamp,value,anomaly_score\n" + lines.joined()).utf8).write(to: file)
    }
}
