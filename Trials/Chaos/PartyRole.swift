import Cryptography
import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI

/// A process that is one identity: sends numbered messages as it is told, and says what it takes.
struct PartyRole: Sendable {
    private static let passphrase = "chaos"

    let id: IdentityID
    let messenger: Messenger
    private let relay: RelayClient
    private let clock: JumpingClock
    private let pause: Duration

    /// - Parameters:
    ///   - id: Whose process this is.
    ///   - path: Its store, which is made where there is none.
    ///   - url: The relay's address.
    ///   - pause: Between the messages to one peer.
    /// - Throws: `KeyStoreError`.
    init(id: IdentityID, path: String, url: String, pause: Duration) throws {
        let clock = JumpingClock()
        let store: KeyStore
        do {
            store = try KeyStore.open(at: path, passphrase: Self.passphrase, now: { clock.now })
        } catch KeyStoreError.notFound {
            store = try KeyStore.create(
                at: path, passphrase: Self.passphrase,
                owner: DeviceAddress(id), now: { clock.now })
        }
        let logger = Logger(label: "party", target: .refusalReporter)
        relay = RelayClient(url: url, heartbeat: .seconds(1))
        messenger = Messenger(
            store: store, relay: relay, logger: logger, clock: HurriedClock(),
            stock: PreKeyStock(full: 20, low: 10))
        self.id = id
        self.clock = clock
        self.pause = pause
    }

    /// Works until the input ends or the store does not.
    func run() async throws {
        try await register()
        say(PartyEvent.ready.line)
        try await withThrowingDiscardingTaskGroup { group in
            let input = Input()
            /// Work that ends the process when it fails: the group alone would go on waiting for input.
            func work(_ body: @escaping @Sendable () async throws -> Void) {
                group.addTask {
                    do { try await body() } catch {
                        input.end()
                        throw error
                    }
                }
            }
            work { try await serve() }
            work { try await take() }
            let sending = Sending()
            for await line in input.lines {
                switch PartyCommand(line) {
                case .send(let peer, let number):
                    work { try await send(to: IdentityID(peer), from: number, while: sending) }
                case .stop:
                    sending.stop()
                    work { try await tellIncidents() }
                case .intrude: group.addTask { await intrude() }
                case .jump(let seconds): clock.jump(seconds: seconds)
                case .fill(let byteCount): limitFiles(toBytes: byteCount)
                case .free: limitFiles(toBytes: nil)
                case nil: say(PartyEvent.note("not understood: \(line)").line)
                }
            }
            group.cancelAll()
        }
    }

    private func register() async throws {
        while true {
            do {
                return try await messenger.register()
            } catch let error as KeyStoreError {
                throw error
            } catch {
                // The relay is away: it says to nobody when it is back, so it is asked again, not too often.
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// A connection that another of the same device has ended is opened again.
    private func serve() async throws {
        while !Task.isCancelled {
            do { try await messenger.run() } catch MessengerError.takenOver {
                // The other one is to have its turn first; nothing says when that is over.
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// - Throws: `KeyStoreError` when the store cannot be read any more.
    private func take() async throws {
        for await message in messenger.incoming() {
            guard case .userChat(let chat) = message.message.payload, let number = Int(chat.text) else {
                continue
            }
            say(PartyEvent.took(peer: message.sender.description, number: number).line)
            try await messenger.handled(message.id)
            say(PartyEvent.handled(peer: message.sender.description, number: number).line)
        }
        try Task.checkCancellation()
        throw KeyStoreError.storage(path: messenger.store.path, reason: "the inbox cannot be read")
    }

    /// What could not be decrypted, for people: nothing of what is done to processes is a reason for that.
    private func tellIncidents() async throws {
        for incident in try await messenger.incidents(limit: 3) {
            say(PartyEvent.note("\(incident.peer): \(incident.cause)").line)
        }
    }

    private func send(to peer: IdentityID, from first: Int, while sending: Sending) async throws {
        var number = first
        repeat {
            say(PartyEvent.tried(peer: peer.description, number: number).line)
            while true {
                do {
                    try await messenger.send(
                        TypedMessage(.userChat(UserChat(text: "\(number)"))), to: peer, class: .durable,
                        id: messageID(to: peer, number))
                    break
                } catch let error as KeyStoreError {
                    throw error
                } catch {
                    // The relay was asked for a bundle and is away; the same number goes again, under the same id.
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            say(PartyEvent.posted(peer: peer.description, number: number).line)
            number += 1
            // The load of a run: so many messages a second.
            if pause > .zero { try await Task.sleep(for: pause) }
        } while sending.goesOn && !Task.isCancelled
    }

    /// The same number has the same id in every life of this party.
    private func messageID(to peer: IdentityID, _ number: Int) -> UUID {
        let digest = SHA256.hash(Array("\(id) \(peer) \(number)".utf8))
        return digest.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// Connects as the same device, reads a little and goes without having acknowledged anything.
    private func intrude() async {
        do {
            guard let token = try await messenger.store.read({ try $0.settings.relayToken() }) else { return }
            try await relay.withSocket(of: messenger.address, token: token) { socket in
                for try await _ in socket.frames { return }
            }
        } catch {
            say(PartyEvent.note("intruder: \(error)").line)
        }
    }
}
