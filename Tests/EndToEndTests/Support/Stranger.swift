import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import TestSupport

/// An account that says what it likes, under what ids it likes, with the program's own encryption.
struct Stranger: Sendable {
    let messenger: Messenger
    private let scratch: ScratchDirectory

    init(_ name: String, at relay: String) async throws {
        scratch = try ScratchDirectory()
        let store = try KeyStore.create(
            at: scratch.file("store.db"), passphrase: "of a stranger", owner: DeviceAddress(IdentityID(name)))
        messenger = Messenger(store: store, relay: RelayClient(url: relay), logger: .silent)
        try await messenger.register()
    }

    /// Lends `body` what comes, with the connection open.
    func connected<Value: Sendable>(
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
}
