import Foundation
import Logging
import Testing

@testable import sysmaint

struct LogLineTests {
    private let line = LogLine(
        at: Date(timeIntervalSince1970: 0.25), level: .warning, label: "relay", message: "queue\nforged",
        metadata: ["b": "2", "a": "x\ny"])

    @Test func textIsOneLineWithFieldsInOrder() {
        #expect(
            line.rendered(as: .text)
                == #"1970-01-01T00:00:00.250Z warning relay: "queue\nforged" a="x\ny" b=2"#)
    }

    @Test func jsonIsOneObjectOnOneLine() {
        #expect(
            line.rendered(as: .json)
                == #"{"label":"relay","level":"warning","message":"queue\nforged","metadata":{"a":"x\ny","b":"2"},"time":"1970-01-01T00:00:00.250Z"}"#
        )
    }
}
