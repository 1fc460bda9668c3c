import Commands
import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import Services

struct Chat: Command {
    static let about = About(
        "Ask the agent a question, or one per line of standard input.",
        details: """
            With a prompt, shows the answer and exits. Without one, each line of standard input is a prompt. The agent's \
            progress goes to stderr; on a terminal the answer is shown as it is generated. Exits with 69 if the agent \
            could not answer the last question, and with 75 if no answer arrived in time.

            Example: sysmaint chat "Why was it slow this morning?" --id carol
            """)

    @Argument("Question for the agent.")
    var prompt: String?
    @Option("Seconds to wait for each answer.", value: "seconds")
    var timeout = 120
    let client = ClientOptions()
    let output = OutputOptions()

    func validate() throws {
        guard prompt?.contains(where: { !$0.isWhitespace }) ?? true else {
            throw ValidationError("the question is empty")
        }
        guard timeout > 0 else { throw ValidationError("--timeout must be at least 1") }
    }

    func run() async throws {
        let (messenger, settings) = try client.openWithSettings()
        defer { messenger.store.close() }
        let conversation = AgentConversation(
            messenger: messenger, agent: settings.agentID, timeout: .seconds(timeout), format: output.format)
        let prompts =
            prompt.map { prompt in
                AsyncStream {
                    $0.yield(prompt); $0.finish()
                }
            } ?? StandardInput.lines()
        let isInteractive = prompt == nil && output.format == .text && Terminal.isInteractive
        if isInteractive { Output.note("Ask \(settings.agentID) anything about its host. Ctrl-D ends.") }
        let asking = Asking(conversation: conversation, prompts: prompts, invites: isInteractive)
        try await ServiceGroup([
            ("messenger", messenger), ("hand-over", HandOver(messenger: messenger)), ("chat", asking),
        ]).run()
    }
}

/// Sends the prompts one after another.
private struct Asking: Service {
    let conversation: AgentConversation
    let prompts: AsyncStream<String>
    /// Whether to show an input prompt.
    let invites: Bool

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var lastOutcome = ChatReply.Outcome.answered
            invite()
            for await prompt in prompts {
                if prompt.contains(where: { !$0.isWhitespace }) {
                    lastOutcome = try await conversation.ask(prompt)
                }
                invite()
            }
            if invites { Output.remark("\n") }
            guard lastOutcome == .answered else {
                throw Failure(.unavailable, "the agent could not answer", help: "The reason is in its reply.")
            }
        }
    }

    private func invite() { if invites { Output.remark("> ") } }
}

/// A conversation with the agent on the command line.
private struct AgentConversation {
    let messenger: Messenger
    let agent: IdentityID
    let timeout: Duration
    let format: Output.Format

    private struct Answer: Encodable {
        let requestId: UUID
        let reply: ChatReply
    }

    /// Sends a prompt and shows its answer; all other messages stay in the inbox.
    func ask(_ text: String) async throws -> ChatReply.Outcome {
        guard text.utf8.count <= ChatPrompt.maxTextByteCount else {
            throw Failure(
                .badInput, "the question is longer than \(ChatPrompt.maxTextByteCount) bytes",
                help: "Shorten it.")
        }
        // Random, and only inside the ciphertext: the relay sees the message's own id, which reveals nothing of it.
        let id = UUID()
        let prompt = TypedMessage(.chatPrompt(ChatPrompt(text: text)), requestId: id)
        try await messenger.send(prompt, to: agent, class: .durable)
        let answer = try await Progress.shown("waiting for \(agent)") { try await reply(to: id, $0) }
        guard let reply = answer else {
            if try await messenger.unapprovedKeys().contains(where: { $0.peer == agent }) {
                throw Failure(
                    .denied,
                    "\(agent) has not answered, and nobody has approved an identity key that came for it",
                    help:
                        "Compare it with: sysmaint verify \(agent); see what is held with: sysmaint inbox --held"
                )
            }
            throw Failure(
                .busy, "\(agent) has not answered within \(timeout.components.seconds) s",
                help: "Check that it is running. The question is kept; see a late answer with: sysmaint inbox"
            )
        }
        if format == .json { try Output.json(Answer(requestId: id, reply: reply)) }
        return reply.outcome
    }

    private func reply(to id: UUID, _ progress: Progress) async throws -> ChatReply? {
        try await withDeadline(timeout, on: .continuous) { try await firstReply(to: id, progress) } ?? nil
    }

    /// Shows the progress of a prompt until its answer is complete.
    private func firstReply(to id: UUID, _ waiting: Progress) async throws -> ChatReply? {
        var answer = AnswerStream()
        for await received in messenger.incoming()
        where received.sender == agent && received.message.requestId == id {
            switch received.message.payload {
            case .chatReply(let reply):
                waiting.end()
                if format == .text {
                    try Output.text(answer.finished(with: reply.text.printable))
                    Output.note("(\(reply.source.printableInLine))")
                }
                try await messenger.handled(received)
                return reply
            case .chatProgress(let progress):
                if let tool = progress.tool, progress.event == .toolStarted {
                    waiting.aside { Output.note("… \(tool.printableInLine)") }
                }
                if let text = progress.text, format == .text, Terminal.showsResults {
                    waiting.end()
                    try Output.text(answer.grown(to: text.printable))
                }
                try await messenger.handled(received)
            default: break
            }
        }
        return nil
    }
}

extension ChatReply {
    /// Who answered, and in place of whom.
    fileprivate var source: String {
        replaced.map { "\(answeredBy), in place of \($0.model): \($0.reason)" } ?? answeredBy
    }
}
