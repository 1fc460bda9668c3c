import Glibc
import ServiceLifecycle

/// Gives program code back that a start or a rare chore ran and no reading needs, until shutdown.
///
/// A start touches code of every part of the program, and the kernel maps sixteen pages around each touch. Mapped
/// pages are never unmapped while memory is plentiful, so a probe would show the size of its start for good. What is
/// still needed comes back by itself when it is next run, as a rule from memory.
package struct UnusedCode: Service {
    private let clock: any Clock<Duration>
    private let giveBack: @Sendable () -> Void

    /// When sessions, connections and the first readings with rates are through.
    static let settled = Duration.seconds(60)
    /// Afterwards only what is done rarely adds code: renewed keys, repaired sessions, new connections.
    static let interval = Duration.seconds(3600)

    package init() { self.init(clock: .continuous, giveBack: Self.giveBackAll) }

    init(clock: any Clock<Duration>, giveBack: @escaping @Sendable () -> Void) {
        self.clock = clock
        self.giveBack = giveBack
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // Ends by cancellation alone, which is how the service ends.
            try? await giveBackRepeatedly()
        }
    }

    private func giveBackRepeatedly() async throws {
        try await clock.sleep(for: Self.settled)
        while true {
            giveBack()
            try await clock.sleep(for: Self.interval)
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
