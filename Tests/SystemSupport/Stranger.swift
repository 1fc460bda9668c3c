import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import TestSupport

/// An account that says what it likes, under what ids it likes, with the program's own encryption.
package struct Stranger: Sendable {
    package let messenger: Messenger
    private let scratch: ScratchDirectory

    package init(_ name: String, at relay: String) async throws {
        scratch = try ScratchDirectory()
        let store = try KeyStore.create(
            at: scratch.file("store.db"), passphrase: "of a stranger", owner: DeviceAddress(IdentityID(name)))
        messenger = Messenger(
            store: store, relay: RelayClient(url: relay), logger: .silent,
            stock: PreKeyStock(full: 10, low: 3))
        try await messenger.register()
    }

    /// Lends `body` what comes, with the connection open.
    package func connected<Value: Sendable>(
        _ body: @escaping @Sendable (AsyncStream<ReceivedMessage>) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await messenger.run()
                return nil
            }
            group.addTask { try await body(messenger.incoming()) }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    /// The agent's answer to a question under this request id.
    package func asks(_ text: String, as requestID: UUID) async throws -> String? {
        try await connected { messages in
            try await messenger.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: text)), requestId: requestID),
                to: try IdentityID("sysmaint"))
            return await Self.answer(to: requestID, in: messages)?.text
        }
    }

    package static func answer(
        to requestID: UUID, in messages: AsyncStream<ReceivedMessage>
    ) async -> ChatReply? {
        for await received in messages where received.message.requestId == requestID {
            if case .chatReply(let reply) = received.message.payload { return reply }
        }
        return nil
    }
}
