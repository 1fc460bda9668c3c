import Cryptography
import Foundation
import HTTP
import HTTPClient

/// A model behind an OpenAI-compatible Chat Completions endpoint.
///
/// Servers differ in what they take and in how they answer. What one refuses is left out or said otherwise, and remembered
/// for as long as the program runs; how one answers is read as it comes.
struct OpenAIModel: ChatModel {
    static let maxResponseByteCount = 2 * 1024 * 1024
    static let maxComplaintByteCount = 64 * 1024
    static let temperature = 0.1
    static let maxCompletionTokens = 1024
    /// For models whose thoughts count as tokens of the reply.
    static let maxThinkingTokens = 8192
    /// Forms of one request that are tried before a refusal stands.
    static let maxForms = 8
    /// The number of new bytes after which a growing text is shown again.
    private static let shownStep = 64

    let model: String
    let baseURL: String
    /// Absent for local servers that ask for none.
    let key: SecretText?
    let limits: HTTPClient.TimeLimits
    let client: HTTPClient
    /// What the server may quote and nobody is shown.
    private let secrets: [SecretText]
    private let memory = DialectMemory()

    init(model: String, baseURL: String, key: SecretText?, limits: HTTPClient.TimeLimits, client: HTTPClient)
    {
        (self.model, self.baseURL, self.key) = (model, baseURL, key)
        (self.limits, self.client) = (limits, client)
        secrets = Self.secrets(key: key, baseURL: baseURL)
    }

    /// The key, and what the query of the base URL says, which is a key for some servers.
    static func secrets(key: SecretText?, baseURL: String) -> [SecretText] {
        let items = URLComponents(string: baseURL)?.percentEncodedQueryItems ?? []
        let values = items.compactMap(\.value).flatMap { [$0, $0.removingPercentEncoding ?? $0] }
        return [key].compactMap(\.self) + values.map { SecretText($0) }
    }

    var name: String { model }
    var isMetered: Bool { true }
    var maxReplyTokens: Int { memory.known.maxReplyTokens }
    /// What was found out about the server, for people.
    var peculiarities: [String] { memory.known.peculiarities }

    func reply(
        to messages: [ModelMessage], tools: [ToolDefinition], mayCall: Bool,
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        var dialect = memory.known
        var spent: ModelUsage?
        for form in 1...Self.maxForms {
            let request = ChatRequest(
                model: model, messages: messages, tools: tools, mayCall: mayCall, dialect: dialect)
            do {
                var reply = try await reply(to: request, partialText: partialText)
                memory.keep(dialect)
                reply.usage = reply.usage.map { usage in spent.map { $0 + usage } ?? usage }
                guard form < Self.maxForms, dialect.isToBeAskedAgain(after: reply, to: request) else {
                    return reply
                }
                spent = reply.usage
            } catch ModelError.refused(let reason, let complaint) {
                guard form < Self.maxForms, dialect.adapt(to: complaint, of: request) else {
                    throw ModelError.refused(reason, complaint)
                }
            }
        }
        throw ModelError.permanent("the model server refused every form of the request")
    }

    private func reply(
        to body: ChatRequest, partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        var assembly = CompletionAssembly(known: body.tools.map(\.name), secrets: secrets)
        do {
            let response = try await client.send(request(body))
            guard 200..<300 ~= response.status else { throw await Self.failure(response, secrets: secrets) }
            if let coding = response.fields["Content-Encoding"], coding.lowercased() != "identity" {
                throw ModelError.permanent(
                    "the model server's answer is compressed, which was not asked for; turn compression off in the server, or in a proxy before it"
                )
            }
            try await read(response.body, into: &assembly, partialText: partialText)
        } catch let failure as HTTPClient.Failure {
            if failure == .cancelled { throw CancellationError() }
            // Some servers say that an answer is finished, and then neither end it nor the connection.
            guard assembly.isFinished else { throw error(failure, hasBegun: assembly.hasBegun) }
        } catch is EventStream.LineTooLong {
            throw ModelError.permanent("the model server's answer is too large")
        }
        guard let reply = assembly.reply else { throw Self.noCompletion }
        guard assembly.isFinished else {
            throw ModelError.temporary("the model server broke off its answer", retryAfterSeconds: nil)
        }
        return reply.readable(offered: body.tools)
    }

