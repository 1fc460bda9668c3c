import Dispatch
import Foundation
import KeyStore
import Logging
import Messenger
import Services

/// An operation on its way to the owner of a store.
struct HandedWork<Operation: StoreOperation>: Codable {
    var name = Operation.name
    let operation: Operation
}

/// What became of it.
struct HandedAnswer<Outcome: Codable & Sendable>: Codable, Sendable {
    private struct Refusal: Codable, Sendable {
        let code: Int32
        let message: String
        let help: String?
    }

    private let outcome: Outcome?
    private let refusal: Refusal?

    init(_ outcome: Outcome) { (self.outcome, refusal) = (outcome, nil) }

    init(_ failure: Failure) {
        outcome = nil
        refusal = Refusal(code: failure.code.rawValue, message: failure.message, help: failure.help)
    }

    func get() throws(Failure) -> Outcome {
        if let outcome { return outcome }
        throw Failure(
            refusal.flatMap { Failure.Code(rawValue: $0.code) } ?? .internalError,
            refusal?.message ?? "the process that uses the key store gave no reason", help: refusal?.help)
    }
}

/// Carries out what commands hand over, beside a running messenger.
struct HandOver: Service {
    let messenger: Messenger

    /// All that may be handed over.
    private static let operations: [any StoreOperation.Type] = [
        SendMessage.self, ReadMessages.self, DeleteMessages.self, PruneMessages.self, ListIncidents.self,
        BeginSession.self, DescribeOwner.self, ListPeers.self, CompareKeys.self, ApproveKey.self,
        RejectKeys.self, RegisterOwner.self, BackUpStore.self,
    ]

    /// How long a command may take to send its request, or to read the response.
    private static let patience = Duration.seconds(5)

    func run() async throws {
        // Without a socket, commands wait for the store and say who owns it.
        guard let socket = LocalSocket.listen(beside: messenger.store.path) else {
            let cause = String(cString: strerror(errno))
            Logger(label: "identities").warning(
                "commands cannot hand over their work: no socket can be made beside the key store",
                ["store": messenger.store.path, "cause": cause])
            return await gracefulShutdown()
        }
        let (connections, arrival) = AsyncStream.makeStream(of: Int32.self)
        let source = DispatchSource.makeReadSource(fileDescriptor: socket, queue: .global())
        source.setEventHandler {
            if let connection = LocalSocket.accept(socket) { arrival.yield(connection) }
        }
        source.setCancelHandler { close(socket) }
        source.resume()
        defer {
            source.cancel()
            LocalSocket.remove(beside: messenger.store.path)
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await connection in connections { group.addTask { await serve(connection) } }
            }
        }
    }

    private func serve(_ connection: Int32) async {
        defer { close(connection) }
        guard LocalSocket.isOurs(connection) else { return }
        LocalSocket.setTimeout(Self.patience, of: connection)
        let line = await Self.blocking {
            LocalSocket.readLine(connection, limit: LocalSocket.maxRequestByteCount)
        }
        guard let line else { return }
        await answer(line, on: connection)
    }

    /// Runs what waits for the command at the other end where nothing else waits for it.
    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }

    private struct Name: Decodable { let name: String }

    private func answer(_ line: Data, on connection: Int32) async {
        let name = try? JSONDecoder().decode(Name.self, from: line).name
        if let type = Self.operations.first(where: { $0.name == name }) {
            await answer(line, as: type, on: connection)
        } else {
            await write(HandedAnswer<Bool>(Self.unknown), to: connection)
        }
    }

    private func answer<Operation: StoreOperation>(
        _ line: Data, as type: Operation.Type, on connection: Int32
    ) async {
        await write(outcome(of: type, in: line), to: connection)
    }

    private func outcome<Operation: StoreOperation>(
        of type: Operation.Type, in line: Data
    ) async -> HandedAnswer<Operation.Outcome> {
        guard let work = try? JSONDecoder().decode(HandedWork<Operation>.self, from: line) else {
            return HandedAnswer(Self.unknown)
        }
        do {
            return HandedAnswer(try await work.operation.run(by: messenger))
        } catch {
            return HandedAnswer(
                Failure(describing: error) ?? Failure(.internalError, "unexpected error: \(error)"))
        }
    }

    private static let unknown = Failure(
        .busy, "the process that uses the key store does not know this command",
        help: "It is of another version: restart it.")

    /// Who does not wait for the answer misses it.
    private func write(_ answer: some Encodable & Sendable, to connection: Int32) async {
        await Self.blocking { try? LocalSocket.write(answer, to: connection) }
    }
}
