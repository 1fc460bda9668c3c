import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

struct SmallFilesTests {
    @Test func loadHasThreeAveragesAndThreads() {
        let load = LoadAverage("0.20 0.18 0.12 1/80 11206\n".bytes)
        #expect(load?.load == Sample.Load(one: 0.2, five: 0.18, fifteen: 0.12))
        #expect(load?.threads == 80)
        #expect(LoadAverage("0.20 0.18".bytes) == nil)
        #expect(LoadAverage("0.20 0.18 0.12".bytes)?.threads == nil)
    }

    @Test func oldPressureOfProcessorsHasNoFullLine() throws {
        let line = try #require(Sample.Pressure.Line(KernelFiles.linux5_4.bytes("pressure/cpu")))
        #expect(line.someAvg10Percent == 12.5)
        #expect(line.someAvg60Percent == 3.25)
        #expect(line.fullAvg10Percent == nil)
    }

    @Test func pressureOfMemoryHasBothLines() throws {
        let line = try #require(Sample.Pressure.Line(KernelFiles.linux5_4.bytes("pressure/memory")))
        #expect(line.someAvg10Percent == 1)
        #expect(line.fullAvg60Percent == 0.25)
        #expect(Sample.Pressure.Line("some\nfull\n".bytes) == nil)
    }

    @Test func unlimitedFileDescriptorsFit() {
        let files = Sample.FileDescriptors(fileNumbers: "655\t0\t9223372036854775807\n".bytes)
        #expect(files == Sample.FileDescriptors(allocated: 655, max: .max))
        let clamped = Sample.FileDescriptors(fileNumbers: "1 0 18446744073709551615\n".bytes)
        #expect(clamped?.max == .max)
    }

    @Test(
        arguments: [
            ("45000\n", 45), ("-5500\n", -5.5), ("0", 0), ("250000", 250), ("250001", nil), ("-60000", -60),
            ("-60001", nil), ("", nil), ("-", nil), ("warm", nil),
        ] as [(String, Double?)])
    func temperaturesThatCannotBeAreAbsent(text: String, celsius: Double?) {
        #expect(parseCelsius(text.bytes) == celsius)
    }

    @Test func uptimeIsTheFirstNumber() {
        #expect(parseUptimeSeconds("6985.64 13022.42\n".bytes) == 6985.64)
        #expect(parseUptimeSeconds("soon".bytes) == nil)
    }

    @Test func controlGroupIsTheLineOfVersionTwo() {
        let both = "9:name=systemd:/\n4:memory:/a\n0::/system.slice/x.service\n"
        #expect(CGroupCounters.path(both.bytes) == "/system.slice/x.service")
        #expect(CGroupCounters.path("4:memory:/a\n".bytes) == nil)
    }

    @Test func noLimitIsAbsent() {
        #expect(CGroupCounters.number("max\n".bytes) == nil)
        #expect(CGroupCounters.number("1048576\n".bytes) == 1_048_576)
    }
}
