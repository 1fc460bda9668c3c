import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// Why something was as it was, and who it was: over a host whose CPU was busy for ten minutes half an hour ago, and whose
/// disks were three hours ago, and is quiet now.
@Suite struct PastCauseTests {
    private static func change(_ sample: inout Sample, _ ago: Int) {
        sample.host.uptimeSeconds = 86_400 * 14 - Double(ago)
        if 10_800..<11_400 ~= ago { sample.cpu?.all.ioWaitPercent = 60 }
        guard 1800..<2400 ~= ago else { return }
        sample.cpu?.all.userPercent = 96
        sample.cpu?.all.idlePercent = 2
        sample.load?.one = 18
        sample.processes?.topByCPU[0].name = "ffmpeg"
        sample.processes?.topByCPU[0].cpuPercent = 380
    }

    private func ask(
        _ question: String, after before: String? = nil, minutes: Int = 240
    ) async throws -> ChatReply {
        let world = try World()
        try await world.fill(minutes: minutes, every: 60, Self.change)
        return try await world.analystReply(to: question, after: before)
    }

    @Test(arguments: [
        (
            "why was the cpu so high",
            "CPU was up to 97.5 % from 07:21:00Z to 07:31:00Z; most CPU then: “ffmpeg” 380 %"
        ),
        (
            "what caused the cpu spike?",
            "CPU was up to 97.5 % from 07:21:00Z to 07:31:00Z; most CPU then: “ffmpeg”"
        ),
        (
            "why was the server slow?",
            "Load over 1 minute was up to 18 from 07:21:00Z to 07:31:00Z; most CPU then: “ffmpeg”"
        ),
        ("which process caused the load some minutes ago?", "“ffmpeg” 380 % of one core 3"),
        ("who was eating the cpu earlier?", "“ffmpeg” 380 % of one core 3"),
        // What does not stand out in the last hour is looked for in the last day.
        (
            "why was the iowait so high?",
            "CPU waiting for disks was up to 60 % from 04:51:00Z to 05:01:00Z; no reading tells what caused it."
        ),
        ("why was the memory so high?", "Nothing explains it: memory used was"),
        ("what was the busiest minute of the cpu", "39 minutes ago (07:21:00Z): CPU 97.5 %"),
    ])
    func causeIsLookedForWhereItWas(question: String, expected: String) async throws {
        let reply = try await ask(question)
        #expect(reply.text.hasPrefix(expected), "\(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
    }

    @Test(arguments: [
        ("is the cpu busy?", "was it earlier?", "Yes: CPU was up to 97.5 % from 07:21:00Z to 07:31:00Z."),
        (
            "when was the cpu at its highest", "and since when is it quiet again?",
            "Until 29 minutes ago (07:31:00Z)"
        ),
        ("is everything ok?", "and 35 minutes ago?", "No: 2 unusual"),
    ])
    func followsUp(before: String, question: String, expected: String) async throws {
        let reply = try await ask(question, after: before)
        #expect(reply.text.hasPrefix(expected), "\(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
    }

    /// With few readings nothing is known to be unusual, but what is beyond its limit is told, and what there is is compared.
    @Test(arguments: [
        ("was everything ok 20 minutes ago?", "No: CPU was up to 97.5 %"),
        (
            "is cpu higher than an hour ago?",
            "No, lower: CPU is 10 % now, 42.4 % on average since readings begin."
        ),
        (
            "how does the cpu compare to yesterday",
            "There is no data from then: CPU is 10 % now, 42.4 % on average since"
        ),
    ])
    func littleIsKnown(question: String, expected: String) async throws {
        let world = try World()
        try await world.fill(minutes: 26, every: 60) { sample, ago in Self.change(&sample, ago + 900) }
        let reply = try await world.analystReply(to: question)
        #expect(reply.text.hasPrefix(expected), "\(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
    }

    /// A gap an hour ago is no short history: the mean of weeks says nothing of an hour ago.
    @Test func gapIsNotTakenForTheBeginning() async throws {
        let world = try World()
        try await world.fill(minutes: 180, every: 60) { sample, ago in
            if ago > 5400 { sample.cpu?.all.userPercent = 90 }
            if 3000..<4200 ~= ago { sample.cpu = nil }
        }
        let reply = try await world.analystReply(to: "is cpu higher than an hour ago?")
        #expect(reply.text == "There is no data from then: CPU is 10 % now.")
    }

    @Test func howOftenItRestartedIsCountedInItsUptime() {
        func point(_ at: Int64, _ uptime: ClosedRange<Double>) -> SeriesPoint {
            SeriesPoint(
                at: at, count: 1, mean: (uptime.lowerBound + uptime.upperBound) / 2, min: uptime.lowerBound,
                max: uptime.upperBound)
        }
        #expect(SeriesReport.restarts([]) == 0)
        #expect(SeriesReport.restarts([point(0, 100...100), point(60, 160...160)]) == 0)
        #expect(SeriesReport.restarts([point(0, 900...900), point(60, 20...20), point(120, 80...80)]) == 1)
        // The hour of a restart holds the uptime before it and after it.
        let hours = [point(0, 90_000...93_600), point(3600, 10...95_000), point(7200, 3000...6600)]
        #expect(SeriesReport.restarts(hours) == 1)
    }

    @Test func courseBeginsWhereItTurned() {
        let points = ([10, 10, 10, 10] + (0..<6).map { 10 + 10 * Double($0) }).enumerated().map {
            index, value in
            SeriesPoint(at: Int64(index) * 60_000, count: 1, mean: value, min: value, max: value)
        }
        #expect(SeriesReport.course(points, margin: 1)?.at == 240_000)
        #expect(SeriesReport.course(points.map(\.falling), margin: 1)?.value == 90)
        // Too little; then what fell again.
        #expect(SeriesReport.course(Array(points.prefix(4)), margin: 1) == nil)
        #expect(SeriesReport.course(points + points.prefix(3), margin: 1)?.value == 60)
    }
}

extension SeriesPoint {
    fileprivate var falling: SeriesPoint {
        SeriesPoint(at: at, count: 1, mean: 100 - mean, min: 100 - mean, max: 100 - mean)
    }
}
