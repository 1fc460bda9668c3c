import Foundation
import KeyStore
import RelayAPI

/// The flow from the outbox through one open socket.
///
/// Messages are sent without waiting for answers. Each names its predecessor to the same device if that has
/// no answer yet, so the relay takes none whose predecessor it refused. After a refusal a recipient is held until
/// all that is on its way there is answered; then its messages go again from the oldest. Recipients do not wait for
/// each other, and nor do the copies of one message for several devices.
actor OutboxFlow {
    /// The maximum number of messages in flight.
    static let window = 256

    /// A recipient whose messages have to wait.
    struct Pause: Hashable, Sendable {
        let recipient: DeviceAddress
        let delay: Duration
    }

    /// The relay's answer to a message.
    struct Answer: Sendable {
        let copy: MessageCopy
        let message: OutboxMessage
        /// Nil if it was accepted.
        var refusal: Refusal?
        /// The minimum time that the recipient waits after a refusal.
        var pause = Duration.zero
    }

    private struct Lane {
        enum State: Hashable {
            /// New messages are sent as they come.
            case open
            /// A message was refused: nothing is sent until all are answered and this delay has passed.
            case draining(Duration)
            case paused
            /// Messages that were overtaken are sent first.
            case behind
        }

        var state = State.open
        var inFlightCount = 0
        /// The last message that the relay will keep.
        var lastKept: UUID?
        /// Everything up to this position was sent.
        var position: Int64 = 0
    }

    private let store: KeyStore
    private let send: @Sendable (ClientFrame) async throws -> Void
    private var inFlight: [MessageCopy: OutboxMessage] = [:]
    private var lanes: [DeviceAddress: Lane] = [:]
    private var position: Int64 = 0
    private var newPauses: [Pause] = []

    init(store: KeyStore, send: @escaping @Sendable (ClientFrame) async throws -> Void) {
        self.store = store
        self.send = send
    }

    private var room: Int { Self.window - inFlight.count }

    /// Sends what may be sent now. For a single task.
    ///
    /// - Returns: Recipients that were paused since the last time; `resume` is to be called for each after its delay.
    func advance() async throws -> [Pause] {
        for recipient in lanes.filter({ $0.value.state == .behind }).keys { try await catchUp(recipient) }
        try await sendNew()
        // Drop lanes that have gone quiet.
        lanes = lanes.filter {
            $0.value.state != .open || $0.value.inFlightCount > 0 || $0.value.position > position
        }
        defer { newPauses = [] }
        return newPauses
    }

    private func sendNew() async throws {
        while room > 0 {
            let held = Set(lanes.filter { $0.value.state != .open }.keys)
            let (page, conditions) = try await store.read { [position, room] transaction in
                let page = try transaction.outbox.page(after: position, excluding: held, limit: room)
                return (page, try page.messages.map { try SendConditions(for: $0, in: transaction) })
            }
            guard let last = page.lastPosition else { return }
            for (message, conditions) in zip(page.messages, conditions) {
                let lane = lanes[message.recipient, default: Lane()]
                // Held since the page was read: its lane finds the message when it goes on.
                guard lane.state == .open, message.position > lane.position else { continue }
                position = message.position
                try await send(message, if: conditions)
            }
            position = max(position, last)
        }
    }

    private func catchUp(_ recipient: DeviceAddress) async throws {
        while room > 0, let lane = lanes[recipient], lane.state == .behind {
            let (messages, conditions) = try await store.read { [room] transaction in
                let messages = try transaction.outbox.messages(
                    to: recipient, after: lane.position, limit: room)
                return (messages, try messages.map { try SendConditions(for: $0, in: transaction) })
            }
            if messages.isEmpty, lanes[recipient]?.state == .behind { lanes[recipient]?.state = .open }
            for (message, conditions) in zip(messages, conditions) {
                guard lanes[recipient]?.state == .behind else { return }
                try await send(message, if: conditions)
            }
        }
    }

    private func send(_ message: OutboxMessage, if conditions: SendConditions) async throws {
        let envelope = message.envelope
        var conditions = conditions
        var lane = lanes[message.recipient, default: Lane()]
        if envelope.class != .online {
            conditions.after = lane.lastKept
            lane.lastKept = message.messageID
        }
        lane.inFlightCount += 1
        lane.position = message.position
        lanes[message.recipient] = lane
        inFlight[envelope.copy] = message
        try await send(.send(envelope, conditions))
    }

    /// The message that an answer of the relay is about.
    func message(_ copy: MessageCopy) -> OutboxMessage? { inFlight[copy] }

    /// The relay has answered, and the store knows it.
    func settled(_ answers: [Answer]) {
        for answer in answers where inFlight.removeValue(forKey: answer.copy) != nil {
            let recipient = answer.message.recipient
            guard var lane = lanes[recipient] else { continue }
            lane.inFlightCount -= 1
            if let least = answer.refusal?.delay {
                let delay = max(least, answer.pause)
                if case .draining(let longer) = lane.state {
                    lane.state = .draining(max(delay, longer))
                } else {
                    lane.state = .draining(delay)
                }
            }
            if lane.inFlightCount == 0 { drained(&lane, of: recipient) }
            lanes[recipient] = lane
        }
    }

    private func drained(_ lane: inout Lane, of recipient: DeviceAddress) {
        lane.lastKept = nil
        guard case .draining(let delay) = lane.state else { return }
        lane.position = 0
        if delay == .zero {
            lane.state = .behind
        } else {
            lane.state = .paused
            newPauses.append(Pause(recipient: recipient, delay: delay))
        }
    }

    func resume(_ recipient: DeviceAddress) {
        if lanes[recipient]?.state == .paused { lanes[recipient]?.state = .behind }
    }

    /// The cause of the delay for this peer is gone: its messages need not wait any longer.
    func resume(allOf peer: IdentityID) {
        for recipient in lanes.keys where recipient.identity == peer { goOn(recipient) }
    }

    /// No recipient need wait longer.
    func resumeAll() {
        for recipient in lanes.keys { goOn(recipient) }
    }

    private func goOn(_ recipient: DeviceAddress) {
        switch lanes[recipient]?.state {
        case .paused: lanes[recipient]?.state = .behind
        case .draining: lanes[recipient]?.state = .draining(.zero)
        case .open, .behind, nil: break
        }
    }
}

extension SendConditions {
    /// What we assume about the recipient of a message, for the relay to check.
    init(for message: OutboxMessage, in transaction: Transaction) throws {
        let recipient = message.recipient.identity
        let devices = try transaction.peers.peer(recipient)?.devices
            .filter { DeviceAddress(recipient, $0) != transaction.account.owner }
        self.init(registrationId: message.registrationID, devices: devices)
    }
}