    private static let noCompletion = ModelError.temporary(
        "the model server's answer is not a chat completion", retryAfterSeconds: nil)

    // MARK: Reading

    /// Reads an answer as what it is, whatever its head says of it: events, or one completion.
    private func read(
        _ body: HTTPClient.Body, into assembly: inout CompletionAssembly,
        partialText: @Sendable (String) async -> Void
    ) async throws {
        var whole: [UInt8] = []
        var events: EventStream?
        var byteCount = 0
        var shownByteCount = -Self.shownStep
        for try await piece in body {
            byteCount += piece.count
            guard byteCount <= Self.maxResponseByteCount else {
                throw HTTPClient.Failure.tooLarge(Self.maxResponseByteCount)
            }
            var piece = piece
            if events == nil {
                whole += piece
                guard let first = whole.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
                    continue
                }
                if [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<")].contains(first) { continue }
                (events, piece, whole) = (EventStream(), whole, [])
            }
            for event in try events?.add(piece) ?? [] {
                if try take(event, into: &assembly) { return }
                guard assembly.byteCount >= shownByteCount + Self.shownStep else { continue }
                shownByteCount = assembly.byteCount
                await partialText(assembly.text)
            }
        }
        guard events == nil else {
            for event in events?.end() ?? [] {
                if try take(event, into: &assembly) { return }
            }
            return assembly.end(isAnnounced: false)
        }
        try takeWhole(whole, into: &assembly)
    }

    /// - Returns: Whether it was the last.
    private func take(_ event: Data, into assembly: inout CompletionAssembly) throws -> Bool {
        let text = String(decoding: event, as: UTF8.self).trimmed
        if text == "[DONE]" {
            assembly.end(isAnnounced: true)
            return true
        }
        // Signs of life come in many forms; what is no object is no piece of an answer.
        if let piece = JSON(sent: event), piece.object != nil { try assembly.add(piece) }
        return false
    }

    /// One completion, or pieces of it, one a line.
    private func takeWhole(_ whole: [UInt8], into assembly: inout CompletionAssembly) throws {
        guard let first = whole.first(where: { $0 > 0x20 }) else {
            throw ModelError.temporary(
                "the model server's answer is not a chat completion, but empty", retryAfterSeconds: nil)
        }
        if first == UInt8(ascii: "<") {
            throw ModelError.permanent(
                "the model server's answer is not a chat completion, but a web page; check OPENAI_BASE_URL")
        }
        if let completion = JSON(sent: whole), completion.array?.first?["choices"] == nil {
            return try assembly.add(completion.array?.first ?? completion)
        }
        let pieces =
            JSON(sent: whole)?.array
            ?? whole.split(separator: UInt8(ascii: "\n")).compactMap { JSON(sent: $0) }
        for piece in pieces { try assembly.add(piece) }
        assembly.end(isAnnounced: true)
    }

    // MARK: Asking

    private func request(_ body: ChatRequest) throws -> HTTPClient.Request {
        var request = HTTPClient.Request(
            Self.url(baseURL, "chat/completions"), method: .post,
            fields: [
                "Content-Type": "application/json", "Accept": "text/event-stream, application/json",
            ], body: Array(body.json.text.utf8))
        request.authorize(key)
        request.limits = limits
        return request
    }

    /// The address of a path below the base URL, which may end with the path already, or with a query.
    static func url(_ baseURL: String, _ path: String) -> String {
        let address = baseURL.prefix { $0 != "#" }
        let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var base = parts.first ?? ""
        while base.hasSuffix("/") { base.removeLast() }
        if let end = ["/chat/completions", "/completions"].first(where: base.hasSuffix) {
            base = base.dropLast(end.count)
        }
        return "\(base)/\(path)" + (parts.count > 1 ? "?\(parts[1])" : "")
    }

    // MARK: Failures

