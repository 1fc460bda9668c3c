import Foundation
import TestSupport
import Testing

@testable import Telemetry

struct UnusedCodeTests {
    @Test func onlyCodeOfFilesIsGivenBack() {
        let maps = """
            55d0c0a00000-55d0c0a02000 r--p 00000000 fe:00 42   /usr/bin/sysmaint
            55d0c0a02000-55d0c0b00000 r-xp 00002000 fe:00 42   /usr/bin/sysmaint
            55d0c0b00000-55d0c0b01000 rw-p 00100000 fe:00 42   /usr/bin/sysmaint
            7f0000000000-7f0000001000 rwxp 00000000 fe:00 43   /usr/lib/written.so
            7f0000001000-7f0000002000 r-xp 00000000 00:00 0
            7f0000002000-7f0000004000 r-xp 00001000 00:2a 7    /usr/lib/with a space.so (deleted)
            7ffc0a5f0000-7ffc0a5f2000 r-xp 00000000 00:00 0    [vdso]
            """
        #expect(
            CodeMapping.all(maps: maps.bytes) == [
                CodeMapping(start: 0x55d0_c0a0_2000, byteCount: 0xfe000),
                CodeMapping(start: 0x7f00_0000_2000, byteCount: 0x2000),
            ])
    }

    @Test(arguments: [
        "", "\n\n", "r-xp", "1000 r-xp 0 fe:00 42", "1000- r-xp 0 fe:00 42", "2000-1000 r-xp 0 fe:00 42",
        "1000-1000 r-xp 0 fe:00 42", "x-y r-xp 0 fe:00 42", "1000-2000-3000 r-xp 0 fe:00 42",
        "0-ffffffffffffffff r-xp 0 fe:00 42", "0-fffffffffffffffff r-xp 0 fe:00 42", "1000-2000 r-xp 0 fe:00",
        "1000-2000 r-xp",
    ])
    func brokenLinesAreNoCode(maps: String) {
        #expect(CodeMapping.all(maps: maps.bytes).isEmpty)
    }

    @Test func whatIsGivenBackLeavesMemoryAndReturnsUnchanged() throws {
        let file = open("/proc/self/exe", O_RDONLY)
        try #require(file >= 0)
        defer { close(file) }
        let byteCount = 64 << 10
        let address = try #require(mmap(nil, byteCount, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0))
        try #require(address != MAP_FAILED)
        defer { munmap(address, byteCount) }
        let before = Data(bytes: address, count: byteCount)
        #expect(try mappedPageCount(at: address, byteCount: byteCount) == byteCount / Int(getpagesize()))

        CodeMapping(start: UInt(bitPattern: address), byteCount: byteCount).giveBack()
        #expect(try mappedPageCount(at: address, byteCount: byteCount) == 0)
        #expect(Data(bytes: address, count: byteCount) == before)
    }

    /// `/proc/self/pagemap` has 64 bits for each page; the highest says that the page is mapped.
    private func mappedPageCount(at address: UnsafeMutableRawPointer, byteCount: Int) throws -> Int {
        let pageByteCount = Int(getpagesize())
        let map = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/pagemap"))
        defer { try? map.close() }
        try map.seek(toOffset: UInt64(UInt(bitPattern: address)) / UInt64(pageByteCount) * 8)
        let entries = try #require(try map.read(upToCount: byteCount / pageByteCount * 8))
        return stride(from: 7, to: entries.count, by: 8).count { entries[$0] & 0x80 != 0 }
    }

    @Test func codeIsGivenBackBetweenReadings() async {
        let clock = ManualClock()
        let (calls, call) = AsyncStream.makeStream(of: Duration.self)
        let task = Task {
            try await UnusedCode(readingEvery: .seconds(10), clock: clock) { call.yield(clock.now.offset) }
                .run()
        }
        defer { task.cancel() }
        var moments: [Duration] = []
        var iterator = calls.makeAsyncIterator()
        // A machine that was suspended (for 97 seconds) does not make up for what it missed.
        for (milliseconds, count) in [(250, 1), (1750, 1), (8250, 1), (1750, 1), (97_000, 2), (1250, 1)] {
            await clock.waitForSleepers()
            if count == 1 {
                clock.advance(by: .milliseconds(milliseconds - 1))
                #expect(clock.sleeperCount == 1)
                clock.advance(by: .milliseconds(1))
            } else {
                clock.advance(by: .milliseconds(milliseconds))
            }
            for _ in 0..<count {
                if let moment = await iterator.next() { moments.append(moment) }
            }
        }
        #expect(moments == [250, 2000, 10_250, 12_000, 109_000, 109_000, 110_250].map { .milliseconds($0) })
    }
}
