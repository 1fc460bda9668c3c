import MaintenanceAPI
import Testing

@testable import Telemetry

struct ReportQueueTests {
    private var queue = ReportQueue()
    private let interval = Duration.seconds(10)

    private mutating func take(_ moments: ClosedRange<Int64>) {
        for moment in moments { queue.taken(Sample(takenAt: moment), after: interval) }
    }

    /// All that may be sent now.
    private mutating func sendable(isRelayAway: Bool = false) -> [Int64] {
        var moments: [Int64] = []
        while let sample = queue.next(isRelayAway: isRelayAway) { moments.append(sample.takenAt) }
        return moments
    }

    @Test mutating func acknowledgedReportsMakeRoom() {
        for moment in 1...50 as ClosedRange<Int64> {
            take(moment...moment)
            #expect(sendable() == [moment])
            queue.acknowledged(moment)
        }
        #expect(queue.unacknowledged.isEmpty)
        #expect(queue.waiting.isEmpty)
    }

    @Test mutating func unacknowledgedReportsDoNotPileUp() {
        for moment in 1...5 as ClosedRange<Int64> {
            take(moment...moment)
            #expect(sendable() == (moment <= 3 ? [moment] : []))
        }
        #expect(queue.unacknowledged == [1, 2, 3])
        #expect(queue.waiting.map(\.takenAt) == [4, 5])
    }

    @Test mutating func newestGoesFirstOnceAcknowledgementsCome() {
        take(1...3)
        #expect(sendable() == [3, 2, 1])
        take(4...6)
        #expect(sendable() == [])
        queue.acknowledged(3)
        #expect(sendable() == [6])
        queue.acknowledged(1)
        #expect(sendable() == [5, 4])
        #expect(queue.unacknowledged == [6, 5, 4])
    }

    @Test mutating func anAcknowledgementSettlesWhatWasSentBefore() {
        take(1...3)
        #expect(sendable() == [3, 2, 1])
        queue.acknowledged(2)
        #expect(queue.unacknowledged == [1])
        queue.acknowledged(99)
        #expect(queue.unacknowledged == [1])
    }

    @Test mutating func oldestAreDroppedWhenTooManyWait() {
        take(1...3)
        _ = sendable()
        let last = Int64(3 + ReportQueue.maxWaitingCount)
        take(4...last)
        #expect(queue.waiting.count == ReportQueue.maxWaitingCount)
        #expect(queue.droppedCount == 0)
        take(last + 1...last + 1)
        #expect(queue.waiting.count == ReportQueue.maxWaitingCount)
        #expect(queue.waiting.first?.takenAt == 5)
        #expect(queue.droppedCount == 1)
    }

    /// A day without acknowledgement, while the relay answers: how many reports went out, and when.
    @Test mutating func inSilenceOnlyTheNewestGoesOutEverMoreRarely() {
        var sent: [Int64] = []
        for moment in 1...8640 as ClosedRange<Int64> {
            take(moment...moment)
            sent += sendable()
        }
        // Three, then after 1, 2, 4, 8 minutes, then every ten.
        #expect(sent.prefix(7) == [1, 2, 3, 9, 21, 45, 93])
        #expect(sent.count < 3 + 4 + 145)
        #expect(queue.unacknowledged.count == ReportQueue.maxUnacknowledgedCount)
        #expect(zip(sent.dropFirst(7), sent.dropFirst(8)).allSatisfy { $1 - $0 == 60 })
    }

    @Test mutating func nothingIsAddedToTheOutboxWhileTheRelayIsAway() {
        take(1...1000)
        #expect(sendable(isRelayAway: true) == [1000, 999, 998])
        take(1001...2000)
        #expect(sendable(isRelayAway: true) == [])
        #expect(sendable(isRelayAway: false) == [2000])
    }

    @Test mutating func anAcknowledgementEndsTheSilence() {
        take(1...3)
        _ = sendable()
        take(4...9)
        queue.acknowledged(1)
        #expect(sendable() == [9, 8, 7])
        take(10...14)
        #expect(sendable() == [])
        take(15...15)
        #expect(sendable() == [15])
    }

    @Test mutating func aReportThatCouldNotBeSentWaitsInItsPlace() throws {
        take(1...3)
        let next = queue.next(isRelayAway: false)
        let sample = try #require(next)
        take(4...4)
        queue.failed(sample)
        #expect(queue.waiting.map(\.takenAt) == [1, 2, 3, 4])
        #expect(queue.unacknowledged.isEmpty)
    }

    @Test mutating func clockThatWasSetBackDoesNotChangeTheOrder() throws {
        take(100...102)
        take(7...7)
        let newest = queue.next(isRelayAway: false)
        queue.failed(try #require(newest))
        #expect(queue.waiting.map(\.takenAt) == [100, 101, 102, 7])
        let again = queue.next(isRelayAway: false)
        take(8...9)
        queue.failed(try #require(again))
        #expect(queue.waiting.map(\.takenAt) == [100, 101, 102, 7, 8, 9])
        #expect(sendable() == [9, 8, 7])
    }
}
