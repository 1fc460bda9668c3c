import Foundation
import Testing

@testable import Logging

struct LogLineTests {
    private let event = LogEvent(
        level: .warning, label: "relay", message: "queue\nforged", fields: ["b": "2", "a": "x\ny"])
    private let moment = Date(timeIntervalSince1970: 0.25)

    @Test func textIsOneLineWithFieldsInOrder() {
        #expect(
            LogLine.text.rendered(event, at: moment)
                == #"1970-01-01T00:00:00.250Z warning relay: "queue\nforged" a="x\ny" b=2"#)
    }

    @Test func jsonIsOneObjectOnOneLine() {
        #expect(
            LogLine.json.rendered(event, at: moment)
                == #"{"label":"relay","level":"warning","message":"queue\nforged","metadata":{"a":"x\ny","b":"2"},"time":"1970-01-01T00:00:00.250Z"}"#
        )
    }

    @Test func fieldsAreLeftOutWhereThereAreNone() {
        let event = LogEvent(level: .info, label: "web", message: "running", fields: [:])
        #expect(LogLine.text.rendered(event, at: moment) == "1970-01-01T00:00:00.250Z info web: running")
        #expect(
            LogLine.json.rendered(event, at: moment)
                == #"{"label":"web","level":"info","message":"running","time":"1970-01-01T00:00:00.250Z"}"#)
    }
}
