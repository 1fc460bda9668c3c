import Foundation
import MaintenanceAPI
import RelayAPI
import Testing

@testable import sysmaint

struct DisplayTests {
    @Test(arguments: [
        ("plain ü 🙂\n\tnext", "plain ü 🙂\n\tnext"), ("\u{1B}[2J", "\u{FFFD}[2J"),
        ("a\u{9B}31m", "a\u{FFFD}31m"),
        ("bell\u{07}", "bell\u{FFFD}"), ("over\rwritten", "over\u{FFFD}written"),
    ])
    func controlCharactersDoNotReachTheTerminal(_ text: String, _ shown: String) {
        #expect(text.printable == shown)
    }

    @Test(arguments: [
        (0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3_600, "1 h"), (90_061, "1 d 1 h"), (-5, "0 s"),
    ])
    func spansShowTheirTwoLargestUnits(_ seconds: Double, _ text: String) {
        #expect(Quantity.span(seconds: seconds) == text)
    }

    @Test(arguments: [
        (Int64(1023), "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (16_777_216_000, "15.6 GiB"),
    ])
    func bytesHaveABinaryUnit(_ count: Int64, _ text: String) {
        #expect(Quantity.bytes(count) == text)
    }

    private func line(
        _ delivery: HistoryEntry.Delivery, failure: String? = nil, waitsBecause: String? = nil
    ) throws -> String? {
        let entry = HistoryEntry(
            cursor: 1, id: UUID(), direction: .sent, peer: try IdentityID("bob"),
            message: TypedMessage(.userChat(UserChat(text: "hello"))), at: Date(timeIntervalSince1970: 0),
            delivery: delivery, failure: failure, waitsBecause: waitsBecause)
        return DisplayedMessage(entry, owner: try IdentityID("alice"))?.line
    }

    @Test func sentMessageSaysHowFarItHasComeAndWhatIsInItsWay() throws {
        let begin = "1970-01-01 00:00:00Z alice → bob"
        #expect(try line(.queued) == "\(begin) (queued): hello")
        #expect(
            try line(.queued, waitsBecause: "the queue is full")
                == "\(begin) (queued, because the queue is full): hello")
        #expect(try line(.onRelay) == "\(begin) (onRelay): hello")
        #expect(try line(.onDevice) == "\(begin) (onDevice): hello")
        #expect(try line(.failed, failure: "nobody\u{1B}") == "\(begin) (failed: nobody\u{FFFD}): hello")
    }
}
