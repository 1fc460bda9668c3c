import Foundation
import HTTP
import HTTPClient

/// Finds out what a Chat Completions endpoint can do, before a person asks something.
package struct EndpointCheck: Sendable {
    package struct Finding: Hashable, Sendable {
        package enum Outcome: Hashable, Sendable { case ok, warning, failed }

        package let outcome: Outcome
        /// What is the case.
        package let detail: String
        /// What to do; absent when all is well.
        package let advice: String?
    }

    /// Below this, a question with the results of a few tools does not fit.
    static let smallContextTokens = 8192
    static let maxListByteCount = 4 * 1024 * 1024

    private let configuration: AgentConfiguration
    private let model: AgentConfiguration.Model
    private let client: HTTPClient
    private let listLimit: Duration

    /// Nil where no model is configured. The model has the time that the configuration gives it, and the list of models
    /// `listLimit`: no model has to be loaded for it.
    package init?(
        _ configuration: AgentConfiguration, client: HTTPClient = .shared, listLimit: Duration = .seconds(30)
    ) {
        guard let model = configuration.model else { return nil }
        self.configuration = configuration
        self.model = model
        self.client = client
        self.listLimit = listLimit
    }

    /// Looks without asking the model anything, which costs nothing: is it there, is the key taken, is the model known?
    package func look() async -> Finding {
        switch await listing() {
        case .failed(let finding): finding
        case .unlisted(let others): unlisted(others)
        case .unknown: ok("\(model.name) at \(model.address), which does not list its models")
        case .late:
            warning(
                "\(model.address) has not listed its models within \(listLimit.components.seconds) s",
                "See the log of the model's server: is it still loading a model?")
        case .listed(let contextTokens): listed(contextTokens)
        }
    }

    /// Looks, then has the model call a tool; what that costs is kept in the database, with the other spending, unless
    /// there is none before the agent has run for the first time. `tell` is told, for people, what it waits for.
    package func tryTools(
        _ database: StateDatabase?, now: Date = Date(), tell: @escaping @Sendable (String) -> Void = { _ in }
    ) async -> Finding {
        let seen = await look()
        guard seen.outcome != .failed else { return seen }
        let highest = configuration.prices.cost(
            promptTokens: Self.promptTokens, completionTokens: OpenAIModel.maxCompletionTokens)
        do {
            let spent = try await database?.spending(since: now.midnight).cost ?? .zero
            if let limit = configuration.dailyBudgetUSD.map(Money.init), spent + highest > limit {
                return warning(
                    "\(seen.detail); tools were not tried, as the daily budget is used up",
                    "Try again after midnight UTC, or raise the budget.")
            }
            let limits = configuration.modelLimits
            let model = OpenAIModel(
                model: model.name, baseURL: model.baseURL, key: model.key, limits: limits, client: client)
            tell(
                "which may have to be loaded first, for up to \(min(limits.firstByte, limits.total).components.seconds) s"
            )
            let reply = try await model.reply(to: Self.question, tools: [Self.ping], mayCall: true) { _ in
                tell("which answers")
            }
            try await keep(reply, highest, in: database, at: now)
            return toolFinding(reply, seen, model.peculiarities)
        } catch let error as ModelError {
            return finding(error)
        } catch {
            return warning(
                "\(seen.detail); the agent's database does not work", "Check the file and the disk it is on.")
        }
    }

    // MARK: The list of models

    private enum Listing {
        case listed(contextTokens: Int?)
        case unlisted(others: [String])
        /// The server has no list.
        case unknown
        /// It took the request, and says nothing.
        case late
        case failed(Finding)
    }

    /// As servers give it: a list of names or of objects, by itself or in a field; each names the size of the context in its own
    /// way, or not at all.
    private struct ModelList {
        struct Entry {
            let id: String
            let contextTokens: Int?

            init?(_ json: JSON) {
                let names = ["id", "name", "model"].lazy.compactMap { json[$0]?.string }
                guard let id = json.string ?? names.first else { return nil }
                self.id = id
                let sizes = [
                    json["loaded_context_length"], json["max_model_len"], json["context_length"],
                    json["context_window"],
                    json["meta"]?["n_ctx"], json["meta"]?["n_ctx_train"], json["max_context_length"],
                ]
                contextTokens =
                    sizes.lazy.compactMap { $0?.number }.compactMap { Int(exactly: $0.rounded()) }.first
            }
        }

        let entries: [Entry]

        /// Nil if it is no list.
        init?(_ body: [UInt8]) {
            let json = JSON(sent: body)
            guard let list = json?.array ?? json?["data"]?.array ?? json?["models"]?.array else { return nil }
            entries = list.compactMap(Entry.init)
        }
    }

    private func listing() async -> Listing {
        var request = HTTPClient.Request(OpenAIModel.url(model.baseURL, "models"))
        request.authorize(model.key)
        request.limits = .init(total: listLimit)
        request.limits.connection = configuration.modelLimits.connection
        do throws(HTTPClient.Failure) {
            let response = try await client.send(request)
            switch response.status {
            case 200..<300: break
            case 300..<400, 401, 408, 429, 500, 502...599:
                return .failed(
                    finding(
                        await OpenAIModel.failure(
                            response,
                            secrets: OpenAIModel.secrets(key: model.key, baseURL: model.baseURL))))
            // Some keys may ask the model, and not for the list.
            default: return .unknown
            }
            let body = try await response.body.collect(upTo: Self.maxListByteCount)
            return ModelList(body).map(place) ?? .unknown
        } catch .timedOut(.firstByte), .timedOut(.nextPiece), .timedOut(.end) {
            return .late
        } catch .tooLarge {
            return .unknown
        } catch {
            return .failed(finding(error))
        }
    }

    /// `llama3` stands for `llama3:latest`, some lists put `models/` before each name, and `*` stands for any model.
    private func place(in list: ModelList) -> Listing {
        if list.entries.isEmpty { return .unknown }
        let names = [model.name, "\(model.name):latest", "models/\(model.name)"]
        if let entry = list.entries.first(where: { names.contains($0.id) }) {
            return .listed(contextTokens: entry.contextTokens)
        }
        return list.entries.contains { $0.id.hasSuffix("*") }
            ? .unknown : .unlisted(others: list.entries.map(\.id))
    }

    private func listed(_ contextTokens: Int?) -> Finding {
        guard let contextTokens else { return ok("\(model.name) at \(model.address)") }
        let detail = "\(model.name) at \(model.address), with a context of \(contextTokens) tokens"
        guard contextTokens < Self.smallContextTokens else { return ok(detail) }
        return warning(
            "\(detail), which longer answers do not fit into",
            "Start the model's server with a context of at least \(Self.smallContextTokens) tokens.")
    }

    private func unlisted(_ others: [String]) -> Finding {
        let shown = others.sorted().prefix(5).joined(separator: ", ")
        let more = others.count > 5 ? " and \(others.count - 5) more" : ""
        return warning(
            "\(model.address) does not list the model \(model.name)",
            "Set OPENAI_MODEL to one of: \(shown)\(more).")
    }

    // MARK: Tools

    private static let ping = ToolDefinition(
        name: "ping", summary: "Tells that tools work.", parameters: .schema([]))
    private static let question: [ModelMessage] = [
        .system("This is a test of the connection. Call the tool ping."), .user("Call the tool ping."),
    ]
    /// More than the question, the tool and what servers put around them make.
    private static let promptTokens = 500

    private func keep(
        _ reply: ModelReply, _ highest: Money, in database: StateDatabase?, at now: Date
    ) async throws {
        let usage = reply.usage
        let cost =
            usage.map { usage in
                configuration.prices.cost(
                    promptTokens: usage.promptTokens.value,
                    completionTokens: usage.completionTokens.value)
            } ?? highest
        let spending = Spending(
            modelRequests: 1, promptTokens: usage?.promptTokens.value ?? 0,
            cachedPromptTokens: usage?.cachedPromptTokens.value ?? 0,
            completionTokens: usage?.completionTokens.value ?? 0, isEstimated: usage == nil, cost: cost)
        try await database?.note(spending, of: "endpoint check", model: model.name, at: now)
    }

    private func toolFinding(_ reply: ModelReply, _ seen: Finding, _ peculiarities: [String]) -> Finding {
        let found = peculiarities.isEmpty ? "" : "; the server \(peculiarities.joined(separator: ", "))"
        guard reply.toolCalls.contains(where: { $0.name == Self.ping.name }) else {
            return warning(
                "\(model.name) at \(model.address) answers, but does not call a tool when told to\(found)",
                "Choose a model that calls tools, or turn tool calls on where its server starts (--enable-auto-tool-choice, --jinja)."
            )
        }
        return Finding(
            outcome: seen.outcome, detail: "\(seen.detail); calls tools\(found)", advice: seen.advice)
    }

    // MARK: Findings

    private func finding(_ error: ModelError) -> Finding {
        switch error {
        case .temporary(let reason, _), .loading(let reason):
            warning(
                "\(reason) at \(model.address)", "Try again in a moment; see the log of the model's server.")
        case .permanent(let reason):
            failed("\(reason)", "The address is \(model.address), the model \(model.name).")
        case .refused(let reason, _):
            failed(
                "\(reason), which offered a tool",
                "Choose a model and a server that support tools; the address is \(model.address).")
        }
    }

    private func finding(_ failure: HTTPClient.Failure) -> Finding {
        switch failure {
        case .invalidAuthorities:
            failed(
                "no certificate authorities can be read",
                "Set OPENAI_CA to a PEM file of certificates, or unset it.")
        case .libraryMissing:
            failed("the model server cannot be asked: \(failure)", "The address is \(model.address).")
        case .invalidField:
            failed(
                "OPENAI_API_KEY has a character that no key can have",
                "Check it for line ends and other text.")
        case .unknownHost:
            failed(
                "the host of \(model.address) is not known", "Check OPENAI_BASE_URL and the name server.")
        case .refused:
            failed(
                "nothing listens at \(model.address)",
                "Does the server run? Check OPENAI_BASE_URL and its port.")
        case .proxy:
            failed(
                "the proxy does not connect to \(model.address)", "Check HTTPS_PROXY and NO_PROXY.")
        case .certificateNotTrusted:
            failed(
                "the certificate of \(model.address) is not trusted",
                "Set OPENAI_CA to the authority's certificate, or add it to those of this system: /usr/local/share/ca-certificates, then update-ca-certificates."
            )
        case .certificateForOthers:
            failed(
                "the certificate of \(model.address) is for another name",
                "Set OPENAI_BASE_URL to the name in the certificate.")
        case .noTLS:
            failed(
                "\(model.address) does not speak TLS 1.2 or newer",
                "Check scheme and port of OPENAI_BASE_URL.")
        case .redirected(let origin):
            failed("\(model.address) redirects to \(origin)", "Set OPENAI_BASE_URL to where the server is.")
        default:
            failed(
                "no server answers at \(model.address)",
                "Does it run? Check OPENAI_BASE_URL, the network and the proxy.")
        }
    }

    private func ok(_ detail: String) -> Finding { Finding(outcome: .ok, detail: detail, advice: nil) }

    private func warning(_ detail: String, _ advice: String) -> Finding {
        Finding(outcome: .warning, detail: detail, advice: advice)
    }

    private func failed(_ detail: String, _ advice: String) -> Finding {
        Finding(outcome: .failed, detail: detail, advice: advice)
    }
}
