import Cryptography
import Values

/// Puts the pieces of a completion together; a whole one is a single piece. What it does not understand it passes over, or
/// keeps where the server may want it back.
struct CompletionAssembly {
    /// Calls beyond this are not collected; a loop takes fewer.
    static let maxCallCount = 32

    private var content = ""
    private var refusal: String?
    private var calls: [Call] = []
    private var finishReason: String?
    private var usage = Usage()
    /// Fields of the message that are not ours.
    private var others: [String: JSON] = [:]
    private(set) var hasBegun = false
    /// The number of the choice that is read; nil before one came.
    private var choiceNumber: Double?
    private let known: [String]
    /// What is not shown where the server quotes it.
    private let secrets: [SecretText]

    /// - Parameters:
    ///   - known: The names of the tools that were offered.
    ///   - secrets: What is not shown where the server quotes it.
    init(known: [String] = [], secrets: [SecretText] = []) {
        self.known = known
        self.secrets = secrets
    }

    fileprivate struct Call {
        let index: Int
        var id: String?
        var name = ""
        /// Text in pieces, or a value as it came.
        var arguments: JSON?
        var others: [String: JSON] = [:]
    }

    /// The text so far, without thoughts.
    var text: String { Thinking.removed(from: content, isWhole: false) }

    /// What came so far, thoughts included.
    var byteCount: Int { content.utf8.count }

    /// Whether it came to its end.
    var isFinished: Bool { finishReason != nil }

    mutating func add(_ piece: JSON) throws(ModelError) {
        let choices = piece["choices"]?.array
        let choice = choices?.min { Self.number(of: $0) < Self.number(of: $1) } ?? piece["choices"]
        if let complaint = ServerComplaint(inside: piece, choice, without: secrets) {
            throw complaint.error(status: nil, isInMiddle: hasBegun)
        }
        for place in [piece, piece["x_groq"], choice] { usage.add(place?["usage"]) }
        guard let choice, choice.object != nil, isRead(choice) else { return }
        if let message = choice["message"]?.object {
            hasBegun = true
            // A whole message is finished, whether its server says so or not.
            finishReason = "stop"
            add(message, isWhole: true)
        } else if let delta = choice["delta"]?.object {
            hasBegun = true
            add(delta, isWhole: false)
        } else if let text = choice["text"]?.string {
            hasBegun = true
            content += text
        }
        if let reason = choice["finish_reason"]?.string, !reason.isEmpty {
            hasBegun = true
            finishReason = reason.lowercased()
        }
    }

    private static func number(of choice: JSON) -> Double { choice["index"]?.number ?? 0 }

    /// One choice is asked for: of several, the first counts, also where it comes later.
    private mutating func isRead(_ choice: JSON) -> Bool {
        let number = Self.number(of: choice)
        if let choiceNumber, number < choiceNumber {
            (content, refusal, calls, others, finishReason) = ("", nil, [], [:], nil)
        }
        choiceNumber = min(number, choiceNumber ?? number)
        return number == choiceNumber
    }

    private mutating func add(_ message: [String: JSON], isWhole: Bool) {
        if isWhole { forget(whatIsSaidAgainIn: message) }
        for (name, value) in message {
            switch name {
            case "role": break
            case "content": content += Self.text(value)
            case "refusal": if let text = value.string { refusal = (refusal ?? "") + text }
            case "tool_calls": add(calls: value, areWhole: isWhole)
            case "function_call":
                if value.object != nil { add(calls: .object(["function": value]), areWhole: isWhole) }
            default: others.merge(name, value)
            }
        }
    }

    /// Some servers send pieces, and at the end the whole once more.
    private mutating func forget(whatIsSaidAgainIn message: [String: JSON]) {
        guard Self.text(message["content"] ?? .null).hasPrefix(content) else { return }
        content = ""
        if message["tool_calls"]?.isBlank == false { calls = [] }
        others = others.filter { message[$0.key] == nil }
    }

    /// Text, whole or as a list of parts, of which thoughts are none.
    private static func text(_ content: JSON) -> String {
        if let text = content.string { return text }
        let parts = content.array ?? (content.object == nil ? [] : [content])
        return parts.compactMap { part in
            let type = part["type"]?.string ?? "text"
            return part.string ?? (["text", "output_text"].contains(type) ? part["text"]?.string : nil)
        }.joined()
    }

    private mutating func add(calls value: JSON, areWhole: Bool) {
        let pieces = value.array ?? [value]
        for (position, piece) in pieces.enumerated() where piece.object != nil {
            let place = areWhole ? calls.count : place(of: piece, at: position)
            guard place < calls.count || calls.count < Self.maxCallCount else { continue }
            if place == calls.count {
                calls.append(Call(index: piece["index"]?.number.flatMap { Int(exactly: $0) } ?? position))
            }
            calls[place].add(piece)
        }
    }

