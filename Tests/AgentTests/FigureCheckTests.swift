import Testing

@testable import Agent

@Suite struct FigureCheckTests {
    private func unbacked(_ text: String, results: JSON...) -> [String] {
        var check = FigureCheck()
        results.forEach { check.add($0) }
        return check.unbacked(in: text)
    }

    @Test(arguments: [
        ("CPU is at 12.3 %", []), ("CPU is at 12 %", []), ("CPU is at 12.4 %", ["12.4"]),
        ("CPU is at 13 %", ["13"]),
        ("free is 87.7 %", []), ("12.34 %", ["12.34"]),
    ])
    func figureMustMatchWithinRounding(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["cpu": .number(12.3)]) == expected)
    }

    @Test(arguments: ["8 GiB", "8.0 GiB", "8.59 GB", "8,589,934,592 bytes", "8192 MiB"])
    func bytesMayBeGivenInOtherUnits(text: String) {
        #expect(unbacked(text, results: ["total_bytes": .number(8_589_934_592)]) == [])
    }

    @Test func numbersInNamesMomentsAndListsAreNoFigures() {
        let text = "1. sda1 at 12:30 on 2026-03-01\n2) process-17 and eth0, see 2026-03-01T12:00:00Z"
        #expect(unbacked(text) == [])
    }

    @Test func everyUnbackedFigureIsNamedOnce() {
        #expect(unbacked("42, 43 and 42 again", results: ["a": .number(43)]) == ["42"])
    }

    @Test func figuresOfTheQuestionMayBeRepeated() {
        var check = FigureCheck()
        check.add(text: "What happened in the last 90 minutes?")
        #expect(check.unbacked(in: "In the last 90 minutes: nothing.") == [])
    }
}
