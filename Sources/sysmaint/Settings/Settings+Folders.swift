import Foundation
import Glibc

/// The data folder and those of single files.
extension Settings {
    /// Creates the home folder with mode 0700, unless it exists.
    func makeHome() throws { try Self.makeFolder(home) }

    /// Creates the folder for a file.
    static func makeFolder(of file: String) throws {
        try makeFolder(NSString(string: file).deletingLastPathComponent)
    }

    /// - Throws: `Failure` if the home folder exists and other users can put files of theirs in the place of ours.
    func checkHome() throws { try Self.check(home) }

    private static func makeFolder(_ path: String) throws {
        guard !path.isEmpty else { return }
        guard !FileManager.default.fileExists(atPath: path) else { return try check(path) }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .cannotCreate, "the folder \(path) cannot be created",
                help: "Check the permissions of its parent folder, or choose another with SYSMAINT_HOME.")
        }
    }

    /// Users who can rename files in the folder could replace unencrypted files, and put an older store back. If it has
    /// the sticky bit, only the files' owners can.
    private static func check(_ path: String) throws {
        var folder = stat()
        guard stat(path, &folder) == 0 else { return }
        let isOpen = folder.st_mode & S_IWOTH != 0 && folder.st_mode & mode_t(S_ISVTX) == 0
        guard !isOpen else {
            throw Failure(
                .denied,
                "other users can change the files in \(path) (mode \(String(folder.st_mode & 0o7777, radix: 8)))",
                help: "Run: chmod 700 \(path)")
        }
        // Root may work in anybody's folder.
        guard [geteuid(), 0].contains(folder.st_uid) || geteuid() == 0 else {
            throw Failure(
                .denied, "the folder \(path) belongs to another user, who can change the files in it",
                help: "Choose a folder of your own with SYSMAINT_HOME, or run the command as its owner.")
        }
    }
}
