import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// Parties who write to each other over a network that loses, repeats and reorders, and who restart and forget.
///
/// The model knows which messages must arrive: all whose session the receiver has not forgotten, as long as few
/// messages overtake them. What it cannot know for sure it lets pass, but never a wrong plaintext, and never a second
/// one.
struct SessionModel {
    /// A message on its way.
    struct Letter {
        let message: CiphertextMessage
        let text: String
        /// The base key of its session.
        let session: [UInt8]
        var overtakenCount = 0
        /// Repetitions must be refused.
        var isRepeated = false
    }

    private struct Route: Hashable {
        let from: Int
        let to: Int
    }

    /// Receiving chains that are kept beside the newest.
    private static let maxOvertaking = 4

    private(set) var parties: [Party]
    private var letters: [Route: [Letter]] = [:]
    /// Sessions that the receiver, the key, has forgotten.
    private var forgotten: [Route: Set<[UInt8]>] = [:]
    private var random: SeededRandom
    private var letterCount = 0
    private var bundleCount: UInt32 = 0
    private(set) var deliveredCount = 0
    private(set) var lostCount = 0

    init(partyCount: Int, seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        parties = try (0..<partyCount).map { try Party("party \($0)", seed: seed &* 31 &+ UInt64($0)) }
    }

    /// One thing that happens.
    mutating func step() throws {
        guard let from = parties.indices.randomElement(using: &random) else { return }
        let to = (from + Int.random(in: 1..<parties.count, using: &random)) % parties.count
        let route = Route(from: from, to: to)
        switch Int.random(in: 0..<1000, using: &random) {
        case ..<430: try send(route)
        case ..<880: try deliver(route)
        case ..<910: lose(route)
        case ..<950: try deliverForgery(route)
        case ..<980: try restart(from)
        case ..<990: archive(route)
        case ..<995: forget(route)
        default: try initiate(route)
        }
    }

    /// Everything under way arrives, and afterwards everybody understands everybody.
    mutating func settle() throws {
        for route in letters.keys.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            while letters[route]?.isEmpty == false { try deliver(route) }
        }
        for from in parties.indices {
            for to in parties.indices where to != from {
                // A peer who forgot the session begins a new one as soon as it writes itself.
                for route in [
                    Route(from: from, to: to), Route(from: to, to: from), Route(from: from, to: to),
                ] {
                    try send(route)
                    try deliver(route)
                }
            }
        }
    }

    private mutating func send(_ route: Route) throws {
        let peer = parties[route.to].address
        if session(of: route.from, with: route.to)?.current == nil { try initiate(route) }
        letterCount += 1
        let text = "letter \(letterCount)"
        let session = try #require(try session(of: route.from, with: route.to)?.currentState()?.baseKey)
        let message = try parties[route.from].encrypt(text, to: peer)
        let wire = try CiphertextMessage(type: message.type, wire: message.wire)
        letters[route, default: []].append(Letter(message: wire, text: text, session: session))
    }

    private mutating func deliver(_ route: Route) throws {
        let queue = letters[route] ?? []
        // A letter that was overtaken often enough comes next.
        let late = queue.firstIndex { $0.overtakenCount >= Self.maxOvertaking }
        guard let position = late ?? queue.indices.prefix(Self.maxOvertaking).randomElement(using: &random)
        else {
            return
        }
        var letter = queue[position]
        for earlier in 0..<position { letters[route]?[earlier].overtakenCount += 1 }
        letters[route]?.remove(at: position)
        let before = session(of: route.to, with: route.from)
        do {
            let text = try parties[route.to].decrypt(letter.message, from: parties[route.from].address)
            #expect(text == letter.text)
            #expect(!letter.isRepeated, "\(letter.text) was decrypted twice")
            deliveredCount += 1
        } catch {
            let isForgotten = forgotten[route]?.contains(letter.session) == true
            #expect(letter.isRepeated || isForgotten, "\(letter.text): \(error)")
            #expect(
                session(of: route.to, with: route.from) == before, "a refused message changed the session")
            lostCount += letter.isRepeated ? 0 : 1
        }
        if !letter.isRepeated, Int.random(in: 0..<10, using: &random) == 0 {
            letter.isRepeated = true
            letters[route]?.append(letter)
        }
    }

    private mutating func lose(_ route: Route) {
        guard let queue = letters[route], let position = queue.indices.randomElement(using: &random) else {
            return
        }
        letters[route]?.remove(at: position)
    }

    /// Delivers a letter with one bit altered, which changes nothing at the receiver.
    private mutating func deliverForgery(_ route: Route) throws {
        guard let letter = letters[route]?.randomElement(using: &random) else { return }
        var wire = letter.message.wire
        let position = Int.random(in: wire.indices, using: &random)
        wire[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        let before = parties[route.to]
        do {
            let forged = try CiphertextMessage(type: letter.message.type, wire: wire)
            let text = try parties[route.to].decrypt(forged, from: parties[route.from].address)
            // Around the MAC there are bytes that do not matter, so some alterations harm nothing.
            #expect(text == letter.text && letter.message.kind == .preKey, "a forgery was read")
            parties[route.to] = before
        } catch {
            #expect(
                session(of: route.to, with: route.from)
                    == before.store.session(for: parties[route.from].address))
        }
    }

    /// A party comes back with what it had stored.
    private mutating func restart(_ party: Int) throws {
        for peer in parties.map(\.address) {
            guard let record = parties[party].store.session(for: peer) else { continue }
            let restored = try SessionRecord(serialized: record.serialized)
            #expect(restored == record)
            parties[party].store.storeSession(restored, for: peer)
        }
    }

    private mutating func archive(_ route: Route) {
        guard var record = session(of: route.from, with: route.to) else { return }
        record.archiveCurrentState()
        parties[route.from].store.storeSession(record, for: parties[route.to].address)
    }

    /// A party loses its sessions with a peer, and so everything that was or will be sent in them. The peer may not
    /// even know them all: the first message of one that the party began itself may still be under way.
    private mutating func forget(_ route: Route) {
        let back = Route(from: route.to, to: route.from)
        for sessions in [session(of: route.from, with: route.to), session(of: route.to, with: route.from)] {
            forgotten[back, default: []].formUnion(sessions?.baseKeys ?? [])
        }
        parties[route.from].store.storeSession(SessionRecord(), for: parties[route.to].address)
    }

    /// Begins a session, whether or not there is one already.
    private mutating func initiate(_ route: Route) throws {
        bundleCount += 1
        let bundle = try parties[route.to].makeBundle(
            oneTimePreKeyID: bundleCount, signedPreKeyID: bundleCount, kyberPreKeyID: bundleCount)
        try parties[route.from].process(bundle, of: parties[route.to].address)
    }

    private func session(of party: Int, with peer: Int) -> SessionRecord? {
        parties[party].store.session(for: parties[peer].address)
    }
}

extension SessionRecord {
    /// The base keys of all sessions.
    fileprivate var baseKeys: [[UInt8]] {
        let states = previous.map { CurrentState(serialized: $0.exposed[...]) } + (current.map { [$0] } ?? [])
        return states.compactMap { state in
            guard case .usable(let state) = state else { return nil }
            return state.baseKey
        }
    }
}
