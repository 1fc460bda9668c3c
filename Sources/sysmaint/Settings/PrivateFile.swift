import Files
import Foundation

/// Files that hold a secret: only their owner may read them.
enum PrivateFile {
    /// Far above the length of secrets.
    private static let maxByteCount = 64 << 10

    static func read(_ path: String) throws -> Data {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let contents = try? beginning(of: path)
        else {
            throw Failure(
                .notFound, "the file \(path) cannot be read", help: "Check the path and its permissions.")
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            throw Failure(
                .configuration,
                "the file \(path) is readable by other users (mode \(String(mode, radix: 8)))",
                help: "It holds a secret. Run: chmod 600 \(path)")
        }
        guard contents.count <= maxByteCount else {
            throw Failure(
                .configuration,
                "the file \(path) is too large for a secret (more than \(maxByteCount >> 10) KiB)",
                help: "Name a file that holds nothing else.")
        }
        return contents
    }

    /// One byte more than is accepted, at most. From a pipe, bytes come in pieces.
    private static func beginning(of path: String) throws -> Data {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var contents = Data()
        while contents.count <= maxByteCount,
            let piece = try file.read(upToCount: maxByteCount + 1 - contents.count), !piece.isEmpty
        {
            contents += piece
        }
        return contents
    }

    /// Creates a file with mode 0600 atomically: it has all its content or does not exist.
    ///
    /// - Returns: False if the file exists already; it is not changed.
    /// - Throws: `Failure` if it cannot be created.
    static func create(_ path: String, contents: Data) throws -> Bool {
        do {
            return try createPrivateFile(path, contents: contents)
        } catch {
            let isFull = [.ENOSPC, .EDQUOT].contains(error.code)
            throw Failure(
                isFull ? .unwritten : .cannotCreate,
                "the file \(path) cannot be created: \(String(cString: strerror(error.code.rawValue)))",
                help: "Check the folder, its permissions and the disk.")
        }
    }
}
