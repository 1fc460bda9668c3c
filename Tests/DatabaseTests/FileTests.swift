import Database
import Foundation
import TestSupport
import Testing

/// What a file may turn out to be.
@Suite struct FileTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: scratch.file(name))[.posixPermissions] as? Int
    }

    @Test func filesAreMadeForTheirOwnerAlone() throws {
        let database = try Connection(scratch.file("a.db"))
        try database.execute(itemSchema)
        for name in ["a.db", "a.db-wal", "a.db-shm"] { #expect(try mode(name) == 0o600) }
        // One that is there stays as it is.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: scratch.file("a.db"))
        _ = try Connection(scratch.file("a.db"))
        #expect(try mode("a.db") == 0o640)
    }

    @Test func whatIsNotThereOrNotADatabaseSaysSo() throws {
        try Data(repeating: 65, count: 8192).write(to: URL(fileURLWithPath: scratch.file("a.db")))
        #expect(kind { _ = try Connection(scratch.file("a.db")) } == .notADatabase)
        do { _ = try Connection(scratch.file("none/a.db")) } catch {
            #expect(error.kind == .cannotOpen)
            #expect(error.description.contains("No such file or directory"))
        }
        var options = Connection.Options()
        options.creates = false
        #expect(kind { _ = try Connection(scratch.file("none.db"), options) } == .cannotOpen)
        options.isReadOnly = true
        #expect(kind { _ = try Connection(scratch.file("none.db"), options) } == .cannotOpen)
        #expect(kind { _ = try Connection(scratch.url.path) } == .cannotOpen)
        let good = try Connection(scratch.file("good.db"))
        try good.execute(itemSchema)
        #expect(kind { try Connection(scratch.file("good.db"), options).insert(1) } == .readOnly)
        #expect(try scratch.contents == ["a.db", "good.db", "good.db-shm", "good.db-wal"])
    }

    @Test func anEmptyFileBecomesADatabase() throws {
        try Data().write(to: URL(fileURLWithPath: scratch.file("a.db")))
        let database = try Connection(scratch.file("a.db"))
        try database.execute(itemSchema)
        #expect(try database.itemCount == 0)
    }

    @Test func aFileThatMayOnlyBeReadSaysSo() throws {
        let path = scratch.file("a.db")
        let database = try Connection(path)
        try database.execute(itemSchema)
        database.close()
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        let line = try #require(try Probe("open", path).nextLine())
        #expect(line.hasPrefix("readOnly \(path) cannot be written: check the owner and mode"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == original)
    }

    @Test func damageIsFound() throws {
        let path = scratch.file("a.db")
        let database = try Connection(path)
        try database.execute(itemSchema)
        try database.transaction { for owner in 0..<500 { try database.insert(owner, 400) } }
        #expect(try database.problems() == [])
        #expect(try database.checkpoint(.truncate).isPartial == false)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + "-wal")).isEmpty)
        database.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: 20 * 4096)
        try file.write(contentsOf: Data(repeating: 255, count: 3 * 4096))
        try file.close()
        let damaged = try Connection(path)
        #expect(kind { try damaged.each("SELECT body FROM item") { _ in true } } == .corrupt)
        #expect(try !damaged.problems().isEmpty)
        #expect(try damaged.problems(limit: 1).count == 1)
    }

    @Test func aFileThatWasCutShortIsDamaged() throws {
        let path = scratch.file("a.db")
        let database = try Connection(path)
        try database.execute(itemSchema)
        try database.transaction { for owner in 0..<500 { try database.insert(owner, 400) } }
        database.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.truncate(atOffset: 10 * 4096)
        try file.close()
        #expect(kind { try Connection(path).each("SELECT body FROM item") { _ in true } } == .corrupt)
    }

    @Test func aBackupIsWholeAndStandsAlone() throws {
        let database = try Connection(scratch.file("a.db"))
        try database.execute(itemSchema)
        try database.insert(1)
        let copy = try Connection(scratch.file("copy.db"))
        try database.backUp(to: copy)
        try copy.setJournalMode("delete")
        #expect(try copy.itemCount == 1)
        #expect(try copy.problems() == [])
        copy.close()
        #expect(try scratch.contents.filter { $0.hasPrefix("copy") } == ["copy.db"])
        let holder = try Connection(scratch.file("copy.db"))
        try holder.execute("BEGIN EXCLUSIVE")
        var options = Connection.Options()
        options.busyTimeout = .zero
        let other = try Connection(scratch.file("a.db"), options)
        let copied = try Connection(scratch.file("copy.db"), options)
        #expect(kind { try other.backUp(to: copied) } == .busy)
    }

    @Test func aFullFileTakesNothingAndGoesOnWhenThereIsRoom() throws {
        let database = try Connection(scratch.file("a.db"))
        try database.execute(itemSchema)
        try database.set("max_page_count", to: 50)
        let (owner, failure) = database.fill()
        #expect(failure?.kind == .full)
        #expect(failure?.description.contains("free space on its disk") == true)
        #expect(!database.isInTransaction)
        #expect(try database.itemCount == owner - 1)
        try database.set("max_page_count", to: 100)
        try database.transaction { try database.insert(owner, 10_000) }
        #expect(try database.itemCount == owner)
        #expect(try database.problems() == [])
    }
}
