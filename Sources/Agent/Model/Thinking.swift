import Foundation

/// What models write around their answer: thoughts before it, and the marks of their own format. No part of it.
enum Thinking {
    private static let elements = [
        "think", "thinking", "thought", "thoughts", "reasoning", "analysis", "reflection", "think_fast",
        "think_faster", "seed:think",
    ]
    private static let marks: [(begin: String, end: String)] =
        elements.map { ("<\($0)>", "</\($0)>") } + [
            ("[think]", "[/think]"), ("◁think▷", "◁/think▷"),
            ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|start_thinking|>", "<|end_thinking|>"),
            ("<unused94>", "<unused95>"), ("<|inner_prefix|>", "<|inner_suffix|>"),
            ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
        ]

    /// What begins a turn, written as text; a text that leads with any other mark is no answer.
    private static let openings: [String] = [
        "<|im_start|>assistant", "<|start_header_id|>assistant<|end_header_id|>", "<|begin_of_text|>",
        "<|assistant|>",
        "<|start_response|>", "<|begin_of_box|>", "<start_of_turn>model", "<answer>", "<bos>", "<s>",
    ]

    /// A text without the thoughts that lead it; of a text that still grows, what is certain to be none of them.
    static func removed(from text: String, isWhole: Bool) -> String {
        var rest = text[...]
        var isChanged = false
        while true {
            let begun = rest.drop(while: \.isWhitespace)
            if !isWhole, (marks.map(\.begin) + openings).contains(where: { $0.hasPrefix(begun.lowercased()) })
            {
                return ""
            }
            if let opening = openings.first(where: { begun.lowercased().hasPrefix($0) }) {
                (rest, isChanged) = (begun.dropFirst(opening.count), true)
                continue
            }
            guard let mark = marks.first(where: { begun.lowercased().hasPrefix($0.begin) }) else { break }
            guard let close = begun.range(of: mark.end, options: .caseInsensitive) else { return "" }
            (rest, isChanged) = (begun[close.upperBound...], true)
        }
        guard isWhole else { return isChanged ? String(rest).trimmed : text }
        // Where a template begins the thoughts, only their end is written.
        if !isChanged,
            let close = marks.lazy.compactMap({ rest.range(of: $0.end, options: .caseInsensitive) }).first
        {
            (rest, isChanged) = (rest[close.upperBound...], true)
        }
        if let tail = rest.firstMatch(of: endings), !tail.0.isEmpty {
            (rest, isChanged) = (rest[..<tail.range.lowerBound], true)
        }
        return isChanged ? String(rest).trimmed : text
    }

    /// The marks of an end: any between bars, and a few that models write otherwise.
    private static var endings: Regex<Substring> {
        #/(?i)(?:\s*(?:<\|[^<>|\s]{1,40}\|>|<｜[^<>｜\s]{1,40}｜>|</s>|</answer>|<eos>|<end_of_turn>))+\s*$/#
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
            // In any case, with or without what stands between the words.
            let letters = candidate.lowercased().filter { $0.isLetter || $0.isNumber }
            let found = known.first { $0.lowercased().filter { $0.isLetter || $0.isNumber } == letters }
            if let found { return found }
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
            // Some servers begin with an empty object and send the whole one after it, or send the whole one twice.
            if body.hasPrefix("{}"), body.count > 2 {
                return plainArguments(String(body.dropFirst(2)), depth: depth)
            }
            let half = body.prefix(body.count / 2)
            return !half.isEmpty && body == half + half ? plainArguments(String(half), depth: depth) : body
        }
        if let inner = json.string, depth < 3 { return plainArguments(inner, depth: depth + 1) }
        return json.string == nil ? plainArguments(json) : body
    }
}