    /// The call that a piece belongs to: the newest at its index, unless the piece begins another one, by a new id, or by a
    /// name after arguments. Servers that send calls whole may number none of them, or all alike.
    private func place(of piece: JSON, at position: Int) -> Int {
        let index = piece["index"]?.number.flatMap { Int(exactly: $0) }
        let id = piece["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let name = (piece["function"]?["name"] ?? piece["name"])?.string ?? ""
        let same =
            if let index { calls.lastIndex { $0.index == index } } else if let id {
                calls.lastIndex { $0.id == id } ?? calls.lastIndex { $0.index == position }
            } else {
                name.isEmpty ? calls.indices.last : calls.lastIndex { $0.index == position }
            }
        guard let same else { return calls.count }
        let known = calls[same]
        if let id, let earlier = known.id, id != earlier { return calls.count }
        if id != nil, id == known.id, name == known.name { return same }
        // A name in every piece is the same one; one that grows has no arguments yet, and is none that is known.
        let bringsArguments = (piece["function"] ?? piece)["arguments"]?.isBlank == false
        let grows =
            known.arguments?.isBlank != false && !self.known.contains(known.name) && !self.known.isEmpty
        let isAnother =
            !name.isEmpty && known.arguments != nil && !grows
            && (name != known.name || known.isWhole && bringsArguments)
        return isAnother ? calls.count : same
    }

    /// The stream is over; `isAnnounced` where the server said so. Some give no other reason, and some say nothing.
    mutating func end(isAnnounced: Bool) {
        guard hasBegun, finishReason == nil, isAnnounced || calls.allSatisfy(\.isWhole) && !calls.isEmpty
        else {
            return
        }
        finishReason = "stop"
    }

    /// The whole, with calls named as the known tools are; nil where nothing came.
    var reply: ModelReply? {
        guard hasBegun else { return nil }
        let finish: ModelReply.Finish =
            switch finishReason {
            case _ where refusal?.isEmpty == false: .refused
            case "length", "max_tokens", "model_length", "max_output_tokens": .length
            case "content_filter", "safety", "recitation", "blocklist", "prohibited_content": .contentFilter
            case _ where !calls.isEmpty: .toolCalls
            default: .stopped
            }
        let visible = Thinking.removed(from: content, isWhole: true)
        var kept = others.filter { !$0.value.isBlank }
        if visible != content { kept["content"] = .string(content) }
        return ModelReply(
            text: refusal.flatMap { $0.isEmpty ? nil : $0 } ?? visible,
            toolCalls: calls.map { call in
                ModelToolCall(
                    id: call.id ?? "", name: ModelToolCall.plainName(call.name, among: known),
                    arguments: ModelToolCall.plainArguments(call.arguments),
                    kept: call.others.filter { !$0.value.isBlank })
            }, finish: finish, usage: usage.asModelUsage, kept: kept)
    }
}

extension CompletionAssembly.Call {
    fileprivate mutating func add(_ piece: JSON) {
        let function = piece["function"] ?? piece
        if let id = piece["id"]?.string, !id.isEmpty { self.id = self.id ?? id }
        // Some servers repeat the name in every piece.
        if let more = function["name"]?.string, more != name { name += more }
        switch (arguments, function["arguments"] ?? function["parameters"] ?? .null) {
        case (_, .null): break
        case (.string(let text)?, .string(let more)): arguments = .string(text + more)
        case (_, let value): arguments = value
        }
        let ours: Set = ["index", "id", "type", "function", "name", "arguments", "parameters"]
        for (name, value) in piece.object ?? [:] where !ours.contains(name) { others.merge(name, value) }
    }

    /// Whether its arguments are complete.
    fileprivate var isWhole: Bool {
        guard let text = arguments?.string else { return arguments != nil }
        return JSON(text: text) != nil
    }
}

extension [String: JSON] {
    /// Takes a field of another piece: texts and lists grow, anything else is replaced.
    fileprivate mutating func merge(_ name: String, _ value: JSON) {
        switch (self[name], value) {
        case (_, .null): break
        case (.string(let text)?, .string(let more)): self[name] = .string(text + more)
        case (.array(let values)?, .array(let more)): self[name] = .array(values + more)
        case (.object(let fields)?, .object(let more)):
            self[name] = .object(fields.merging(more) { $1 })
        default: self[name] = value
        }
    }
}

/// What a server counted, under the names that servers use; the most of what it said, as some count while they write.
private struct Usage {
    private var prompt: TokenCount?
    private var completion: TokenCount?
    private var cached: TokenCount?
    private var total: TokenCount?

    mutating func add(_ usage: JSON?) {
        guard let usage, usage.object != nil else { return }
        func most(_ known: TokenCount?, _ values: JSON?...) -> TokenCount? {
            let said = values.lazy.compactMap { TokenCount($0) }.first
            return [known, said].compactMap(\.self).max()
        }
        prompt = most(prompt, usage["prompt_tokens"], usage["input_tokens"])
        completion = most(completion, usage["completion_tokens"], usage["output_tokens"])
        total = most(total, usage["total_tokens"])
        cached = most(
            cached, usage["prompt_tokens_details"]?["cached_tokens"],
            usage["input_tokens_details"]?["cached_tokens"], usage["prompt_cache_hit_tokens"],
            usage["cache_read_input_tokens"], usage["cached_tokens"])
    }

    /// Nil where the server did not tell. Some leave thoughts out of the completion, but not out of the total.
    var asModelUsage: ModelUsage? {
        guard prompt != nil || completion != nil else { return nil }
        let (prompt, completion) = (prompt ?? .zero, completion ?? .zero)
        let rest = total.map { TokenCount($0.value - prompt.value) } ?? .zero
        return ModelUsage(prompt: prompt, cached: cached ?? .zero, completion: max(completion, rest))
    }
}
