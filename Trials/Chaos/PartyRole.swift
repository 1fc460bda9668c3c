import Cryptography
import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import Messenger
import RelayAPI
import TestSupport

/// A process with one identity: sends numbered messages on command, and reports those it takes.
struct PartyRole: Sendable {
    private static let passphrase: SecretText = "chaos"

    let id: IdentityID
    let messenger: Messenger
    private let relay: RelayClient
    private let clock: JumpingClock
    private let pause: Duration

    /// - Parameters:
    ///   - id: The identity of the process.
    ///   - path: Its store, which is created if it does not exist.
    ///   - url: The relay's address.
    ///   - pause: The delay between messages to one peer.
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
            store: store, relay: relay, logger: logger, clock: HurriedClock(factor: 20),
            stock: PreKeyStock(full: 20, low: 10))
        self.id = id
        self.clock = clock
        self.pause = pause
    }

    /// Runs until the input ends or the store fails.
    func run() async throws {
        try await register()
        say(PartyEvent.ready.line)
        try await withThrowingDiscardingTaskGroup { group in
            let input = Input()
            /// Runs work whose failure ends the process: the group alone would keep waiting for input.
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
                // The relay is unreachable and cannot announce its return, so it is polled at a moderate rate.
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Reconnects when another connection of the same device has replaced this one.
    private func serve() async throws {
        while !Task.isCancelled {
            do { try await messenger.run() } catch MessengerError.takenOver {
                // The other connection should have its turn first; nothing reports when it ends.
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// - Throws: `KeyStoreError` if the store can no longer be read.
    private func take() async throws {
        for await message in messenger.incoming() {
            guard case .userChat(let chat) = message.message.payload, let number = Int(chat.text) else {
                continue
            }
            say(PartyEvent.took(peer: message.sender.description, number: number).line)
            try await messenger.handled(message)
            say(PartyEvent.handled(peer: message.sender.description, number: number).line)
        }
        try Task.checkCancellation()
        throw KeyStoreError.storage(path: messenger.store.path, reason: "the inbox cannot be read")
    }

    /// Reports messages that could not be decrypted, for people: no process fault is an excuse for that.
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
                    // The relay was asked for a bundle and is unreachable; the same number is sent again, under the
                    // same id.
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            say(PartyEvent.posted(peer: peer.description, number: number).line)
            number += 1
            // The load of a run: this many messages per second.
            if pause > .zero { try await Task.sleep(for: pause) }
        } while sending.goesOn && !Task.isCancelled
    }

    /// A number has the same id in every life of this party.
    private func messageID(to peer: IdentityID, _ number: Int) -> UUID {
        let digest = SHA256.hash(Array("\(id) \(peer) \(number)".utf8))
        return digest.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// Connects as the same device, reads a little and leaves without acknowledging anything.
    private func intrude() async {
        do {
            guard let origin = relay.origin,
                let token = try await messenger.store.read({ try $0.settings.relayToken(at: origin) })
            else { return }
            try await relay.withSocket(of: messenger.address, token: token) { socket in
                for try await _ in socket.frames { return }
            }
        } catch {
            say(PartyEvent.note("intruder: \(error)").line)
        }
    }
}
