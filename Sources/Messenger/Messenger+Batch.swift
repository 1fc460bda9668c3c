import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI

/// The result of a flush.
package struct FlushResult: Hashable, Sendable {
    package fileprivate(set) var acceptedCount = 0
    /// Messages that are still in the outbox.
    package fileprivate(set) var waitingCount = 0
    /// The reasons why messages wait, by recipient.
    package fileprivate(set) var delays: [String] = []
    /// The reasons why messages were given up.
    package fileprivate(set) var failures: [String] = []
}

/// What the service does continuously, done once: for commands.
extension Messenger {
    /// The maximum number of concurrent requests.
    private static let flushWidth = 16

    /// Sends the outbox to the relay over HTTP: in order per device, to several devices concurrently.
    ///
    /// - Throws: `MessengerError.relayUnreachable`, errors of the store, and, once all else was sent,
    ///   `MessengerError.identityChanged`; what was not handed over stays in the outbox.
    package func flush() async throws -> FlushResult {
        // Nothing leaves in sessions that may have gone on elsewhere.
        if try await isInDoubt() { try await lookAfterKeys() }
        try await store.write { try $0.outbox.giveUpExpired(cause: Self.expiry) }
        var result = FlushResult()
        var paused: Set<DeviceAddress> = []
        var renewed: Set<IdentityID> = []
        var identityChange: MessengerError?
        while true {
            let answers = try await sendFirstOfEach(excluding: paused)
            if answers.isEmpty { break }
            var changed: Set<IdentityID> = []
            for (message, problem) in answers {
                guard let problem else {
                    result.acceptedCount += 1
                    continue
                }
                let peer = message.recipient.identity
                switch Refusal(problem) {
                case .drop: break
                case .devicesChanged where !renewed.contains(peer): changed.insert(peer)
                case .devicesChanged, .retry, .outOfTurn:
                    paused.insert(message.recipient)
                    result.delays.append(problem.description)
                case .deviceGone, .giveUp: result.failures.append(problem.description)
                }
            }
            // Once for all devices of a peer, however many of them reported it.
            for peer in changed {
                do { try await renewDevices(of: peer) } catch MessengerError.identityChanged(let peer) {
                    identityChange = .identityChanged(peer)
                }
            }
            renewed.formUnion(changed)
        }
        if let identityChange { throw identityChange }
        result.waitingCount = try await store.read { try $0.outbox.count() }
        return result
    }

    /// Sends the oldest message for each device, as far as they stand among the next few, and settles them.
    ///
    /// - Returns: Which they were, and why the relay did not take them.
    private func sendFirstOfEach(
        excluding paused: Set<DeviceAddress>
    ) async throws -> [(OutboxMessage, Problem?)] {
        let next = try await store.read { transaction in
            var recipients: Set<DeviceAddress> = []
            return try transaction.outbox.page(after: 0, excluding: paused, limit: Self.flushWidth).messages
                .filter { recipients.insert($0.recipient).inserted }
                .map { ($0, try SendConditions(for: $0, in: transaction)) }
        }
        return try await withThrowingTaskGroup { group in
            for (message, conditions) in next {
                group.addTask { (message, try await self.hand(message, if: conditions)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func hand(_ message: OutboxMessage, if conditions: SendConditions) async throws -> Problem? {
        do {
            _ = try await access.withToken { relay, token in
                try await relay.send(message.envelope, if: conditions, token: token)
            }
            try await store.write { try $0.outbox.accepted(message) }
            return nil
        } catch let problem as Problem where !problem.isUnauthorized {
            let refusal = Refusal(problem)
            try await store.write { try refusal.settle(message, in: &$0) }
            return problem
        }
    }

    /// Receives everything that waits on the relay, and sends the required replies.
    ///
    /// `taken` is called with the number of envelopes received so far.
    ///
    /// - Returns: How many messages were new in the inbox.
    package func receiveUntilEmpty(
        taken: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Int {
        let before = try await store.read { try $0.inbox.count() }
        let broken = try await access.withToken { [self] relay, token in
            try await relay.withSocket(of: address, token: token) { socket in try await drain(socket, taken) }
        }
        for device in broken {
            // Whoever sent garbage may be gone, and must not keep us from the rest.
            do { try await repairSession(with: device) } catch let problem as Problem
                where !problem.isUnauthorized
            {
                logger.warning("session not repaired", ["peer": "\(device)", "problem": "\(problem)"])
            } catch let error as MessengerError where error.isOfBundle {
                logger.warning("session not repaired", ["peer": "\(device)", "error": "\(error)"])
            }
        }
        // A message that waits for a decision about its recipient's key says so itself.
        do { _ = try await flush() } catch MessengerError.identityChanged {}
        return try await store.read { try $0.inbox.count() } - before
    }

    private func drain(
        _ socket: RelaySocket, _ taken: @Sendable (Int) -> Void
    ) async throws -> Set<DeviceAddress> {
        let flow = OutboxFlow(store: store, send: socket.send)
        let session = SocketSession(
            store: store, socket: socket, flow: flow, unreadable: unreadable,
            unapprovedBundles: unapprovedBundles, logger: logger)
        var broken: Set<DeviceAddress> = []
        var count = 0
        do {
            for try await frames in socket.frames {
                let news = try await session.take(frames)
                count += frames.count { if case .envelope = $0 { true } else { false } }
                taken(count)
                broken.formUnion(news.brokenSessions)
                if news.isQueueEmpty { return broken }
            }
        } catch let error as SocketClosed where error.code == CloseCode.takenOver {
            throw MessengerError.takenOver(address)
        }
        throw SocketClosed(code: nil, reason: "the connection ended before everything was received")
    }

    /// How often commands check the prekeys.
    private static let upkeepPause = Duration.seconds(3600)

    /// Looks after prekeys where it is time to, as who uses nothing but commands has no service that does: once an hour,
    /// and at once where the relay knew nothing of the device any more. What goes wrong is logged; it is tried again.
    ///
    /// - Throws: `MessengerError.storeOutdated`, `.usedElsewhere`.
    package func lookAfterKeysIfDue() async throws {
        do {
            let age = try await store.read { try $0.settings.upkeepAge(inBoot: Boot.name) }
            // A clock that was put back makes an age that is below zero.
            let isDue = age.map { !(.zero...Self.upkeepPause).contains($0) } ?? true
            if await access.hasRegistered || isDue { try await lookAfterKeys() }
        } catch let error as MessengerError where error.isOfCopies {
            throw error
        } catch {
            logger.warning("upkeep failed", ["error": "\(error)"])
        }
    }

    /// Whether the machine was restarted since the relay was last asked: the disk may have been put back meanwhile, and
    /// the relay should be asked before the next message.
    package func isInDoubt() async throws -> Bool {
        try await store.read { try $0.settings.isOfBoot(Boot.name) } == false
    }

    // MARK: Looking

    /// Messages that were received and not marked as handled, oldest first.
    package func inbox(limit: Int) async throws -> [ReceivedMessage] {
        try await store.messages { try $0.inbox.page(after: 0, limit: limit) }.messages
    }

    /// What went wrong with messages, newest first.
    package func incidents(limit: Int) async throws -> [Incident] {
        try await store.read { try $0.incidents.newest(limit: limit) }
    }
}
