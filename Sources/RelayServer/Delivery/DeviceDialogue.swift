import HTTPEdge
import RelayAPI

/// What one device's socket does next. A value: fed with events it returns actions; no I/O, no clock.
///
/// - Envelopes leave in the order of the queue. What a commit has just queued is sent at once where everything before it has been sent;
///   otherwise the queue is read, in parts, as far as the window has room and the device reads.
/// - The device's frames are not held up by the disk: answers follow when their commit is done. Too many unanswered ones are
///   held back and stop the reading.
struct DeviceDialogue {
    enum Event {
        /// What the connection before acknowledged is forgotten: the queue may be read.
        case ready
        case received(Result<ClientFrame, Problem>)
        /// What became of a message of the device.
        case answered(ServerFrame)
        /// Something else to tell the device.
        case told(ServerFrame)
        /// A message for the device is on disk.
        case queued(QueuedMessage)
        case read(QueuePart, QueuePage)
        /// The store cannot be read.
        case unreadable
        /// Something may leave now: the device has read, or a message of class `online` waits.
        case woken
        /// The relay shuts down.
        case shutdown
        case close(UInt16, reason: String)
        case ended
    }

    enum Action: Equatable {
        case accept(Envelope, SendConditions)
        case acknowledge([DeliveryWindow.Acknowledged])
        case read(QueuePart, maxCount: Int)
        case send(ServerFrame)
        case deliver([QueuedMessage])
        case pauseReading
        case resumeReading
        case close(UInt16, reason: String)
        /// The socket broke while this was the oldest message not acknowledged.
        case noteFailure(of: Int64)
    }

    /// Messages that a device may send before the first is answered; then its frames wait in the network.
    static let maxUnansweredCount = 256
    /// What is read from the store at a time: bounds what one socket holds in memory.
    static let maxFetchCount = 64
    static let maxFetchByteCount = 512 * 1024

    private var window: DeliveryWindow
    private var online = OnlineBuffer()

    // MARK: What the device sent
    /// Frames that came when too many were unanswered.
    private var held: ArraySlice<Result<ClientFrame, Problem>> = []
    private var isPaused = false
    /// Messages taken from the device whose answer has not left.
    private var unansweredCount = 0
    /// Answers and what else is to be said, while the device does not read.
    private var replies: [ServerFrame] = []

    // MARK: What waits for the device
    /// Every message up to this number was sent, or is not to be.
    private var position: Int64 = 0
    /// The newest message that is known to be queued.
    private var newest: Int64 = 0
    private var hasSeenEnd = false
    private var hasSaidEmpty = false
    private var isReady = false
    private var isReading = false

    private var isDraining = false
    private var isClosed = false

    /// Of the event at hand.
    private var isWritable = false
    private var now = ContinuousClock.now
    private var actions: [Action] = []

    init(maxInFlightCount: Int) { window = DeliveryWindow(limit: maxInFlightCount) }

    /// Hands over a message that is not stored; false when too many wait already. To be followed by `woken`.
    mutating func offer(_ envelope: Envelope, at moment: ContinuousClock.Instant) -> Bool {
        online.add(envelope, at: moment)
    }

