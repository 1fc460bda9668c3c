import Cryptography
import Foundation

/// What a model server says is wrong, in one of the many forms in which servers say it.
struct ServerComplaint: Hashable, Sendable {
    static let maxLength = 240

    /// Everything it said of the matter, lower case: where words are looked for.
    let wording: String
    /// For people: cut, in one line, without anything that looks like a key.
    let message: String
    let code: String
    /// The status that is told inside an answer.
    let status: Int?
    let retryAfterSeconds: Double?

    /// Reads the body of an error.
    init(body: [UInt8], without secrets: [SecretText]) {
        if let json = JSON(sent: body), json.object != nil || json.array != nil {
            self.init(json, without: secrets)
        } else {
            let text = String(decoding: body.prefix(4096), as: UTF8.self)
            self.init(.string(text.trimmed.hasPrefix("<") ? Self.title(of: text) : text), without: secrets)
        }
    }

    /// The failure that an answer holds in place of a completion, or in the middle of one.
    init?(inside piece: JSON, _ choice: JSON?, without secrets: [SecretText]) {
        let hasChoices = piece["choices"]?.isBlank == false
        let errors = [piece["error"], choice?["error"]].compactMap(\.self)
        if let error = errors.first(where: { !$0.isBlank && $0 != .bool(false) }) {
            self.init(error, without: secrets)
        } else if choice?["finish_reason"]?.string?.lowercased() == "error" {
            self.init(.string("it gives no reason"), without: secrets)
        } else if !hasChoices,
            piece["object"]?.string ?? piece["type"]?.string == "error" || piece["detail"]?.isBlank == false
        {
            self.init(piece, without: secrets)
        } else if !hasChoices, let result = piece["base_resp"], result["status_code"]?.number ?? 0 != 0 {
            self.init(result, without: secrets)
        } else {
            return nil
        }
    }

    private init(_ json: JSON, without secrets: [SecretText]) {
        let outer = json.array?.first ?? json
        let inner =
            [outer["error"], outer["errors"]?.array?.first, outer].compactMap(\.self)
            .first { !$0.isBlank } ?? .null
        let texts = Self.texts(in: inner)
        code = ["code", "type", "status", "error_type"].compactMap { name in
            [inner[name], outer[name]].lazy.compactMap { $0?.string }.first
        }.joined(separator: " ").lowercased()
        status = [inner["code"], inner["status"], outer["code"], inner["status_code"]].lazy
            .compactMap { $0?.number ?? $0?.string.flatMap(Double.init) }
            .compactMap { Int(exactly: $0) }.first { 400...599 ~= $0 }
        let parameter = inner["param"]?.string ?? ""
        wording = (texts + [parameter, code]).joined(separator: " ").lowercased()
        message = Self.printable(texts.joined(separator: "; "), without: secrets)
        retryAfterSeconds = Self.delay(in: inner) ?? texts.lazy.compactMap(Self.delay).first
    }

    /// The texts that say what is wrong, outermost first: where servers of servers hand on what those said, it is inside.
    private static func texts(in json: JSON, depth: Int = 0) -> [String] {
        guard depth < 8 else { return [] }
        if let text = json.string {
            // The answer of another server, as text.
            let inner = text.trimmed.hasPrefix("{") ? JSON(text: text) : nil
            return inner.map { texts(in: $0, depth: depth + 1) } ?? [text]
        }
        if let values = json.array {
            return values.prefix(4).flatMap { value -> [String] in
                let place = value["loc"]?.array?.compactMap(\.string).joined(separator: ".")
                return texts(in: value, depth: depth + 1).map { text in place.map { "\($0): \(text)" } ?? text
                }
            }
        }
        let names = [
            "message", "Message", "msg", "detail", "error", "reason", "error_description", "status_msg",
            "fault", "faultstring", "title", "description",
        ]
        let own = names.compactMap { json[$0] }.flatMap { texts(in: $0, depth: depth + 1) }
        let raw = json["metadata"]?["raw"].map { texts(in: $0, depth: depth + 1) } ?? []
        var seen: Set<String> = []
        return (own + raw).filter { seen.insert($0).inserted }
    }

    /// How the title of a page begins as a message.
    private static let page = "a web page"

