import Cryptography
import RelayAPI

/// A submitted envelope and the values that the store keeps of it, computed before the transaction.
package final class IncomingMessage: Sendable {
    let envelope: Envelope
    let conditions: SendConditions
    /// Milliseconds since 1970.
    let receivedAt: Int64
    /// The envelope as protobuf.
    let bytes: [UInt8]
    /// Distinguishes a repeated message from a different one with the same id.
    let digest: [UInt8]
    /// Receives the outcome of the message.
    let sink: any MessageSink
    /// Identifies the sender to the sink; the store does not use it.
    let origin: any AnyObject & Sendable

    init(
        _ envelope: Envelope, if conditions: SendConditions, at now: Int64,
        from origin: any AnyObject & Sendable,
        sink: any MessageSink
    ) {
        self.envelope = envelope
        self.conditions = conditions
        receivedAt = now
        bytes = envelope.protobuf
        digest = SHA256.hash(envelope.body.bytes)
        self.origin = origin
        self.sink = sink
    }
}

/// Receives the outcomes of messages, once for all messages that shared a commit.
package protocol MessageSink: AnyObject, Sendable {
    /// Called on the writer's thread after the commit; must be quick: it delays the next batch.
    func settled(_ messages: ArraySlice<SettledMessage>)
}

/// A message that is on disk or was rejected.
package struct SettledMessage: Sendable {
    /// The outcome of an accepted message.
    package enum Outcome: Hashable, Sendable {
        /// It is queued under this number.
        case stored(sequence: Int64)
        /// Of class `online`: it was checked and is not stored.
        case passed
        /// It was accepted before.
        case duplicate

        /// The outcome as reported to the sender.
        package var receipt: MessageReceipt.Outcome { self == .duplicate ? .duplicate : .accepted }
    }

    package let message: IncomingMessage
    package let result: Result<Outcome, StoreError>

    init(_ message: IncomingMessage, _ result: Result<Outcome, StoreError>) {
        self.message = message
        self.result = result
    }
}

extension SQLiteRelayStore {
    /// Queues one envelope if the conditions hold, and returns once it is on disk.
    package func accept(
        _ envelope: Envelope, if conditions: SendConditions = .none, at now: Int64
    ) async throws -> MessageReceipt.Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let sink = OneAnswer(continuation)
            accept([IncomingMessage(envelope, if: conditions, at: now, from: sink, sink: sink)])
        }
    }
}

private final class OneAnswer: MessageSink {
    private let continuation: CheckedContinuation<MessageReceipt.Outcome, any Error>

    init(_ continuation: CheckedContinuation<MessageReceipt.Outcome, any Error>) {
        self.continuation = continuation
    }

    func settled(_ messages: ArraySlice<SettledMessage>) {
        for message in messages { continuation.resume(with: message.result.map(\.receipt)) }
    }
}
