import FoundationEssentials
import SessionSupport
import SignalProtocol
import TestSupport

/// Two parties with a session, and an input that says byte by byte what happens to their messages.
///
/// However messages are lost, repeated, reordered and altered: what is decrypted is what was written, once; and what is
/// refused leaves the receiver's session as it was.
struct SessionEvents {
    private struct Letter {
        var message: CiphertextMessage
        let text: String
        let isToBob: Bool
    }

    private static let start = try? Pair(acquainted: 1)

    private var pair: Pair
    private var letters: [Letter] = []
    private var arrived: Set<String> = []
    private var count = 0
    private var rest: ArraySlice<UInt8>

    static func run(_ input: [UInt8]) {
        guard let start else { preconditionFailure("two strangers cannot become acquainted") }
        var events = SessionEvents(pair: start, rest: input.prefix(512))
        while let event = events.rest.popFirst() { events.happen(event) }
    }

    private init(pair: Pair, rest: ArraySlice<UInt8>) {
        self.pair = pair
        self.rest = rest
    }

    private mutating func happen(_ event: UInt8) {
        let position = Int(event >> 3)
        switch event & 7 {
        case 0, 1: send(toBob: event & 1 == 0)
        case 2: deliver(position, keeping: false)
        case 3: deliver(position, keeping: true)
        case 4: if letters.indices.contains(position) { letters.remove(at: position) }
        case 5: alter(position)
        case 6: restart(bob: event & 8 == 0)
        default: beginAgain()
        }
    }

    private mutating func send(toBob isToBob: Bool) {
        count += 1
        let text = "letter \(count)"
        do {
            let message =
                isToBob
                ? try pair.alice.encrypt(text, to: pair.bob.address)
                : try pair.bob.encrypt(text, to: pair.alice.address)
            letters.append(Letter(message: message, text: text, isToBob: isToBob))
        } catch {
            preconditionFailure("a session that works does not encrypt: \(error)")
        }
    }

    private mutating func deliver(_ position: Int, keeping: Bool) {
        guard letters.indices.contains(position) else { return }
        let letter = keeping ? letters[position] : letters.remove(at: position)
        let (receiver, sender) = letter.isToBob ? (pair.bob, pair.alice) : (pair.alice, pair.bob)
        let before = receiver.store.session(for: sender.address)
        do {
            let text =
                letter.isToBob
                ? try pair.bob.decrypt(letter.message, from: sender.address)
                : try pair.alice.decrypt(letter.message, from: sender.address)
            precondition(text == letter.text, "a message was read as another")
            precondition(arrived.insert(letter.text).inserted, "a message was read twice")
        } catch {
            precondition(error is SignalError, "decryption throws \(type(of: error))")
            let after = (letter.isToBob ? pair.bob : pair.alice).store.session(for: sender.address)
            precondition(before == after, "a refused message changed the session")
        }
    }

    /// Changes one byte, which the next two of the input choose.
    private mutating func alter(_ position: Int) {
        guard letters.indices.contains(position), let place = rest.popFirst(), let change = rest.popFirst(),
            change > 0
        else { return }
        var letter = letters[position]
        var wire = letter.message.wire
        wire[Int(place) * wire.count / 256] ^= change
        guard let message = try? CiphertextMessage(type: letter.message.type, wire: wire) else { return }
        letter.message = message
        letters.append(letter)
    }

    /// A party comes back with what it had stored.
    private mutating func restart(bob: Bool) {
        func restore(_ party: inout Party, _ peer: ProtocolAddress) {
            guard let record = party.store.session(for: peer) else { return }
            guard let restored = try? SessionRecord(serialized: record.serialized), restored == record else {
                preconditionFailure("a session is not read as it was written")
            }
            party.store.storeSession(restored, for: peer)
        }
        if bob { restore(&pair.bob, pair.alice.address) } else { restore(&pair.alice, pair.bob.address) }
    }

    /// Alice begins another session beside the one there is.
    private mutating func beginAgain() {
        do {
            try pair.alice.process(try pair.bob.makeBundle(), of: pair.bob.address)
        } catch {
            preconditionFailure("a fresh bundle is refused: \(error)")
        }
    }
}
