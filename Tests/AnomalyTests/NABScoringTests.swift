import Foundation
import TestSupport
import Testing

@testable import NABScoring

/// The benchmark's published rules, on a series of 100 rows (15 of them probation) with scores set by hand. Expected
/// figures were reckoned from the rules apart from this code.
@Suite struct NABScoringTests {
    private static let window = 50...59

    /// What the three profiles give for rows with scores; all others have none.
    private static func scores(_ rows: [Int: Double], windows: [ClosedRange<Int>] = [window]) -> [Double] {
        let series = Series(
            path: "a/b.csv",
            rows: (0..<100).map { Series.Row(timestamp: "", seconds: $0, value: 0) }, windows: windows)
        let scores = (0..<100).map { rows[$0] ?? 0 }
        return Profile.all.map { (10 * $0.score([(series, scores)]).score).rounded() / 10 }
    }

    @Test(
        arguments: [
            ([:], [0, 0, 0]),
            // At the begin of the window a detection is worth most, at its end least, and only the best row counts.
            ([50: 1], [100, 100, 100]), ([59: 1], [62.4, 62.4, 74.9]),
            ([50: 1, 59: 1, 55: 1], [100, 100, 100]),
            // Before any window a false alarm costs all, behind one less, until three widths of it have passed.
            ([20: 1, 50: 1], [94.5, 89, 96.3]), ([60: 1, 50: 1], [98.5, 97, 99]),
            ([90: 1, 50: 1], [94.5, 89, 96.3]),
            // What comes in probation is not seen.
            ([14: 1, 50: 1], [100, 100, 100]), ([15: 1, 50: 1], [94.5, 89, 96.3]),
            // One threshold leaves out what is lower, and takes all that is as high.
            ([20: 0.4, 50: 0.9], [100, 100, 100]), ([20: 0.9, 50: 0.4], [94.5, 89, 96.3]),
            // Where alarms cost more than they bring it is best to say nothing.
            ([20: 1, 21: 1], [0, 0, 0]),
        ] as [([Int: Double], [Double])])
    func rowsAreWorthWhatTheRulesSay(rows: [Int: Double], expected: [Double]) {
        #expect(Self.scores(rows) == expected)
    }

    @Test func windowInsideProbationIsMissedByEveryone() {
        #expect(Self.scores([3: 1, 50: 1], windows: [2...5, Self.window]) == [50, 50, 50])
    }

    @Test(arguments: [(100, 15), (5000, 750), (20_000, 750), (6, 0)])
    func probationIsAPartOfAtMostFiveThousandRows(count: Int, probation: Int) {
        let rows = (0..<count).map { Series.Row(timestamp: "", seconds: Int64($0), value: 0) }
        #expect(Series(path: "", rows: rows, windows: []).probation == probation)
    }

    private func corpus(_ rows: String, windows: String) throws -> Corpus {
        let scratch = try ScratchDirectory()
        try FileManager.default.createDirectory(
            atPath: scratch.file("data/a"), withIntermediateDirectories: true)
        try Data(windows.utf8).write(to: URL(filePath: scratch.file("windows.json")))
        try Data(("timestamp,value\n" + rows).utf8).write(to: URL(filePath: scratch.file("data/a/b.csv")))
        return try Corpus(directory: scratch.file(""))
    }

    @Test func seriesAreReadWithTheirWindows() throws {
        let corpus = try corpus(
            "2016-02-28 23:59:00,1.5\n2016-02-29 00:00:00,-2\r\n2016-03-01 00:00:00,3e2\n",
            windows: #"{"a/b.csv": [["2016-02-29 00:00:00.000000", "2016-02-29 23:00:00.000000"]]}"#)
        let series = try #require(corpus.series.first)
        #expect(series.path == "a/b.csv")
        #expect(series.rows.map(\.value) == [1.5, -2, 300])
        #expect(series.rows.map(\.seconds) == [1_456_703_940, 1_456_704_000, 1_456_790_400])
        #expect(series.windows == [1...1])
    }

    @Test(arguments: [
        "yesterday,1", "2016-02-29 00:00:00", "2016-02-29 00:00:00,x", "2016-02-29 00:00:00,nan",
    ])
    func brokenRowsAreNamed(row: String) {
        #expect(throws: CorpusError.badRow(file: "a/b.csv", line: 3)) {
            try corpus("2016-02-28 00:00:00,1\n\(row)\n", windows: #"{"a/b.csv": []}"#)
        }
    }

    @Test func windowWithoutRowsIsNamed() {
        #expect(throws: CorpusError.emptyWindow(file: "a/b.csv", from: "2017-01-01 00:00:00")) {
            try corpus(
                "2016-02-28 00:00:00,1\n",
                windows: #"{"a/b.csv": [["2017-01-01 00:00:00", "2017-01-02 00:00:00"]]}"#)
        }
    }
}
