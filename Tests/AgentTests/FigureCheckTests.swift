import Foundation
import Testing

@testable import Agent

@Suite struct FigureCheckTests {
    private func unbacked(_ text: String, results: JSON..., question: String = "") -> [String] {
        var check = FigureCheck()
        check.add(question: question)
        results.forEach { check.add($0) }
        return check.unbacked(in: text)
    }

    // MARK: Rounding and units

    @Test(
        arguments: [
            ("CPU is at 12.3 %", []), ("CPU is at 12 %", []), ("CPU is at 12.4 %", ["12.4"]),
            ("CPU is at 13 %", ["13"]), ("CPU is at 12.30%", []), ("idle is 87.7 percent", []),
            ("12.34 %", ["12.34"]), ("cpu: 12.3", []), ("12,3 %", []), ("CPU:13 %", ["13"]),
            // A percentage is neither a size nor a time.
            ("12.3 GiB", ["12.3"]), ("12.3 s", ["12.3"]), ("12.3 minutes", ["12.3"]),
        ] as [(String, [String])])
    func figureMustMatchWithinRounding(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["cpu_percent": .number(12.3)]) == expected)
    }

    @Test(
        arguments: [
            ("8 GiB", []), ("8.0 GiB", []), ("8.59 GB", []), ("8 GB", []), ("8,589,934,592 bytes", []),
            ("8192 MiB", []), ("8'589'934'592 B", []), ("8\u{202F}589\u{202F}934\u{202F}592 bytes", []),
            ("8.1 GiB", ["8.1"]), ("8 MiB", ["8"]), ("8 TiB", ["8"]), ("8 %", ["8"]), ("8 hours", ["8"]),
            ("memory (GiB): 8.0", []), ("8.59e9 bytes", []), ("68.7 Gbit", []), ("8G", []), ("9G", []),
            ("10G", ["10"]),
        ] as [(String, [String])])
    func bytesMayBeGivenInOtherUnits(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["total_bytes": .number(8_589_934_592)]) == expected)
    }

    @Test(
        arguments: [
            ("5400 s", []), ("90 minutes", []), ("90 min", []), ("1.5 hours", []), ("1.5 h", []),
            ("1 h 30 min", []), ("1 hour and 30 minutes", []), ("1 hour, 30 minutes", []),
            ("1 h 31 min", ["1 h 31 min"]), ("2 hours", []), ("1 hour", []), ("3 hours", ["3"]),
            ("90 %", ["90"]),
            ("5,400,000 ms", []), ("1.5 days", ["1.5"]),
        ] as [(String, [String])])
    func timesMayBeGivenInOtherUnits(text: String, expected: [String]) {
        // 1.5 rounds to 2 and, as halves go, to 1.
        #expect(unbacked(text, results: ["uptime_seconds": .number(5400)]) == expected)
    }

    @Test(
        arguments: [
            ("83.5 °C", []), ("84 degrees", []), ("182.3 °F", []), ("182 Fahrenheit", []),
            ("356.7 kelvin", []),
            ("183 °F", ["183"]), ("182.3 °C", ["182.3"]), ("182.3", ["182.3"]), ("83.5 °F", ["83.5"]),
            ("83.5 %", ["83.5"]),
        ] as [(String, [String])])
    func temperaturesMayBeGivenOnOtherScales(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["hottest_celsius": .number(83.5)]) == expected)
    }

    @Test(
        arguments: [
            ("fell by 5", []), ("changed by -5", []), ("-5", []), ("\u{2212}5", []), ("- 5 of them", []),
            ("from 3-5", ["3"]),
        ] as [(String, [String])])
    func negativeNumberMayBeWordedEitherWay(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["change": .number(-5)]) == expected)
    }

    @Test(arguments: [("5 °C", []), ("-5 °C", ["-5"]), ("(-5)", ["-5"])] as [(String, [String])])
    func signIsNotMadeUp(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["celsius": .number(5)]) == expected)
    }

    @Test(
        arguments: [
            ("about 1,200 messages", []), ("~1200", []), ("nearly 1,000", []), ("nearly 2,000", ["2,000"]),
            ("roughly 1,230", []),
            ("1,200 messages", ["1,200"]), ("about 1,300", ["1,300"]), ("around 1.23k", []), ("1.2k", []),
            ("1.3 thousand", ["1.3"]),
        ] as [(String, [String])])
    func roundNumberIsTakenForOneWhereTheTextSaysSo(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["queued_messages": .number(1234)]) == expected)
    }

    @Test(
        arguments: [
            ("ninety percent", []), ("Ninety-one percent", ["Ninety-one"]),
            ("ninety one percent", ["ninety one"]),
            ("about ninety %", []), ("ten percent idle", []), ("a hundred percent", ["a hundred"]),
            ("eighty to ninety percent", ["eighty"]), ("ninety seconds", ["ninety"]),
            ("two percent", ["two"]), ("one percent", []), ("two of them", []),
            ("fourteen processes", ["fourteen"]),
            ("the ten-app and ninety_percent", []), ("twenty-twelve", []), ("a and b", []), ("hundred", []),
        ] as [(String, [String])])
    func numbersInWordsAreFigures(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["used_percent": .number(90.3)]) == expected)
    }

    @Test(
        arguments: [
            ("one thousand two hundred and thirty-four", 1234), ("a hundred thousand", 100_000),
            ("twelve", 12), ("nineteen hundred", 1900), ("ninety nine", 99), ("two million", 2_000_000),
            ("a hundred and", 100), ("three hundred and a half", 300), ("zero", 0),
        ] as [(String, Double)])
    func numbersInWordsAreRead(text: String, value: Double) {
        #expect(SpelledNumber.all(in: text).map(\.value) == [value])
    }

    @Test func numbersInWordsOfAQuestionBackDigits() {
        #expect(unbacked("In the last 6 hours", results: [:], question: "and in the last six hours?") == [])
        #expect(unbacked("In the last five hours", results: [:], question: "the last 5 hours?") == [])
    }

    @Test(
        arguments: [
            ("between 4.1 and 12 %", []), ("4.1–12 %", []), ("4.1 to 13 %", ["13"]), ("5 to 12 %", ["5"]),
            ("usually 4.1 %", []), ("12 GiB", ["12"]),
        ] as [(String, [String])])
    func rangeSharesItsUnit(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["summary": "CPU busy, usually 4.1 to 12 %"]) == expected)
    }

    @Test func largeAndOddNumbersAreTakenAsTheyCome() {
        for text in ["1e999", "99999999999999999999999999", "1e-400", "0.0000000000000000000001", "1,2,3"] {
            _ = unbacked(text, results: ["a": .number(.infinity), "b": .number(1e308), "c": .number(-0.0)])
        }
        #expect(unbacked("1,2,3", results: ["a": .number(7)]).isEmpty == false)
    }

    // MARK: What is a figure

    @Test func namesAndListNumbersAreNoFigures() {
        let text = "1. sda1\n2) process-17 and eth0\n 3. x86_64, p99, nvme0n1-part2"
        #expect(unbacked(text) == [])
    }

    @Test func numbersAtTheStartOfALineAreFigures() {
        #expect(unbacked("42 % busy\n1.5 load\n100. of") == ["42", "1.5", "100"])
    }

    @Test func digitsOfOtherScriptsAreFigures() {
        #expect(unbacked("CPU ٤٢ %, load １２") == ["42", "12"])
    }

    @Test func everyUnbackedFigureIsNamedOnce() {
        #expect(unbacked("42, 43 and 42 again", results: ["a": .number(43)]) == ["42"])
    }

    @Test func addressesAndVersionsMustBeGivenAsTheyAre() {
        let result: JSON = ["kernel": "6.1.0"]
        #expect(unbacked("6.1.0 at 10.0.0.1:80", results: result) == ["10.0.0.1:80"])
        #expect(unbacked("ping 10.0.0.1", results: result, question: "is 10.0.0.1 up?") == [])
    }

    @Test func namesOfFieldsBackTheirNumbers() {
        let result: JSON = ["load": ["over_15_minutes": .number(0.9)], "ack_latency_p99_ms": .number(12)]
        #expect(unbacked("The 15-minute load is 0.9; 99 % within 12 ms.", results: result) == [])
        #expect(unbacked("The 5-minute load is 0.9 minutes.", results: result) == ["5", "0.9"])
    }

    // MARK: Times and dates

    @Test(
        arguments: [
            ("at 14:05", []), ("at 14:06", []), ("at 14:05:40 UTC", []), ("at 14:05:41", ["14:05:41"]),
            ("at 14:07", ["14:07"]), ("at 2:05 PM", []), ("at 2:05 am", ["2:05 am"]), ("around 14:00", []),
            ("around 15:00", ["15:00"]), ("at 14:00", ["14:00"]), ("2 pm", ["2 pm"]),
            ("on 2026-03-01", []), ("on 2026-03-02", ["2026-03-02"]), ("on 1 March", []),
            ("March 1st, 2026", []),
            ("on 2 March", ["2"]), ("in 2025", ["2025"]), ("2026-03-01T14:05:40Z", []),
            ("5 may be", ["5"]),
        ] as [(String, [String])])
    func timesAndDatesMustBeThoseOfAResult(text: String, expected: [String]) {
        #expect(unbacked(text, results: ["from_utc": "2026-03-01T14:05:40Z"]) == expected)
    }

    @Test func momentsThatAreTakenInMayBeNamed() {
        var check = FigureCheck()
        check.add(Date(timeIntervalSince1970: 1_800_000_000))
        #expect(check.unbacked(in: "It is 08:00 on 2027-01-15, not 08:02.") == ["08:02"])
    }

    // MARK: The question

    @Test(
        arguments: [
            ("What happened in the last 90 minutes?", "In the last 90 minutes: nothing.", []),
            ("Was it slow at 14:30?", "At 14:30 it was quiet.", []),
            ("Does process 4711 run?", "No process 4711 is known.", []),
            // What it asks about is not what is so.
            ("Is the CPU at 95 %?", "Yes, at 95 %.", ["95"]), ("Are 7 GiB used?", "Yes, 7 GiB.", ["7"]),
        ] as [(String, String, [String])])
    func questionBacksTimesAndCountsAlone(question: String, text: String, expected: [String]) {
        #expect(unbacked(text, question: question) == expected)
    }
}
