import Foundation
import MaintenanceAPI
import Testing

@testable import Questions

@Suite struct QuestionTests {
    static let moment = Date(timeIntervalSince1970: 1_800_000_000)

    /// A question of the table, what came before it, and the query that it stands for.
    struct Row: Sendable, CustomTestStringConvertible {
        let query, question: String
        let before: String?
        var testDescription: String { [before, question].compactMap(\.self).joined(separator: " → ") }
    }

    static let rows = ["questions", "running", "talk", "following"].flatMap(rows(of:))

    private static func rows(of table: String) -> [Row] {
        let file = Bundle.module.url(forResource: table, withExtension: "txt", subdirectory: "Table")
        guard let file, let text = try? String(contentsOf: file as URL, encoding: .utf8) else { return [] }
        var (query, before) = ("", "")
        var rows: [Row] = []
        for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") {
            let rest = String(line.dropFirst(line.hasPrefix("= ") ? 2 : 3))
            if line.hasPrefix("= ") {
                query = rest
            } else if line.hasPrefix("<- ") {
                before = rest
            } else if line.hasPrefix("-> ") {
                rows.append(Row(query: query, question: rest, before: before))
            } else {
                rows.append(Row(query: query, question: line, before: nil))
            }
        }
        return rows
    }

    @Test func tableIsLarge() { #expect(Self.rows.count >= 1000) }

    @Test func everyQuestionOfTheTableIsItsQuery() {
        for row in Self.rows {
            let before = row.before.map { Query($0, now: Self.moment) }
            let question = Query(row.question, after: before, now: Self.moment)
            #expect(question.description == row.query, "\(row.testDescription)")
        }
    }

    /// Without question marks, in capitals, and with politeness around it, a question stays what it is.
    @Test func formOfWritingDoesNoHarm() {
        for row in Self.rows where row.before == nil && row.question.count > 12 {
            let wanted = Query(row.question, now: Self.moment)
            guard ![.unclear, .order].contains(wanted.form) else { continue }
            #expect(Query(row.question.uppercased(), now: Self.moment) == wanted, "\(row.question)")
            #expect(Query("  \(row.question)  ", now: Self.moment) == wanted, "\(row.question)")
        }
    }

    /// Two letters swapped in any one long word of the metric vocabulary.
    @Test(arguments: [
        ("memroy usage", "value memoryUsed"), ("dsik full?", "check diskUsed"),
        ("whats teh laod", "value load1+load5+load15"),
        ("zomibes", "value zombies"), ("is swap beeing used", "check swapUsed"),
        ("prosesses by cpu", "list processes cpu"),
        ("cpuu", "value cpuBusy"), ("kernal version", "value kernel"), ("uptme", "value uptime"),
        ("inods left", "value inodesFree"),
        ("temprature", "value temperature"), ("netwrok traffic", "value networkReceived+networkSent"),
        ("hostnmae", "value hostname"),
        ("relay quueue", "value relayQueued"), ("peak memmory", "value memoryUsed peak 60"),
        ("wich process uses most ram", "which processes memory"),
    ])
    func oneWrongLetterDoesNoHarm(question: String, query: String) {
        #expect(Query(question, now: Self.moment).description == query)
    }

    @Test func rightWordsStayWhatTheyAre() {
        for word in [
            "lead", "care", "server", "horse", "core", "form", "rain", "read", "desk", "post", "service",
        ] {
            #expect(Words("the \(word) of it").plain.contains(word), "\(word)")
        }
    }

    // MARK: Every figure of a reading

    /// The name under which an answer tells a figure is a name under which it can be asked for.
    @Test(arguments: Gauge.allCases)
    func everyGaugeIsUnderstoodByItsName(gauge: Gauge) {
        let name = gauge == .processCount ? "number of processes" : gauge.traits.label
        let question = Query("what is the \(name)?", now: Self.moment)
        // "The busiest disk" is one of the disks, and "the hottest sensor" one of the sensors.
        if [.diskBusy, .temperature].contains(gauge), case .topic(.component) = question.subject { return }
        let found = question.gauges
        #expect(found.contains(gauge) || Self.siblings(gauge).contains(found), "\(gauge): \(question)")
    }

    private static func siblings(_ gauge: Gauge) -> [[Gauge]] {
        switch gauge {
        case .memoryUsedBytes: [[.memoryUsed]]
        case .swapUsedBytes: [[.swapUsed]]
        case .diskUsedBytes: [[.diskUsed]]
        case .inodesTotal: [[.inodesUsed]]
        case .trackedConnectionCount, .trackedConnectionLimit: [[.trackedConnections]]
        case .relayRate: [[.relayAccepted]]
        default: []
        }
    }

    private static let forms: [(String, String)] = [
        ("what is the", ""), ("tell me the", ""), ("show", "please"), ("how high is the", "right now?"),
        ("current", ""), ("", "?"),
    ]

    private static let statistics: [(String, Query.Statistic)] = [
        ("average", .mean), ("mean", .mean), ("peak", .peak), ("maximum", .peak), ("highest", .peak),
        ("minimum", .low),
        ("lowest", .low), ("p95", .percentile(95)), ("median", .percentile(50)),
    ]

    /// Every series of the history, in each form and statistic.
    @Test(arguments: Metric.allCases)
    func everyMetricIsUnderstoodInEveryFormAndStatistic(metric: Metric) {
        let gauge = Gauge(metric)
        let name = Self.names[metric] ?? gauge.traits.label
        for (before, after) in Self.forms {
            let question = Query("\(before) \(name) \(after)", now: Self.moment)
            #expect(question.gauges.contains(gauge), "\(before) \(name) \(after): \(question)")
            #expect(
                question.form == .value || question.form == .list, "\(before) \(name) \(after): \(question)")
        }
        for (word, statistic) in Self.statistics where !(gauge == .relayLatency && word == "median") {
            let question = Query("\(word) \(name) over the last 20 minutes", now: Self.moment)
            #expect(
                question.gauges.first == gauge || question.gauges.contains(gauge),
                "\(word) \(name): \(question)")
            #expect(question.statistic == statistic, "\(word) \(name): \(question)")
            #expect(question.window == TimeWindow(minutes: 20), "\(word) \(name): \(question)")
        }
        let when = Query("when was the \(name) highest today", now: Self.moment)
        #expect(when.form == .when && when.gauges.contains(gauge), "\(when)")
        let why = Query("why is the \(name) so high", now: Self.moment)
        #expect(why.form == .why, "\(why)")
        let usual = Query("is the \(name) higher than usual", now: Self.moment)
        #expect(usual.comparison == .usual && usual.gauges.contains(gauge), "\(usual)")
    }

    private static let names: [Metric: String] = [
        .cpuBusyPercent: "cpu", .relayAckLatencyMilliseconds: "relay latency",
        .probeCPUPercent: "cpu of the probe",
        .networkReceivedBytesPerSecond: "incoming traffic", .networkSentBytesPerSecond: "outgoing traffic",
        .load1: "1 minute load", .load5: "5 minute load", .load15: "15 minute load",
        .processCount: "number of processes",
    ]

    @Test func everyWordHasOneMeaning() {
        var seen: [Substring: String] = [:]
        for (concept, text) in Vocabulary.synonyms {
            for word in text.split(separator: " ") {
                #expect(seen[word] == nil, "\(word): \(concept) and \(seen[word] ?? "")")
                seen[word] = concept
            }
        }
    }

    @Test func everyMetricHasAGauge() {
        for metric in Metric.allCases { #expect(Gauge(metric).traits.metric == metric) }
    }
}
