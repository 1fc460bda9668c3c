import Database
import Foundation
import TestSupport
import Testing

/// What other processes, limits and sudden ends do.
@Suite(.timeLimit(.minutes(5))) struct ProcessTests {
    private let scratch: ScratchDirectory
    private var path: String { scratch.file("a.db") }

    init() throws { scratch = try ScratchDirectory() }

    @Test func anotherProcessIsWaitedForAndThenNamed() async throws {
        var options = Connection.Options()
        options.busyTimeout = .zero
        let hurried = try Connection(path, options)
        try hurried.execute(itemSchema)
        let probe = try Probe("hold", path)
        #expect(probe.nextLine() == "held")
        do {
            try hurried.transaction { try hurried.insert(1) }
            Issue.record("it was not busy")
        } catch let error as DatabaseError {
            #expect(error.kind == .busy)
            #expect(error.description.hasPrefix("\(path) is in use by another process; try again"))
        }
        // Reading is always possible.
        #expect(try hurried.itemCount == 0)
        options.busyTimeout = .seconds(30)
        let patient = try DatabaseWriter(path, options)
        async let written: Void = patient.perform { connection in
            try connection.transaction { try connection.insert(2) }
        }
        try probe.endInput()
        try await written
        #expect(try hurried.owners == [2])
    }

    @Test(arguments: ["write", "share"]) func whatWasAcknowledgedOutlivesASuddenEnd(how: String) throws {
        let database = try Connection(path)
        try database.execute(itemSchema)
        for round in 1...3 {
            try database.run("DELETE FROM item")
            let probe = try Probe(how, path)
            var told = 0
            while told < 100 * round, let line = probe.nextLine() { told = try #require(Int(line)) }
            probe.kill()
            while let line = probe.nextLine(), let number = Int(line) { told = number }
            // One commit may have happened that nobody was told of.
            let owners = try database.owners
            #expect(owners == Array(0..<owners.count))
            #expect(owners.count >= told && owners.count <= told + (how == "write" ? 1 : 512))
            #expect(try database.problems() == [])
        }
    }

    @Test func whatWasNotCommittedIsGone() throws {
        let database = try Connection(path)
        try database.execute(itemSchema)
        try database.insert(1)
        database.close()
        let probe = try Probe("leave", path)
        #expect(probe.nextLine() == "written")
        probe.kill()
        // Much of it was in the log already.
        let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        #expect(try #require(log) > 1 << 20)
        let reopened = try Connection(path)
        #expect(try reopened.owners == [1])
        #expect(try reopened.problems() == [])
        try reopened.insert(-1)
    }

    @Test func aLimitOfTheSystemSaysSo() throws {
        let database = try Connection(path)
        try database.execute(itemSchema)
        let probe = try Probe("limit", path)
        let line = try #require(probe.nextLine())
        #expect(line.hasPrefix("inputOutput the disk of \(path) fails"))
        #expect(probe.nextLine() == nil)
        let owners = try database.owners
        #expect(owners.count > 10)
        #expect(owners == Array(1...owners.count))
        #expect(try database.problems() == [])
    }

    @Test(.enabled(if: Mount.isPossible, "mounting a small disk needs root"))
    func aFullDiskTakesNothingAndGoesOnWhenThereIsRoom() throws {
        let mount = try Mount(scratch.url.path)
        defer { mount.end() }
        let filler = scratch.file("filler")
        let database = try Connection(path)
        try database.execute(itemSchema)
        try database.transaction { try database.insert(0, 1000) }
        try Data(count: 1_400_000).write(to: URL(fileURLWithPath: filler))
        let (owner, failure) = database.fill()
        #expect(failure?.kind == .full)
        #expect(!database.isInTransaction)
        #expect(try database.itemCount == owner)
        try FileManager.default.removeItem(atPath: filler)
        try database.transaction { try database.insert(owner, 10_000) }
        #expect(try database.itemCount == owner + 1)
        #expect(try database.problems() == [])
        database.close()
    }
}

/// A disk of 2 MiB.
private struct Mount {
    private let path: String

    static let isPossible: Bool = {
        guard geteuid() == 0, let scratch = try? ScratchDirectory() else { return false }
        guard let mount = try? Mount(scratch.url.path) else { return false }
        mount.end()
        return true
    }()

    init(_ path: String) throws {
        self.path = path
        guard Self.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", path) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    func end() { _ = Self.run("umount", "-l", path) }

    private static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
