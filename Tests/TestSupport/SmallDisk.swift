import Foundation

/// A file system in memory that a test can fill.
package final class SmallDisk: Sendable {
    private let folder: ScratchDirectory

    /// Whether this user may mount file systems.
    package static let isPossible: Bool = {
        guard getuid() == 0, let disk = try? SmallDisk(mebibytes: 1) else { return false }
        disk.remove()
        return true
    }()

    package init(mebibytes: Int) throws {
        folder = try ScratchDirectory()
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", folder.url.path)
    }

    package func file(_ name: String) -> String { folder.file(name) }

    /// Takes all that is left, to the last block, but for so many bytes.
    package func fill(leaving byteCount: Int = 0) throws {
        let descriptor = open(file("other"), O_CREAT | O_WRONLY | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw SystemError("open") }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 7, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
        let size = lseek(descriptor, 0, SEEK_END)
        guard ftruncate(descriptor, max(0, size - byteCount)) == 0 else { throw SystemError("ftruncate") }
    }

    package func empty() throws { try FileManager.default.removeItem(atPath: file("other")) }

    package func remove() { try? Self.run("umount", "-l", folder.url.path) }

    private static func run(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unexpected("\(words[0]) failed") }
    }
}
