import Foundation

/// A `.env` file: lines of `NAME=value`, as shells and container tools write them.
///
/// Blank lines and lines that begin with `#` are skipped; a leading `export`, blanks around names and values, and quotes around
/// the whole value are removed. Nothing is expanded, and a `#` inside a value is part of it. Lines end with LF or CR LF. A
/// byte order mark is skipped. Of a name that is set twice, the last value counts.
struct DotEnv: Equatable {
    let values: [String: String]
    /// The names that are set more than once.
    let repeated: Set<String>

    init(parsing text: String) throws(MalformedLine) { try self.init(parsing: Array(text.utf8)) }

    /// - Throws: The number of the first line that is not an assignment in UTF-8.
    init(parsing bytes: some Collection<UInt8>) throws(MalformedLine) {
        var values: [String: String] = [:]
        var repeated: Set<String> = []
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = bytes.dropFirst(bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let malformed = MalformedLine(number: index + 1)
            guard
                let line = String(validating: bytes, as: UTF8.self)?.trimmingCharacters(
                    in: .whitespacesAndNewlines)
            else { throw malformed }
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let equals = line.firstIndex(of: "=") else { throw malformed }
            let words = line[..<equals].split { $0 == " " || $0 == "\t" }
            guard let name = words.last, words.count == 1 || words.count == 2 && words[0] == "export",
                name.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F })
            else { throw malformed }
            let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            // Invisible, and not possible in a shell.
            guard
                !value.unicodeScalars.contains(where: {
                    $0.properties.generalCategory == .control && $0 != "\t"
                })
            else { throw malformed }
            if values.updateValue(Self.unquoted(value), forKey: String(name)) != nil {
                repeated.insert(String(name))
            }
        }
        self.values = values
        self.repeated = repeated
    }

    private init(values: [String: String], repeated: Set<String>) {
        (self.values, self.repeated) = (values, repeated)
    }

    func without(_ name: String) -> DotEnv {
        DotEnv(values: values.filter { $0.key != name }, repeated: repeated)
    }

    struct MalformedLine: Error, Equatable {
        let number: Int
    }

    private static func unquoted(_ value: String) -> String {
        guard value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote
        else { return value }
        return String(value.dropFirst().dropLast())
    }
}

extension DotEnv: CustomReflectable {
    /// Empty: values may be secret.
    var customMirror: Mirror { Mirror(self, children: []) }
}
