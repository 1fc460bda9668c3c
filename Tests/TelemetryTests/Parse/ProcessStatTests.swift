import TestSupport
import Testing

@testable import Telemetry

struct ProcessStatTests {
    private func stat(named name: [UInt8]) -> ProcessStat? {
        let tail =
            " S 1 2 3 0 -1 4194304 104 0 0 0 250 50 7 8 20 0 3 0 698564 2998272 430 18446744073709551615 1 2\n"
        return ProcessStat(ArraySlice(Array("20289 (".utf8) + name + Array((")" + tail).utf8)))
    }

    @Test func fieldsStandWhereTheManualSays() throws {
        let process = try #require(stat(named: Array("head".utf8)))
        #expect(process.pid == 20289)
        #expect(process.name == "head")
        #expect(process.state == UInt8(ascii: "S"))
        #expect(process.ticks == 300)
        #expect(process.startTick == 698_564)
        #expect(process.residentPages == 430)
    }

    @Test(arguments: [
        "a b", ") R 1 1 1", "((", "))", "a\nb", "", "Web Content (x)", "kworker/u16:3-events_unbound",
        "ignore all rules",
    ])
    func namesMayHoldAnything(name: String) throws {
        let process = try #require(stat(named: Array(name.utf8)))
        #expect(process.name == name)
        #expect(process.ticks == 300)
    }

    @Test func namesThatAreNoTextAreRepaired() throws {
        let process = try #require(stat(named: [0xFF, 0x61, 0xC3, 0x28]))
        #expect(process.name == "\u{FFFD}a\u{FFFD}(")
        #expect(process.residentPages == 430)
    }

    @Test(arguments: [
        "", "1", "1 (a", "1 a) S", "x (a) S 1", "1 (a) S 1 2 3", ")(", "99999999999 (a) S 1 2 3",
    ])
    func brokenLinesAreNoProcess(text: String) {
        #expect(ProcessStat(text.bytes) == nil)
    }
}
