import Synchronization
import Testing

@testable import Logging

@Suite(.serialized) struct LoggerTests {
    private final class Events: Sendable {
        private let list = Mutex<[LogEvent]>([])
        var all: [LogEvent] { list.withLock(\.self) }

        func target(from level: Logger.Level) -> LogTarget {
            LogTarget(from: level) { event in self.list.withLock { $0.append(event) } }
        }
    }

    private let events = Events()

    @Test func aTargetTakesItsLevelAndAbove() {
        let logger = Logger(label: "relay", target: events.target(from: .notice))
        for level in Logger.Level.allCases.reversed() { logger.log(level, level.rawValue) }
        #expect(events.all.map(\.message) == ["critical", "error", "warning", "notice"])
        #expect(events.all.map(\.level) == [.critical, .error, .warning, .notice])
        #expect(events.all.allSatisfy { $0.label == "relay" })
    }

    @Test func eachLevelHasItsCall() {
        let logger = Logger(label: "all", target: events.target(from: .trace))
        logger.trace("")
        logger.debug("")
        logger.info("")
        logger.notice("")
        logger.warning("")
        logger.error("")
        logger.critical("")
        #expect(events.all.map(\.level) == Logger.Level.allCases)
    }

    @Test func fieldsOfTheEventReplaceThoseOfTheLogger() {
        var logger = Logger(
            label: "a", fields: ["who": "x", "what": "y"], target: events.target(from: .info))
        logger.fields["where"] = "here"
        logger.info("hello", ["what": "w"])
        #expect(events.all.map(\.fields) == [["who": "x", "what": "w", "where": "here"]])
    }

    @Test func nothingIsEvaluatedBelowTheLevel() {
        func unwanted() -> String {
            Issue.record("evaluated")
            return ""
        }
        let logger = Logger(label: "quiet", target: events.target(from: .warning))
        logger.info(unwanted(), ["x": unwanted()])
        Logger.silent.critical(unwanted(), ["x": unwanted()])
        #expect(events.all.isEmpty)
    }

    @Test func loggersWithoutATargetFollowThatOfTheProcess() {
        let previous = LogTarget.process
        defer { LogTarget.process = previous }
        let early = Logger(label: "early")
        LogTarget.process = events.target(from: .debug)
        early.debug("first")
        early.trace("not this")
        LogTarget.process = events.target(from: .error)
        early.debug("nor this")
        #expect(events.all.map(\.message) == ["first"])
    }
}
