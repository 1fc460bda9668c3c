import Foundation
import Testing

@testable import Logging

/// What people and programs read on stderr beside the results.
struct LogLineTests {
    private func line(_ form: LogLine) -> String {
        let event = LogEvent(
            level: .warning, label: "relay", message: "queue\nforged", fields: ["b": "2", "a": "x\ny"])
        return form.rendered(event, at: Date(timeIntervalSince1970: 0.25))
    }

    @Test func textIsOneLineWithFieldsInOrder() {
        #expect(
            line(.text) == #"1970-01-01T00:00:00.250Z warning relay: "queue\nforged" a="x\ny" b=2"#)
    }

    @Test func jsonIsOneObjectOnOneLine() {
        #expect(
            line(.json)
                == #"{"label":"relay","level":"warning","message":"queue\nforged","metadata":{"a":"x\ny","b":"2"},"time":"1970-01-01T00:00:00.250Z"}"#
        )
    }
}
