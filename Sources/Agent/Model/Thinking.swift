import Foundation

/// The thoughts that some models write before their answer, between marks: no part of it.
enum Thinking {
    private static let marks: [(begin: String, end: String)] = [
        ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"),
        ("<reasoning>", "</reasoning>"), ("<seed:think>", "</seed:think>"), ("[THINK]", "[/THINK]"),
        ("◁think▷", "◁/think▷"), ("<|begin_of_thought|>", "<|end_of_thought|>"),
        ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    ]
    /// What may be left around an answer.
    private static let leftovers = ["<|return|>", "<|end|>", "<|im_end|>", "<|eot_id|>", "</s>"]

    /// A text without the thoughts that lead it; of a text that still grows, what is certain to be none of them.
    static func removed(from text: String, isWhole: Bool) -> String {
        var rest = Substring(text)
        var isChanged = false
        while true {
            let begun = rest.drop(while: \.isWhitespace)
            if !isWhole, marks.contains(where: { $0.begin.hasPrefix(begun) }) { return "" }
            guard let mark = marks.first(where: { begun.hasPrefix($0.begin) }) else { break }
            guard let close = begun.range(of: mark.end) else { return "" }
            (rest, isChanged) = (begun[close.upperBound...], true)
        }
        guard isWhole else { return isChanged ? String(rest).trimmed : text }
        // Where a template begins the thoughts, only their end is written.
        if !isChanged, let close = marks.lazy.compactMap({ rest.range(of: $0.end) }).first {
            (rest, isChanged) = (rest[close.upperBound...], true)
        }
        if let left = leftovers.first(where: { rest.hasSuffix($0) }) {
            (rest, isChanged) = (rest.dropLast(left.count), true)
        }
        return isChanged ? String(rest).trimmed : text
    }
}

/// A call of a tool that a model wrote as text, which nobody makes.
enum WrittenCall {
    private static let marks = [
        "<tool_call>", "<tool_calls>", "<function=", "<function_call>", "<|tool_call|>", "<|python_tag|>",
        "[TOOL_CALLS]", "<|tool_calls_section_begin|>", "<|tool_call_begin|>", "<｜tool▁call", "<tool_use>",
        "<invoke name=", "<|channel|>commentary to=",
    ]

    static func leads(_ text: String) -> Bool {
        if marks.contains(where: { text.contains($0) }) { return true }
        var body = text.trimmed
        if body.hasPrefix("```"), body.hasSuffix("```") {
            body = String(body.dropFirst(3).dropLast(3).drop(while: \.isLetter)).trimmed
        }
        guard let json = JSON(text: body), let call = json.array?.first ?? json.object.map(JSON.object) else {
            // As a model writes code: get_usage().
            let name = String(body.prefix { $0.isLetter || $0.isNumber || "_.:".contains($0) })
            return !name.isEmpty && body.dropFirst(name.count).hasPrefix("(") && body.hasSuffix(")")
                && ToolName(written: name) != nil
        }
        let name = ["name", "tool", "tool_name", "function", "function_name"].compactMap {
            call[$0]?.string ?? call[$0]?["name"]?.string
        }.first
        return name.flatMap(ToolName.init(written:)) != nil
    }
}

extension ToolName {
    /// A name as models write it: with a prefix, a number, or what belongs to their own format.
    init?(written name: String) {
        self.init(rawValue: ModelToolCall.plainName(name, among: ToolName.allCases.map(\.rawValue)))
    }
}

extension ModelToolCall {
    /// The known name that a model means, else one that any server takes back.
    static func plainName(_ written: String, among known: [String]) -> String {
        if known.contains(written) { return written }
        var name = Substring(written.trimmed)
        if let end = name.range(of: "<|") ?? name.range(of: "<｜") { name = name[..<end.lowerBound] }
        if let colon = name.lastIndex(of: ":"), name[colon...].dropFirst().allSatisfy(\.isNumber) {
            name = name[..<colon]
        }
        let last = name.split { ".:/".contains($0) }.last ?? name
        for candidate in [name, last] {
            let plain = candidate.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
            if let found = known.first(where: { $0.lowercased() == String(plain) }) { return found }
        }
        let letters = last.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
        return letters.isEmpty ? "unnamed" : String(letters.prefix(64))
    }

    /// The arguments that a model means, as one JSON object; what it wrote where that cannot be told.
    static func plainArguments(_ written: JSON?) -> String {
        switch written {
        case .none, .null: return "{}"
        case .object: return written?.text ?? "{}"
        case .array(let values) where values.count == 1 && values[0].object != nil: return values[0].text
        case .some(let value): return value.string.map { plainArguments($0) } ?? value.text
        }
    }

    private static func plainArguments(_ text: String, depth: Int = 0) -> String {
        var body = text.trimmed
        if body.hasPrefix("```") {
            body =
                String(
                    body.drop { $0 == "`" }.drop(while: \.isLetter).reversed().drop { $0 == "`" }.reversed()
                )
                .trimmed
        }
        if ["", "null", "None", "undefined", "\"\""].contains(body) { return "{}" }
        guard let json = JSON(text: body) ?? JSON(sent: body.utf8) else {
            // Some servers begin with an empty object and send the whole one after it.
            return body.hasPrefix("{}") && body.count > 2
                ? plainArguments(String(body.dropFirst(2)), depth: depth) : body
        }
        if let inner = json.string, depth < 3 { return plainArguments(inner, depth: depth + 1) }
        return json.string == nil ? plainArguments(json) : body
    }
}
