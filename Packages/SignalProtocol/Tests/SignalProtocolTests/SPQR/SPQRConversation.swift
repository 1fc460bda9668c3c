import Cryptography
import VectorSupport
import Testing

@testable import SignalProtocol

/// Two ends of a ratchet and the messages on their way between them; every key that comes out is compared.
struct SPQRConversation {
    enum End: Int, CaseIterable {
        case a, b
        var peer: End { self == .a ? .b : .a }
    }

    struct Sent {
        let message: [UInt8]
        let key: SecretBytes?
    }

    var states: [SPQRState]
    var random: SeededRandom
    /// What is on its way to each end.
    var queues: [[Sent]] = [[], []]
    /// Whether states are stored and loaded between any two calls.
    var isReloaded = false

    init(
        seed: UInt64, requiredAtA: Bool = true, requiredAtB: Bool = true, limits: ChainLimits = ChainLimits()
    ) {
        random = SeededRandom(seed: seed)
        let key = SecretBytes(random.bytes(32))
        states = [
            SPQRState(authKey: key, direction: .a2b, isRequired: requiredAtA, limits: limits),
            SPQRState(authKey: key, direction: .b2a, isRequired: requiredAtB, limits: limits),
        ]
    }

    init(seed: UInt64, _ a: SPQRState, _ b: SPQRState) {
        random = SeededRandom(seed: seed)
        states = [a, b]
    }

    subscript(end: End) -> SPQRState { states[end.rawValue] }

    func epoch(_ end: End) -> UInt64 { self[end].active?.agreement.epoch ?? 0 }

    /// Sends and queues a message.
    @discardableResult
    mutating func send(from end: End) throws -> Sent {
        try reload(end)
        let (message, key) = try states[end.rawValue].send(using: &random)
        let sent = Sent(message: message, key: key)
        queues[end.peer.rawValue].append(sent)
        return sent
    }

    /// Delivers the message at a place in the queue, the next one unless told otherwise.
    mutating func receive(at end: End, position: Int = 0) throws {
        try reload(end)
        let sent = queues[end.rawValue].remove(at: position)
        #expect(try states[end.rawValue].receive(sent.message) == sent.key)
    }

    /// Loses the message at a place in the queue.
    mutating func lose(at end: End, position: Int) { queues[end.rawValue].remove(at: position) }

    /// One message each way, delivered at once.
    mutating func round() throws {
        for end in End.allCases {
            try send(from: end)
            try receive(at: end.peer)
        }
    }

    /// Expects that a message is refused and changes nothing.
    func expectRefusal(of message: [UInt8], at end: End, _ errors: Set<SPQRError>? = nil) {
        var state = self[end]
        let result = outcome { () throws(SPQRError) in try state.receive(message) }
        switch result {
        case .success: Issue.record("\(end) accepted \(message.hex)")
        case .failure(let error): #expect(errors?.contains(error) != false, "\(error)")
        }
        #expect(state.serialized() == self[end].serialized(), "\(end) changed")
    }

    private mutating func reload(_ end: End) throws {
        guard isReloaded else { return }
        let state = self[end]
        let stored = state.serialized(Bool.random(using: &random) ? .compact : .official)
        states[end.rawValue] = try SPQRState(serialized: stored)
    }
}
