import Foundation
import RelayAPI

/// Input from standard input or from files.
enum StandardInput {
    static let maxByteCount = 1024 * 1024

    /// The whole input, without the newline that editors and `echo` append.
    static func text() throws -> String {
        let data = try FileHandle.standardInput.read(upToCount: maxByteCount + 1) ?? Data()
        guard data.count <= maxByteCount, var text = String(data: data, encoding: .utf8) else {
            throw Failure(.badInput, "standard input is not UTF-8 text of at most \(maxByteCount) bytes")
        }
        if text.last?.isNewline == true { text.removeLast() }
        return text
    }

    /// The lines of the input as they arrive. Reading blocks, so it runs on a separate thread.
    static func lines() -> AsyncStream<String> {
        AsyncStream { continuation in
            Thread.detachNewThread {
                while let line = readLine() { continuation.yield(line) }
                continuation.finish()
            }
        }
    }

    /// A file's content, or, for `-`, standard input.
    static func contents(of path: String) throws -> Data {
        if path == "-" { return Data(try text().utf8) }
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw Failure(
                .notFound, "the file \(path) cannot be read", help: "Check the path and its permissions.")
        }
        return contents
    }

    /// A file's content as a value; `what` names it in the error.
    static func json<Value: Decodable>(_ path: String, what: String) throws -> Value {
        try decoded(contents(of: path), what: what)
    }

    /// A file of values, one per line.
    static func jsonLines<Value: Decodable>(_ path: String, what: String) throws -> [Value] {
        try contents(of: path).split(separator: UInt8(ascii: "\n")).map { try decoded($0, what: what) }
    }

    private static func decoded<Value: Decodable>(_ data: Data, what: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch let error as InvalidValue {
            throw Failure(.badInput, "the input is not a valid \(what): \(error)")
        } catch {
            throw Failure(
                .badInput, "the input is not a valid \(what)",
                help: "Use the JSON exactly as the peer's command wrote it.")
        }
    }
}