    private static func title(of text: String) -> String {
        let title = text.firstMatch(of: #/(?i)<title>([^<]*)</#).map { String($0.1).trimmed } ?? ""
        return page + (title.isEmpty ? "" : ", “\(title)”")
    }

    private static func delay(in json: JSON) -> Double? {
        let delays = (json["details"]?.array ?? []).compactMap { $0["retryDelay"]?.string }
        return delays.first.flatMap { Double($0.prefix { $0.isNumber || $0 == "." }) }
    }

    /// As in "try again in 1m2.5s" and "retry in 20ms".
    private static func delay(in text: String) -> Double? {
        let words =
            #/(?i)(?:try again|retry) in (?:([0-9]{1,4})h)?(?:([0-9]{1,4})m(?!s))?(?:([0-9]{1,9}(?:\.[0-9]+)?)(ms|s))?/#
        guard let match = text.firstMatch(of: words),
            match.1 != nil || match.2 != nil || match.3 != nil
        else { return nil }
        let (hours, minutes, rest) = (match.1, match.2, match.3)
        func number(_ text: Substring?) -> Double { text.flatMap { Double($0) } ?? 0 }
        return number(hours) * 3600 + number(minutes) * 60 + number(rest) / (match.4 == "ms" ? 1000 : 1)
    }

    private static func printable(_ text: String, without secrets: [SecretText]) -> String {
        var text = text
        for secret in secrets.map(\.exposed) where secret.count >= 4 {
            text = text.replacing(secret, with: "…")
        }
        let words = text.split { $0.isWhitespace || $0.isNewline }.map { word in
            word.firstMatch(
                of: #/(?i)\b(sk|pk|rk|gsk|hf|xai|nvapi)[-_][a-z0-9*_-]{4,}|AIza[a-zA-Z0-9_-]{8,}/#) == nil
                ? String(word) : "…"
        }
        let line = String(
            words.joined(separator: " ").unicodeScalars.map { scalar in
                scalar.properties.generalCategory.isShown ? Character(scalar) : "\u{FFFD}"
            })
        let sentence = line.hasSuffix(".") ? line.dropLast() : line[...]
        return sentence.count <= maxLength ? String(sentence) : String(sentence.prefix(maxLength - 1)) + "…"
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isShown: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            false
        default: true
        }
    }
}

// MARK: What follows from it

extension ServerComplaint {
    private func mentions(_ words: String...) -> Bool { words.contains { wording.contains($0) } }

    /// More than the model takes: the same again would be too long too.
    private var isAboutLength: Bool {
        mentions(
            "context_length", "context length", "context size", "context window", "exceed_context_size",
            "maximum context", "too many tokens", "prompt is too long", "input is too long",
            "request too large", "reduce the length", "inputs tokens")
            || mentions("token") && mentions("must be <=", "exceeds the limit", "exceeds the maximum")
    }

    /// The same, where the limit of the reply counts: without one, it may fit.
    var isAboutTheReplyLimit: Bool {
        isAboutLength
            && (mentions("max_tokens", "max_completion_tokens")
                || mentions("in the completion") && !mentions(" 0 in the completion"))
    }

    /// The model wrote a call that its own server could not read; the next may be better.
    private var isAboutAWrittenCall: Bool {
        mentions("tool_use_failed", "failed to call a function", "parsing tool call", "parse tool call")
    }

    private var isAboutMoney: Bool {
        mentions(
            "insufficient_quota", "insufficient balance", "insufficient credit", "insufficient_balance",
            "billing", "payment", "out of credit", "credit balance", "prepayment", "quota_exceeded",
            "more credits", "spending limit", "monthly limit", "usage limit", "key limit exceeded")
    }

    private var isAboutTheModel: Bool {
        mentions(
            "model_not_found", "unknown model", "invalid model", "no such model", "unknown_model",
            "deploymentnotfound", "no models loaded")
            || mentions("model")
                && mentions(
                    "not found", "does not exist", "not exist", "not available", "is not loaded",
                    "not supported by this api", "try pulling")
    }

    private var isAboutTheKey: Bool {
        mentions(
            "invalid_api_key", "api key not valid", "incorrect api key", "invalid api key", "api_key_invalid",
            "unauthorized", "authentication", "api_key", "no api key")
    }

    /// What passes, whatever the number of the answer.
    private var isAboutLoad: Bool {
        mentions(
            "overloaded", "over capacity", "capacity exceeded", "at capacity", "temporarily unavailable",
            "server is busy", "model unloaded",
            "try again later")
    }

