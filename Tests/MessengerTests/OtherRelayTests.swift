import Cryptography
import Foundation
import RelayAPI
import Synchronization
import TestSupport
import Testing

@testable import KeyStore
@testable import Messenger

/// A relay that wants to be another one.
@Suite(.timeLimit(.minutes(3)))
struct OtherRelayTests {
    /// Whatever the victim sends reaches the honest relay, and the answers come back: nonce, proof, token.
    @Test func relayThatPassesOnAnHonestOnesNonceGetsNothing() async throws {
        try await RealRelay().serve { honest in
            let proxy = try TCPProxy(to: honest.port)
            let evil = RelayClient(url: "http://127.0.0.1:\(proxy.port)")
            let victim = try Party("alice", relay: evil)
            do {
                try await victim.messenger.register()
                Issue.record("the honest relay has given a token")
            } catch let problem as Problem {
                #expect(problem.code == .wrongRelay)
            }
            // There is still no such account: its owner registers, under the same name.
            let alice = try Party("alice", relay: honest)
            try await alice.messenger.register()
        }
    }

    @Test func tokenOfOneRelayIsNotSentToAnother() async throws {
        try await RealRelay().serve { honest in
            let alice = try await Party.registered("alice", relay: honest)
            let origin = try #require(honest.origin)
            let token = try #require(
                try await alice.store.read { try $0.settings.relayToken(at: origin) })
            let heard = Mutex("")
            let evil = try RawServer { connection in
                guard let bytes = receive(from: connection) else { return }
                heard.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                _ = sendAll(Array("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".utf8), to: connection)
            }
            // The same store, with another RELAY_URL.
            let moved = RelayAccess(
                store: alice.store, relay: RelayClient(url: evil.url), owner: alice.address)
            await #expect(throws: (any Error).self) {
                try await moved.withToken { relay, token in
                    _ = try await relay.preKeyCounts(of: alice.address.identity, token: token)
                }
            }
            try await moved.rotateToken(maxAge: .zero)
            #expect(heard.withLock { $0.hasPrefix("GET /v1/register ") })
            #expect(heard.withLock { !$0.contains(token.exposed) })
            // Back at the first relay, its token still serves.
            #expect(try await alice.store.read { try $0.settings.relayToken(at: origin) } == token)
        }
    }
}
