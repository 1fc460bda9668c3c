import Commands
import Foundation
import Glibc
import Logging

/// Results go to stdout, as text for people or JSON for programs; everything else goes to stderr in the same format.
enum Output {
    enum Format: String, ArgumentValue, CaseIterable {
        case text, json

        /// The log format that goes with this format.
        var ofLogs: LogLine { self == .json ? .json : .text }

        /// The format requested by a command line. Reads its words directly, because it may fail to parse.
        init(arguments: [String]) {
            let words = arguments.prefix { $0 != "--" }
            let isJSON =
                words.contains("--format=json")
                || zip(words, words.dropFirst()).contains { $0 == "--format" && $1 == "json" }
            self = isJSON ? .json : .text
        }
    }

    /// The output format of this process.
    static let format = Format(arguments: CommandLine.arguments)

    /// Writes a line of a result.
    static func line(_ line: String) throws(WriteError) { try text(line + "\n") }

    /// Writes a part of a result unchanged.
    static func text(_ text: String) throws(WriteError) { try write(text.utf8, to: STDOUT_FILENO) }

    /// Writes a value as one line of JSON.
    static func json(_ value: some Encodable) throws { try line(encoded(value)) }

    /// JSON on one line, with ISO 8601 dates and sorted keys; what a terminal would obey is escaped.
    static func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self).escapedJSON
    }

    /// Writes a note for the user; it is not part of the result.
    static func note(_ text: String) {
        switch format {
        case .text: remark(text.printable(indent: 2) + "\n")
        case .json: remark(object: ["note": text])
        }
    }

    /// Writes why a command failed.
    static func failure(_ failure: Failure) {
        switch format {
        case .text:
            let lines = [
                failure.message.printable(indent: 4), failure.help.map { "  " + $0.printable(indent: 2) },
            ]
            remark("sysmaint: " + lines.compactMap(\.self).joined(separator: "\n") + "\n")
        case .json: remark(object: failure)
        }
    }

    /// Reopens standard descriptors that the parent process has closed: otherwise a key store or a
    /// connection would take one, be read as input, or have lines written into it. Writing to them fails as before.
    static func holdStandardDescriptors() {
        var descriptor: Int32
        repeat {
            descriptor = open("/dev/null", O_RDONLY)
        } while (STDIN_FILENO...STDERR_FILENO).contains(descriptor)
        if descriptor > STDERR_FILENO { close(descriptor) }
    }

    private static func remark(object: some Encodable) {
        // Strings and numbers always encode.
        if let line = try? encoded(object) { remark(line + "\n") }
    }

    /// Writes text to stderr unchanged. Write errors are ignored.
    static func remark(_ text: String) { try? write(text.utf8, to: STDERR_FILENO) }

    /// Writes all of `bytes`; `FileHandle` would crash on a write error.
    static func write(_ bytes: some Sequence<UInt8>, to descriptor: Int32) throws(WriteError) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw WriteError(errorNumber: errno) }
            rest = rest.dropFirst(count)
        }
    }
}

/// `--format`, for commands whose results programs may read.
struct OutputOptions: Arguments {
    @Option("Format of results, and of errors on stderr.")
    var format = Output.Format.text

    /// Writes `value` as JSON or as text.
    func show<Value: Encodable>(_ value: Value, text: (Value) -> String) throws {
        switch format {
        case .json: try Output.json(value)
        case .text: try Output.line(text(value))
        }
    }

    /// Announces that a service is running.
    func announce<Value: Encodable>(_ value: Value, text: (Value) -> String) {
        // Announcements are plain strings, which always encode.
        try? show(value, text: text)
    }
}

/// Output cannot be written.
struct WriteError: Error, CustomStringConvertible {
    let errorNumber: Int32

    /// Whether the reader has closed the pipe, as in `sysmaint inbox | head -1`: this ends the program but is not an error.
    var isReaderGone: Bool { errorNumber == EPIPE }

    var description: String { String(cString: strerror(errorNumber)) }
}
