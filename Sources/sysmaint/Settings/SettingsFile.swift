import Foundation
import Glibc

/// A file of settings, and how far it may be trusted.
struct SettingsFile {
    let path: String
    let content: DotEnv
    /// Whether a flag names it. A file that was merely found does not decide where secrets from elsewhere are sent.
    let isNamed: Bool

    init(path: String, content: DotEnv, isNamed: Bool) {
        (self.path, self.content, self.isNamed) = (path, content, isNamed)
    }

    /// Far above any file of settings.
    private static let maxByteCount = 1 << 20

    /// The file that a flag names.
    static func named(_ path: String) throws -> SettingsFile {
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw Failure(.notFound, "the file \(path) cannot be read", help: "Check --env-file.")
        }
        return try SettingsFile(path: path, contents, isNamed: true)
    }

    /// A file found in `folder`: it counts only if no other user can have written it.
    ///
    /// - Returns: Nil if there is none, or if it does not count; `ignored` is then called with the reason.
    static func found(in folder: String, ignored: (String) -> Void) throws -> SettingsFile? {
        let path = folder.isEmpty ? ".env" : folder + "/.env"
        var entry = stat()
        guard lstat(path, &entry) == 0 else { return nil }
        func skip(_ reason: String) -> SettingsFile? {
            ignored("\(path) is ignored: \(reason)")
            return nil
        }
        // Neither waits for the other end of a pipe.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return skip("it cannot be read") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var file = stat()
        var directory = stat()
        guard fstat(descriptor, &file) == 0, file.st_mode & S_IFMT == S_IFREG else {
            return skip("it is not a file")
        }
        guard stat(folder.isEmpty ? "." : folder, &directory) == 0 else {
            return skip("its folder cannot be read")
        }
        // The owner of a link chose its target.
        guard file.st_uid == geteuid(), entry.st_uid == geteuid() else {
            return skip("it belongs to another user; name it with --env-file if you trust it")
        }
        guard !isWritableByOthers(file) else {
            return skip("other users can write it; run: chmod go-w \(path)")
        }
        // Others could put another of the owner's files in its place, except where only owners may rename.
        guard !isWritableByOthers(directory) || directory.st_mode & mode_t(S_ISVTX) != 0,
            directory.st_uid == geteuid() || directory.st_uid == 0
        else { return skip("other users can write its folder; name it with --env-file if you trust it") }
        guard let contents = try? handle.read(upToCount: maxByteCount + 1), contents.count <= maxByteCount
        else {
            return skip("it is longer than \(maxByteCount) bytes")
        }
        return try SettingsFile(path: path, contents, isNamed: false)
    }

    private init(path: String, _ contents: Data, isNamed: Bool) throws {
        do {
            self.init(path: path, content: try DotEnv(parsing: contents), isNamed: isNamed)
        } catch {
            throw Failure(
                .configuration, "line \(error.number) of \(path) is not a setting (NAME=value in UTF-8)",
                help: "Correct the line, or begin it with # to make it a comment.")
        }
    }

    /// The file without a setting, which does not count there.
    func without(_ variable: Variable) -> SettingsFile {
        SettingsFile(path: path, content: content.without(variable.rawValue), isNamed: isNamed)
    }

    /// A group whose number is the user's is that user's own, by the convention of most systems.
    private static func isWritableByOthers(_ file: stat) -> Bool {
        file.st_mode & S_IWOTH != 0 || file.st_mode & S_IWGRP != 0 && file.st_gid != geteuid()
    }
}

extension Variable {
    /// The settings that decide to whom a secret is sent.
    var destinations: [Variable] {
        switch self {
        case .openAIKey: [.openAIBaseURL, .openAIAuthority]
        case .webToken: [.webHost, .webPort]
        case .registrationSecret: [.relayURL, .relayHost, .relayPort, .relayAuthority]
        default: []
        }
    }
}