    /// Of the request: some servers tell what they do not take as a failure of their own.
    private var isAboutTheForm: Bool {
        mentions(
            "validation error", "validationerror", "field required", "not supported", "unsupported",
            "unexpected keyword", "unrecognized", "must alternate", "jinja")
    }

    private var isAboutContent: Bool {
        mentions(
            "content_filter", "content_policy", "content management policy", "responsibleai", "moderation",
            "data_inspection_failed")
    }

    private var isLoading: Bool {
        mentions(
            "loading model", "model is loading", "is currently loading", "model is starting", "warming up")
    }

    /// What it means for the question.
    ///
    /// - Parameters:
    ///   - status: Of the answer; nil for a failure inside one that began well.
    ///   - retryAfter: Seconds, where the head of the answer names them.
    ///   - isInMiddle: Whether part of a completion came before.
    /// - Returns: The failure, with its reason for people.
    func error(status: Int?, retryAfter: Double? = nil, isInMiddle: Bool = false) -> ModelError {
        let shown = message.isEmpty ? "" : ": \(message)"
        let number = status ?? self.status
        let http = status.map { "HTTP \($0)" + shown } ?? (message.isEmpty ? "no reason given" : message)
        if isLoading { return .loading("the model server is still loading the model") }
        if isAboutMoney || number == 402 {
            let wait = retryAfter ?? retryAfterSeconds
            if number != 402, let wait, !mentions("insufficient_quota") {
                return .temporary("the model server is asked too often\(shown)", retryAfterSeconds: wait)
            }
            return .permanent("the account at the model server has no quota or money left (\(http))")
        }
        if isAboutContent {
            return .permanent("the model server's content filter refused the question (\(http))")
        }
        if number == 413, message.hasPrefix(Self.page) {
            return .permanent(
                "a proxy before the model server takes no request of this size (\(http)); raise its limit (nginx: client_max_body_size)"
            )
        }
        if isAboutTheReplyLimit {
            return .refused(
                "the question and the limit of the reply are too long together for the model (\(http))", self)
        }
        if isAboutLength || number == 413 {
            return .permanent("the question, with what belongs to it, is too long for the model (\(http))")
        }
        if let number, 400..<500 ~= number, number != 429, isAboutLoad || isAboutAWrittenCall {
            return failed(http, retryAfter)
        }
        guard let number else {
            return .temporary(
                isInMiddle
                    ? "the model server failed in the middle of its answer\(shown)"
                    : "the model server failed\(shown)", retryAfterSeconds: retryAfter)
        }
        switch number {
        case 401: return key(http)
        case 400 where isAboutTheKey, 403 where isAboutTheKey: return key(http)
        case 403:
            return .permanent(
                "the model server refused access (\(http)); check OPENAI_API_KEY and what it may use")
        case 404 where mentions("tool"):
            return .refused("the model server refused the request (\(http))", self)
        case 407:
            return .permanent(
                "the proxy before the model server wants a login (\(http)); put it into HTTPS_PROXY")
        case 451: return .permanent("the model server refused access (\(http))")
        case 404, 405,
            400 where isAboutTheModel, 422 where isAboutTheModel:
            return model(http)
        case 429:
            if mentions("quota"), retryAfter == nil, retryAfterSeconds == nil {
                return .permanent("the account at the model server has no quota or money left (\(http))")
            }
            return .temporary(
                "the model server is asked too often\(shown)",
                retryAfterSeconds: retryAfter ?? retryAfterSeconds)
        case 408, 409, 425: return failed(http, retryAfter)
        case 500 where isAboutTheModel: return model(http)
        case 500 where isAboutTheForm, 501:
            return .refused("the model server refused the request (\(http))", self)
        case 500...: return failed(http, retryAfter)
        default: return .refused("the model server refused the request (\(http))", self)
        }
    }

    private func key(_ http: String) -> ModelError {
        .permanent("the model server refused the key (\(http)); check OPENAI_API_KEY")
    }

    private func model(_ http: String) -> ModelError {
        .permanent(
            "the model server does not know the model or the path (\(http)); check OPENAI_MODEL and OPENAI_BASE_URL"
        )
    }

    private func failed(_ http: String, _ retryAfter: Double?) -> ModelError {
        .temporary("the model server failed (\(http))", retryAfterSeconds: retryAfter)
    }
}
