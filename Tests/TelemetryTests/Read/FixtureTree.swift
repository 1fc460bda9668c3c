import Foundation
import Synchronization
import TestSupport

@testable import Telemetry

/// A folder that looks like `/proc` and `/sys` to a reader.
final class FixtureTree: Sendable {
    private let scratch: ScratchDirectory

    var procRoot: String { scratch.file("proc") }
    var sysRoot: String { scratch.file("sys") }

    init(proc: [String: String] = [:], sys: [String: String] = [:]) throws {
        scratch = try ScratchDirectory()
        try write(proc, below: procRoot)
        try write(sys, below: sysRoot)
    }

    func writeProc(_ files: [String: String]) throws { try write(files, below: procRoot) }

    func writeSys(_ files: [String: String]) throws { try write(files, below: sysRoot) }

    private func write(_ files: [String: String], below root: String) throws {
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        for (name, text) in files {
            let url = URL(fileURLWithPath: root).appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }
}

/// A clock that is five seconds later at each look. A sample looks twice.
func everyFiveSeconds() -> @Sendable () -> Moment {
    let seconds = Mutex(0.0)
    return {
        .seconds(
            seconds.withLock {
                $0 += 5
                return $0
            })
    }
}
