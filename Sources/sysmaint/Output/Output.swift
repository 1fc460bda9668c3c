import ArgumentParser
import Foundation

/// Results go to stdout, as text for people or JSON for programs; everything else goes to stderr.
enum Output {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    /// A line of a result.
    static func line(_ line: String) { text(line + "\n") }

    /// A part of a result, as it is.
    static func text(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// One value as one line of JSON.
    static func json(_ value: some Encodable) throws { line(try encoded(value)) }

    /// JSON on one line: ISO 8601 dates, keys in order.
    static func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A remark for the person at the terminal; no part of the result.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// `--format`, for commands whose result a program may read.
struct OutputOptions: ParsableArguments {
    @Option(help: "How the result is written to stdout.")
    var format = Output.Format.text

    /// Writes `value` as JSON, or the text made from it.
    func show<Value: Encodable>(_ value: Value, text: (Value) -> String) throws {
        switch format {
        case .json: try Output.json(value)
        case .text: Output.line(text(value))
        }
    }

    /// Says to whoever waits for it that a service has begun.
    func announce<Value: Encodable>(_ value: Value, text: (Value) -> String) {
        // Announcements are plain strings, which always encode.
        try? show(value, text: text)
    }
}
