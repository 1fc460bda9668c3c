import MaintenanceAPI
import TestSupport
import Testing
import VectorSupport

@testable import Telemetry

/// No parser traps, whatever it is given; what these files mean in full is tested elsewhere.
struct BrokenInputTests {
    /// Every parser, and how much it made of the bytes.
    private func parseAll(_ bytes: ArraySlice<UInt8>) -> Int {
        var group = CGroupCounters()
        group.readCPU(bytes)
        group.readMemoryEvents(bytes)
        var tcp = TCPCounters()
        tcp.readSNMP(bytes)
        tcp.readNetstat(bytes)
        tcp.readSockstat(bytes)
        let found: [Bool] = [
            KernelStat(bytes).all != nil, LoadAverage(bytes) != nil, Sample.Pressure.Line(bytes) != nil,
            Sample.Memory(meminfo: bytes) != nil, VMStat(bytes).majorFaults != nil,
            !DiskCounters.all(bytes).isEmpty, !NetworkCounters.all(bytes).isEmpty,
            ProcessStat(bytes) != nil, Sample.FileDescriptors(fileNumbers: bytes) != nil,
            parseUptimeSeconds(bytes) != nil, parseText(bytes) != nil, parseCelsius(bytes) != nil,
            parseResidentPages(bytes) != nil, !Mount.all(mountinfo: bytes).isEmpty,
            !Mount.all(mounts: bytes).isEmpty, group != CGroupCounters(), tcp != TCPCounters(),
            CGroupCounters.number(bytes) != nil, CGroupCounters.path(bytes) != nil,
        ]
        return found.count { $0 }
    }

    @Test(arguments: [KernelFiles.linux2_6, KernelFiles.linux5_4])
    func everyTruncationIsRead(files: [String: String]) {
        for (name, text) in files {
            let bytes = text.bytes
            #expect(parseAll(bytes) > 0, "\(name)")
            for count in 0..<bytes.count { _ = parseAll(bytes.prefix(count)) }
        }
        #expect(parseAll([]) == 0)
    }

    @Test func randomBytesAreRead() {
        var random = SeededRandom(seed: 20_260_101)
        let alphabet = Array("0123456789 \t\n:()/.-=\\cpuTCPsomeMemTotalavg10\u{0}ÿ".utf8)
        for round in 0..<2000 {
            let count = Int.random(in: 0...200, using: &random)
            let bytes = ArraySlice(
                round.isMultiple(of: 2)
                    ? random.bytes(count)
                    : (0..<count).compactMap { _ in alphabet.randomElement(using: &random) })
            #expect(parseAll(bytes) <= 19, "round \(round)")
        }
    }

    @Test func changedFilesAreRead() {
        var random = SeededRandom(seed: 20_260_102)
        for text in KernelFiles.linux5_4.values.sorted() {
            for _ in 0..<50 {
                var bytes = text.bytes
                for _ in 0..<5 {
                    let place = Int.random(in: bytes.indices, using: &random)
                    bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                }
                #expect(parseAll(bytes) <= 19)
            }
        }
    }
}
