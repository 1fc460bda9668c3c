import HTTPEdge
import RelayAPI

/// The logic of one device's socket. A value: it takes events and returns actions; no I/O, no clock.
///
/// - Envelopes leave in queue order. A newly committed message is sent immediately if everything before it has been
///   sent; otherwise the queue is read in batches while the window has room and the device keeps reading.
/// - The device's frames do not wait for the disk: each is answered when its commit is done. When too many are
///   unanswered, further frames are held back and reading stops.
struct DeviceDialogue {
    enum Event {
        /// The previous connection's acknowledgements are processed: the queue may be read.
        case ready
        case received(Result<ClientFrame, Problem>)
        /// The outcome of a message from the device.
        case answered(ServerFrame)
        /// Another frame for the device.
        case told(ServerFrame)
        /// A message for the device is on disk.
        case queued(QueuedMessage)
        case read(QueuePart, QueuePage)
        /// The store cannot be read.
        case unreadable
        /// Something may be sendable now: the device has read, or a message of class `online` is waiting.
        case woken
        /// The relay is shutting down.
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
        /// The socket broke while this was the oldest unacknowledged message.
        case noteFailure(of: Int64)
    }

    /// The number of unanswered messages that a device may have; further frames are not read.
    static let maxUnansweredCount = 256
    /// The size of one read from the store; bounds the memory of one socket.
    static let maxFetchCount = 64
    static let maxFetchByteCount = 512 * 1024

    private var window: DeliveryWindow
    private var online = OnlineBuffer()

    // MARK: Received from the device
    // Frames received while too many were unanswered.
    private var held: ArraySlice<Result<ClientFrame, Problem>> = []
    private var isPaused = false
    /// Messages accepted from the device whose answers have not been sent.
    private var unansweredCount = 0
    /// Answers and other frames that wait for the device to read.
    private var replies: [ServerFrame] = []

    // MARK: Waiting for the device
    // Every message up to this number has been sent or will be skipped.
    private var position: Int64 = 0
    /// The newest message known to be queued.
    private var newest: Int64 = 0
    private var hasSeenEnd = false
    private var hasSaidEmpty = false
    private var isReady = false
    private var isReading = false

    private var isDraining = false
    private var isClosed = false

    /// State of the current event.
    private var isWritable = false
    private var now = ContinuousClock.now
    private var actions: [Action] = []

    init(maxInFlightCount: Int) { window = DeliveryWindow(limit: maxInFlightCount) }

    /// Hands over a message that is not stored; false if too many are already waiting. Must be followed by `woken`.
    mutating func offer(_ envelope: Envelope, at moment: ContinuousClock.Instant) -> Bool {
        online.add(envelope, at: moment)
    }

    /// Handles an event and returns the actions in order; `isWritable` says whether the device keeps up with reading.
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

    /// Does whatever is possible now, independent of the event.
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

    /// Repeated breaks on the same message point to a problem with that message; a socket that we closed does not
    /// count.
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
