import Foundation
import MaintenanceAPI
import Testing

@testable import Agent

/// How things went while a host has been watched for some minutes: moments, each time, each minute, growth, what changed.
@Suite struct CourseTests {
    /// One core is busy from the seventh to the fifth minute before now, and memory grows in the last two.
    private static func change(_ sample: inout Sample, ago: Int) {
        let total = sample.memory?.totalBytes ?? 0
        sample.memory?.availableBytes = total / 2 - Int64(max(0, 120 - ago)) * 1_048_576
        sample.cpu?.all.userPercent = 3
        sample.cpu?.all.idlePercent = 95
        guard 300...420 ~= ago else { return }
        sample.cpu?.all.userPercent = 60
        sample.cpu?.all.idlePercent = 38
        sample.processes?.topByCPU[0].name = "gzip"
        sample.processes?.topByCPU[0].cpuPercent = 391
    }

    @Test(arguments: [
        // Twenty seconds after it ended, half of the minutes around it was busy.
        ("how busy was the cpu 4 minutes ago?", "CPU was 4.5 %, 4 minutes ago"),
        ("how busy was the cpu 6 minutes ago?", "CPU was 61.5 %, 6 minutes ago"),
        ("compare cpu now with 6 minutes ago", "Lower: CPU is 4.5 % now, 61.5 % 6 minutes earlier."),
        ("what was going on 6 minutes ago?", "most CPU: “gzip” 391 % of one core."),
        ("list the cpu spikes with times", "CPU up to 61.5 % from 07:53:00Z to 07:55:10Z."),
        ("how many cpu spikes were there?", "One: CPU up to 61.5 % from"),
        ("were there any cpu spikes?", "Yes: CPU up to 61.5 % from"),
        (
            "since when has the cpu been busy?",
            "It is not high: CPU is 4.5 %; it was up to 61.5 % from"
        ),
        ("when was the cpu busy last?", "7 minutes ago (07:53:00Z): CPU up to 61.5 %, until 07:55:10Z."),
        ("show me the cpu minute by minute", "07:53 61.5 %, 07:54 61.5 %"),
        ("between which values did the cpu move?", "From 4.5 % to 61.5 %: CPU was lowest"),
        ("how fast did memory grow over the last minute?", "By 60 MiB per minute: memory used went from"),
        ("write me a timeline of the last ten minutes", "CPU up to 61.5 % from 07:53:00Z to 07:55:10Z"),
        ("which process grew most?", "None of those that use most memory grew."),
        ("biggest cpu hog of the last ten minutes", "“gzip”"),
    ])
    func tellsTheCourse(question: String, expected: String) async throws {
        try await World.expect([question], toSay: expected, minutes: 12, Self.change)
    }
}
