import Commands
import Foundation
import Glibc
import Logging

/// Results go to stdout, as text for people or JSON for programs; everything else goes to stderr, in the same way.
enum Output {
    enum Format: String, ArgumentValue, CaseIterable {
        case text, json

        /// What stands beside results and errors of this format.
        var ofLogs: LogLine { self == .json ? .json : .text }

        /// What a command line asks for. Read from its words, as it may be one that cannot be parsed.
        init(arguments: [String]) {
            let words = arguments.prefix { $0 != "--" }
            let isJSON =
                words.contains("--format=json")
                || zip(words, words.dropFirst()).contains { $0 == "--format" && $1 == "json" }
            self = isJSON ? .json : .text
        }
    }

    /// How this process was told to write.
    static let format = Format(arguments: CommandLine.arguments)

    /// A line of a result.
    static func line(_ line: String) throws(WriteError) { try text(line + "\n") }

    /// A part of a result, as it is.
    static func text(_ text: String) throws(WriteError) { try write(text.utf8, to: STDOUT_FILENO) }

    /// One value as one line of JSON.
    static func json(_ value: some Encodable) throws { try line(encoded(value)) }

    /// JSON on one line: ISO 8601 dates, keys in order.
    static func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A remark for whoever runs the command; no part of the result.
    static func note(_ text: String) {
        switch format {
        case .text: remark(text + "\n")
        case .json: remark(object: ["note": text])
        }
    }

    /// Why a command ends without having done its work.
    static func failure(_ failure: Failure) {
        switch format {
        case .text: remark("sysmaint: \(failure.message)\n" + (failure.help.map { "  \($0)\n" } ?? ""))
        case .json: remark(object: failure)
        }
    }

    private static func remark(object: some Encodable) {
        // Strings and numbers always encode.
        if let line = try? encoded(object) { remark(line + "\n") }
    }

    /// Some text to stderr, as it is. One that nobody can read any more is no reason to stop the work.
    static func remark(_ text: String) { try? write(text.utf8, to: STDERR_FILENO) }

    /// Writes all of `bytes`; `FileHandle` would end the process where that fails.
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

/// `--format`, for commands whose result a program may read.
struct OutputOptions: Arguments {
    @Option("How results, and errors on stderr, are written: for people or for programs.")
    var format = Output.Format.text

    /// Writes `value` as JSON, or the text made from it.
    func show<Value: Encodable>(_ value: Value, text: (Value) -> String) throws {
        switch format {
        case .json: try Output.json(value)
        case .text: try Output.line(text(value))
        }
    }

    /// Says to whoever waits for it that a service has begun.
    func announce<Value: Encodable>(_ value: Value, text: (Value) -> String) {
        // Announcements are plain strings, which always encode.
        try? show(value, text: text)
    }
}

/// What is to be shown cannot be written.
struct WriteError: Error, CustomStringConvertible {
    let errorNumber: Int32

    /// Nobody reads any more, as in `sysmaint inbox | head -1`: for a program no fault, but the end.
    var isReaderGone: Bool { errorNumber == EPIPE }

    var description: String { String(cString: strerror(errorNumber)) }
}
