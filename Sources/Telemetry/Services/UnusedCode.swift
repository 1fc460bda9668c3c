import Glibc
import Services

/// Gives program code back after each reading, when its report is sent and acknowledged, until shutdown.
///
/// The kernel maps sixteen pages around each place that runs, and never unmaps them while memory is plentiful: a
/// program that works for milliseconds every ten seconds holds tens of megabytes for good. Given back, the pages stay in
/// the page cache, where the kernel finds them first when memory is short; what the next reading runs is mapped again,
/// which takes it two milliseconds.
package struct UnusedCode: Service {
    /// Readings that come faster need the code all the time.
    package static let minInterval = Duration.seconds(2)

    /// How long after a reading its report has been sent and acknowledged: as a rule, and where the network is slow.
    static let settled = [Duration.milliseconds(250), .seconds(2)]

    private let interval: Duration
    private let clock: any Clock<Duration>
    private let giveBack: @Sendable () -> Void

    package init(readingEvery interval: Duration) {
        self.init(readingEvery: interval, clock: .continuous, giveBack: Self.giveBackAll)
    }

    init(
        readingEvery interval: Duration, clock: any Clock<Duration>, giveBack: @escaping @Sendable () -> Void
    ) {
        self.interval = interval
        self.clock = clock
        self.giveBack = giveBack
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // Ends by cancellation alone, which is how the service ends.
            try? await giveBackBetweenReadings(on: self.clock)
        }
    }

    private func giveBackBetweenReadings<C: Clock<Duration>>(on clock: C) async throws {
        let delays = Self.settled.map { min(interval / 2, $0) }
        let last = delays.max() ?? .zero
        var reading = clock.now
        while true {
            for delay in delays {
                try await clock.sleep(until: reading.advanced(by: delay), tolerance: nil)
                giveBack()
            }
            repeat { reading = reading.advanced(by: interval) } while reading.advanced(by: last) < clock.now
        }
    }

    /// Of all that is mapped from files to be run. Where the kernel does not show it, nothing is done.
    private static func giveBackAll() {
        var buffer = FileBuffer()
        guard let maps = Directory("/proc/self")?.read("maps", into: &buffer) else { return }
        for mapping in CodeMapping.all(maps: maps) { mapping.giveBack() }
    }
}

/// Where code of a file lies in this process.
struct CodeMapping: Equatable {
    let start: UInt
    let byteCount: Int

    /// Reads `/proc/self/maps` (proc(5)): what is mapped from files, to be run and not to be written. Other lines, and
    /// those that are none, are left out.
    static func all(maps: ArraySlice<UInt8>) -> [CodeMapping] {
        var scanner = ByteScanner(maps)
        var mappings: [CodeMapping] = []
        while var line = scanner.nextLine() {
            if let mapping = CodeMapping(&line) { mappings.append(mapping) }
        }
        return mappings
    }

    /// A line is `start-end permissions offset device inode path`; addresses are hexadecimal, files have an inode.
    private init?(_ line: inout ByteScanner) {
        guard let range = line.nextWord(), let permissions = line.nextWord(),
            permissions.elementsEqual("r-xp".utf8)
        else { return nil }
        line.skipWords(2)
        guard let inode = line.nextNumber(), inode > 0 else { return nil }
        let ends = range.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            .map { UInt(String(decoding: $0, as: UTF8.self), radix: 16) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < end,
            let byteCount = Int(exactly: end - start)
        else { return nil }
        self.start = start
        self.byteCount = byteCount
    }

    init(start: UInt, byteCount: Int) {
        self.start = start
        self.byteCount = byteCount
    }

    /// Unmaps the pages; whoever runs code of them, also at this moment, gets them back unchanged from the file.
    ///
    /// That holds because nobody writes there: the code is position-independent, so not even the loader does. A
    /// kernel that refuses keeps the pages, which harms nothing.
    func giveBack() {
        _ = madvise(UnsafeMutableRawPointer(bitPattern: start), byteCount, MADV_DONTNEED)
    }
}