    /// Why there was no answer, as the server says.
    static func failure(_ response: HTTPClient.Response, secrets: [SecretText]) async -> ModelError {
        if 300..<400 ~= response.status {
            return .permanent(
                "the model server redirects the question (HTTP \(response.status)), which is not sent elsewhere; set OPENAI_BASE_URL to where the server is"
            )
        }
        let body = (try? await response.body.collect(upTo: maxComplaintByteCount)) ?? []
        let complaint = ServerComplaint(body: body, without: secrets)
        return complaint.error(status: response.status, retryAfter: retryAfter(response.fields))
    }

    /// In seconds, or as a date.
    private static func retryAfter(_ fields: HTTPFields) -> Double? {
        if let text = fields["retry-after-ms"], let number = Double(text), number.isFinite {
            return number / 1000
        }
        guard let text = fields["Retry-After"] else { return nil }
        if let number = Double(text) { return number.isFinite ? number : nil }
        return HTTPDate.parse(text).map { max(0, $0.timeIntervalSinceNow) }
    }

    /// Why there was no answer, in words for the asker, who is not told of hosts and addresses.
    private func error(_ failure: HTTPClient.Failure, hasBegun: Bool) -> ModelError {
        switch failure {
        case .timedOut(.firstByte), .timedOut(.nextPiece), .timedOut(.end):
            // A retry would make a server that is loading its model start over.
            .permanent(
                "the model server did not answer within \(seconds(of: failure)) s; if it only is slow, raise \(setting(of: failure))"
            )
        case .tooLarge: .permanent("the model server's answer is too large")
        case .invalidField:
            .permanent("OPENAI_API_KEY has a character that no key can have; check it for line ends")
        case .libraryMissing, .invalidURL, .invalidAuthorities, .certificateNotTrusted, .certificateForOthers,
            .noTLS, .redirected, .invalidAnswer:
            .permanent("the model server cannot be reached: \(failure.summary)")
        default:
            .temporary(
                hasBegun
                    ? "the model server broke off its answer"
                    : "the model server cannot be reached: \(failure.summary)", retryAfterSeconds: nil)
        }
    }

    private func seconds(of failure: HTTPClient.Failure) -> Int64 {
        switch failure {
        case .timedOut(.firstByte): limits.firstByte.components.seconds
        case .timedOut(.nextPiece): limits.nextPiece.components.seconds
        default: limits.total.components.seconds
        }
    }

    private func setting(of failure: HTTPClient.Failure) -> String {
        switch failure {
        case .timedOut(.firstByte): "OPENAI_FIRST_BYTE_TIMEOUT_MS"
        case .timedOut(.nextPiece): "OPENAI_PIECE_TIMEOUT_MS"
        default: "OPENAI_TIMEOUT_MS"
        }
    }
}

extension HTTPClient.Request {
    /// Presents a key as most servers want it, and as those of Azure do.
    mutating func authorize(_ key: SecretText?) {
        guard let key else { return }
        let host = url.split(separator: "/").dropFirst().first.map { $0.split(separator: ":").first ?? $0 }
        let isAzure = host?.lowercased().hasSuffix(".azure.com") == true
        fields[isAzure ? "api-key" : "Authorization"] = isAzure ? key.exposed : "Bearer \(key.exposed)"
    }
}

/// A date of an HTTP field.
private enum HTTPDate {
    static func parse(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}

extension Dialect {
    /// Whether the reply shows that the server has to be asked in another way.
    fileprivate mutating func isToBeAskedAgain(after reply: ModelReply, to request: ChatRequest) -> Bool {
        if reply.finish == .length, !reply.toolCalls.isEmpty || reply.text?.trimmed.isEmpty != false {
            // All of it went into thoughts, or so much that a call was cut off.
            return !self[.noTokenLimit] && learn(.longReplies)
        }
        guard !request.mayCall, !request.tools.isEmpty, !reply.toolCalls.isEmpty else { return false }
        return learn(.noToolsAtEnd)
    }
}

extension ModelReply {
    /// Calls of tools that take no arguments have none, whatever the model wrote.
    fileprivate func readable(offered tools: [ToolDefinition]) -> ModelReply {
        var reply = self
        let bare = Set(tools.filter { !$0.takesArguments }.map(\.name))
        reply.toolCalls = toolCalls.map { call in
            guard bare.contains(call.name) else { return call }
            return ModelToolCall(id: call.id, name: call.name, arguments: "{}", kept: call.kept)
        }
        return reply
    }
}
