import Foundation
import Values

/// A call of a tool that a model wrote as text, which nobody makes.
enum WrittenCall {
    private static let marks = [
        "<function=", "<|python_tag|>", "[TOOL_CALLS]", "<tool_use>", "<|channel|>commentary to=",
        "functools[",
    ]

    /// Elements and marks of a call, in any spelling: `<tool_call>`, `<|tool_calls_begin|>`, `<x:function_call name="…">`.
    private static let elements = Pattern(
        #/(?i)<[^<>\s]{0,16}(?:tool[_▁]?call|tools_prefix|function_call|invoke name=)/#)
    private static let block = Pattern(#/```[^\n`]*\n([^`]*)```/#)
    private static let firstOfSeveral = Pattern(
        #/^(\{.*?\}|\[.*?\])\s*[;,]?\s*(?=[\{\[])/#.dotMatchesNewlines())
    private static let code = Pattern(#/(?:\w+ *= *)?(?:print\()?\[?([\w.:]+)\(.*\)\]?\)?;?/#)
    private static let action = Pattern(#/(?im)^ *(?:action: *|>>>)([\w.]+)/#)

    private static let maxLength = 4096
    /// The names of fields that hold the name of a tool.
    private static let nameFields = ["name", "tool", "tool_name", "function", "function_name", "action"]

    static func leads(_ text: String) -> Bool {
        if marks.contains(where: { text.contains($0) }) || text.contains(elements) { return true }
        // A call is short; an answer need not be.
        let text = String(text.prefix(maxLength))
        let blocks = text.matches(of: block).map { String($0.1) }
        return ([text] + blocks).contains { isCall($0.trimmed) } || isAction(text) || isElement(text)
    }

    /// Whether it is JSON, or a program, that calls and says nothing else.
    private static func isCall(_ body: String) -> Bool {
        let first = body.firstMatch(of: firstOfSeveral).map { String($0.1) }
        if let json = JSON(text: body) ?? first.flatMap(JSON.init(text:)) {
            let call = json.array?.first ?? json
            let name = nameFields.lazy.compactMap { call[$0]?.string ?? call[$0]?["name"]?.string }.first
            return name.flatMap(ToolName.init(written:)) != nil
        }
        // As a model writes code: get_usage(), print(get_usage()), [get_usage()].
        let lines = body.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        let names = lines.map { $0.wholeMatch(of: code)?.1 }
        return !names.isEmpty && names.allSatisfy { $0 != nil }
            && names.contains { $0.flatMap { ToolName(written: String($0)) } != nil }
    }

    /// Whether a line names an action, or a recipient, that is a tool.
    private static func isAction(_ text: String) -> Bool {
        text.matches(of: action).contains { ToolName(written: String($0.1)) != nil }
    }

    /// Whether an element is named as a tool.
    private static func isElement(_ text: String) -> Bool {
        ToolName.allCases.contains { text.contains("<\($0.rawValue)>") || text.contains("<\($0.rawValue)/>") }
    }
}