    /// What to do about an event, in order; `isWritable` says whether the device reads as fast as is written.
    mutating func handle(_ event: Event, isWritable: Bool, at moment: ContinuousClock.Instant = .now)
        -> [Action]
    {
        (self.isWritable, now) = (isWritable, moment)
        defer { actions = [] }
        if case .ended = event {
            end()
        } else if !isClosed {
            take(event)
            goOn()
        }
        return actions
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .ready: isReady = true
        case .received(let frame): receive(frame)
        case .answered(let frame), .told(let frame): replies.append(frame)
        case .queued(let message): queued(message)
        case .read(.regular, let page): read(page)
        case .read(.setAside, let page):
            isReading = false
            deliver(page.messages)
            sayEmpty()
        case .unreadable: close(1011, reason: "the relay cannot read its database; connect again")
        case .woken: break
        case .shutdown: isDraining = true
        case .close(let code, let reason): close(code, reason: reason)
        case .ended: break
        }
    }

    /// What can be done now, whatever has happened.
    private mutating func goOn() {
        while isWritable, !isClosed {
            reply()
            guard let frame = held.first, hasRoom(for: frame) else { break }
            held.removeFirst()
            take(frame)
        }
        guard isWritable, !isClosed else { return }
        if isDraining, unansweredCount == 0 {
            return close(1001, reason: "the relay is shutting down; connect again")
        }
        if isPaused, held.isEmpty, unansweredCount < Self.maxUnansweredCount {
            isPaused = false
            actions.append(.resumeReading)
        }
        for envelope in online.take(at: now) { actions.append(.send(.envelope(envelope))) }
        readQueue()
    }

    private mutating func close(_ code: UInt16, reason: String) {
        isClosed = true
        actions.append(.close(code, reason: reason))
    }

    /// A socket that breaks over the same message again and again says something about the message; one that we closed does not.
    private mutating func end() {
        guard !isClosed, !isDraining, let sequence = window.oldestSequence else { return }
        actions.append(.noteFailure(of: sequence))
    }

    // MARK: Frames of the device

    private mutating func receive(_ frame: Result<ClientFrame, Problem>) {
        if held.isEmpty, hasRoom(for: frame) { return take(frame) }
        held.append(frame)
        guard !isPaused else { return }
        isPaused = true
        actions.append(.pauseReading)
    }

    private func hasRoom(for frame: Result<ClientFrame, Problem>) -> Bool {
        switch frame {
        case .success(.ack), .success(.ackRange): true
        case .success(.send), .failure: unansweredCount < Self.maxUnansweredCount
        }
    }

    private mutating func take(_ frame: Result<ClientFrame, Problem>) {
        switch frame {
        case .success(.ack(let ids)): acknowledged(ids.compactMap { window.acknowledge($0, at: now) })
        case .success(.ackRange(let first, let last)):
            if let range = window.acknowledge(from: first, through: last, at: now) {
                acknowledged(range)
            } else {
                let error = InvalidValue(
                    "first, last", "must be messages in flight, in the order they were sent")
                unansweredCount += 1
                replies.append(.refused(nil, Problem(error)))
            }
        case .success(.send(let envelope, let conditions)):
            unansweredCount += 1
            actions.append(.accept(envelope, conditions))
        case .failure(let problem):
            unansweredCount += 1
            replies.append(.refused(nil, problem))
        }
    }

    private mutating func acknowledged(_ messages: [DeliveryWindow.Acknowledged]) {
        if !messages.isEmpty { actions.append(.acknowledge(messages)) }
    }

    private mutating func reply() {
        for frame in replies {
            if frame.isAnswer { unansweredCount -= 1 }
            actions.append(.send(frame))
        }
        replies = []
    }

    // MARK: The queue

    private mutating func queued(_ message: QueuedMessage) {
        newest = max(newest, message.sequence)
        guard message.sequence == position + 1, isReady, !isReading, isWritable, window.free > 0 else {
            return
        }
        deliver([message])
    }

    private mutating func readQueue() {
        guard isReady, !isReading, !hasSeenEnd || position < newest, window.free > 0 else { return }
        isReading = true
        let part = QueuePart.regular(after: position)
        actions.append(.read(part, maxCount: min(window.free, Self.maxFetchCount)))
    }

    private mutating func read(_ page: QueuePage) {
        isReading = false
        deliver(page.messages)
        hasSeenEnd = page.lastSequence != nil
        position = max(position, page.lastSequence ?? 0)
        guard hasSeenEnd, !hasSaidEmpty else { return }
        guard window.free > 0 else { return sayEmpty() }
        isReading = true
        actions.append(.read(.setAside, maxCount: min(window.free, Self.maxFetchCount)))
    }

    private mutating func sayEmpty() {
        hasSaidEmpty = true
        actions.append(.send(.queueEmpty))
    }

    private mutating func deliver(_ messages: [QueuedMessage]) {
        guard !messages.isEmpty else { return }
        for message in messages {
            window.sent(message.messageID, sequence: message.sequence, at: now)
            position = max(position, message.sequence)
        }
        actions.append(.deliver(messages))
    }
}

extension ServerFrame {
    /// Whether this answers a frame of the device.
    fileprivate var isAnswer: Bool {
        switch self {
        case .sent, .refused: true
        case .envelope, .queueEmpty, .prekeysLow: false
        }
    }
}
