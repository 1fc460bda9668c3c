import Foundation
import SystemSupport
import TestSupport
import Testing

/// What is started for the first time on a disk without room.
@Suite(
    .inTurns, .timeLimit(.minutes(5)),
    .enabled(if: SmallDisk.isPossible, "needs the right to mount a file system"))
struct FullDiskTests {
    private static let services = [
        ["relay", "--port", "0"], ["agent"], ["probe"], ["web", "--port", "0"],
        ["up", "--relay-port", "0", "--web-port", "0"],
    ]

    /// A part of what it needs is worse than nothing: what was begun must not be in the way afterwards.
    @Test(arguments: services, [0, 40 << 10, 700 << 10])
    func serviceWaitsForRoomAndThenStarts(arguments: [String], byteCount: Int) async throws {
        let disk = try SmallDisk(mebibytes: 128)
        defer { disk.remove() }
        try disk.fill(leaving: byteCount)
        let installation = try Installation(["SYSMAINT_HOME": disk.file("home")])
        let program = try Program(
            arguments + ["--format", "json"], in: installation.scratch, environment: installation.environment)
        try await program.wait(for: "a sign") {
            $0.log.contains("the start waits until there is") || !$0.lines.isEmpty || $0.status != nil
        }
        if byteCount == 0 { #expect(program.output.log.contains("the start waits until there is")) }
        try disk.empty()
        try await program.wait(for: "its announcement") { !$0.lines.isEmpty || $0.status != nil }
        #expect(program.output.status == nil)
        program.send(SIGTERM)
        try await program.end()
    }

    @Test(arguments: [0, 16 << 10, 100 << 10])
    func commandSaysWhatToDoAndSucceedsOnceThereIsRoom(byteCount: Int) async throws {
        let disk = try SmallDisk(mebibytes: 16)
        defer { disk.remove() }
        try disk.fill(leaving: byteCount)
        let carol = try Installation(["SYSMAINT_HOME": disk.file("home")])
        let failed = try await carol.attempt("init", "--id", "carol")
        #expect(failed.status == 74)
        try disk.empty()
        try await carol.run("init", "--id", "carol")
    }
}
