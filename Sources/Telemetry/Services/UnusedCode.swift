import Glibc
import Services

/// Releases the memory of program code after each sample, once its report is sent and acknowledged, until shutdown.
///
/// The kernel maps sixteen pages around each executed address and does not unmap them while memory is plentiful: a
/// program that runs for milliseconds every ten seconds holds tens of megabytes indefinitely. Released pages stay in
/// the page cache, where the kernel can reclaim them first when memory is short; the code for the next sample is mapped
/// again, which takes two milliseconds.
package struct UnusedCode: Service {
    /// At shorter intervals the code is in use all the time.
    package static let minInterval = Duration.seconds(2)

    /// Delays after a sample by which its report has been sent and acknowledged: normally, and on a slow network.
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
            // Ends only by cancellation, which is how the service ends.
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

    /// Releases all executable file mappings. Does nothing if the kernel does not list them.
    private static func giveBackAll() {
        var buffer = FileBuffer()
        guard let maps = Directory("/proc/self")?.read("maps", into: &buffer) else { return }
        for mapping in CodeMapping.all(maps: maps) { mapping.giveBack() }
    }
}

/// The address range of a file's code in this process.
struct CodeMapping: Equatable {
    let start: UInt
    let byteCount: Int

    /// Parses `/proc/self/maps` (proc(5)): file mappings that are executable and not writable. Other lines, including
    /// malformed ones, are skipped.
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

    /// Unmaps the pages. Threads that execute code in them, even now, get them back unchanged from the file.
    ///
    /// This is safe because the pages are never written: the code is position-independent, so not even the loader
    /// modifies them. If the kernel refuses, the pages stay, which is harmless.
    func giveBack() {
        _ = madvise(UnsafeMutableRawPointer(bitPattern: start), byteCount, MADV_DONTNEED)
    }
}
