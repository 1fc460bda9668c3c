import Cryptography
import RelayAPI

/// An envelope on its way in, and what the store keeps of it, worked out before the transaction.
package final class IncomingMessage: Sendable {
    let envelope: Envelope
    let conditions: SendConditions
    /// Milliseconds since 1970.
    let receivedAt: Int64
    /// The envelope as a protocol buffer.
    let bytes: [UInt8]
    /// Tells a repeated message from another one under the same id.
    let digest: [UInt8]
    /// Is told what became of the message.
    let sink: any MessageSink
    /// What the sink knows the sender by; the store does not look at it.
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

/// Hears what became of messages, once for all that shared a commit.
package protocol MessageSink: AnyObject, Sendable {
    /// Called on the writer's thread, after the commit; must be quick: the next batch waits for it.
    func settled(_ messages: ArraySlice<SettledMessage>)
}

/// A message that is on disk, or not taken.
package struct SettledMessage: Sendable {
    /// What an accepted message came to.
    package enum Outcome: Hashable, Sendable {
        /// It waits in its queue under this number.
        case stored(sequence: Int64)
        /// Of class `online`: it was checked and is not kept.
        case passed
        /// It was accepted before.
        case duplicate

        /// As the sender is told.
        package var receipt: MessageReceipt.Outcome { self == .duplicate ? .duplicate : .accepted }
    }

    package let message: IncomingMessage
    package let result: Result<Outcome, StoreError>

    init(_ message: IncomingMessage, _ result: Result<Outcome, StoreError>) {
        self.message = message
        self.result = result
    }
}

extension RelayStore {
    /// Queues one envelope, if the conditions hold, and returns once it is on disk.
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
