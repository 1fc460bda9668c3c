import Foundation
import HTTP
import Networking
import RelayAPI
import TestSupport
import Testing

@testable import RelayServer

/// A registration is for one relay.
struct OwnNamesTests {
    private func answer(
        _ relay: TestRelay, signedFor url: String, as name: String = "alice", fields: HTTPFields = [:]
    ) async throws -> Answer {
        let request = try TestDevice(name).registrationRequest(
            nonce: try await relay.nonce(), relay: RelayOrigin(url: url))
        let response = try await relay.client.send(
            .post, "/v1/register", fields: fields, body: Array(JSONEncoder().encode(request)),
            within: .seconds(60))
        return Answer(status: response.status, fields: response.fields, body: Data(response.body))
    }

    @Test func relayKnowsTheAddressAtWhichAConnectionArrived() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            for host in ["127.0.0.1", "localhost"] {
                let url = "http://\(host):\(relay.port)"
                #expect(try await answer(relay, signedFor: url, as: host).status == 201)
            }
            for url in [
                "http://127.0.0.1:\(relay.port % 65_535 + 1)", "https://127.0.0.1:\(relay.port)",
                "http://127.0.0.2:\(relay.port)", "http://relay.example:\(relay.port)",
                "http://192.0.2.1:\(relay.port)",
            ] {
                let refusal = try await answer(relay, signedFor: url)
                #expect(refusal.status == 403)
                #expect(refusal.code == .wrongRelay)
                #expect(try refusal.json(Problem.self).detail?.contains("RELAY_PUBLIC_URL") == true)
            }
            // A proxy on this machine may pass on what was dialled anywhere, whatever Host it gives.
            let url = "http://127.0.0.1:\(relay.port)"
            for field in ["X-Forwarded-For", "Forwarded", "Via"] {
                #expect(
                    try await answer(relay, signedFor: url, as: "bob", fields: [field: "192.0.2.7"]).code
                        == .wrongRelay)
            }
        }
    }

    @Test func relayKnowsTheNamesThatItsOperatorPublished() async throws {
        let published = try #require(RelayOrigin(url: "https://relay.example.org"))
        try await TestRelay.run(in: ScratchDirectory(), configure: { $0.publicOrigins = [published] }) {
            relay in
            let fields: HTTPFields = ["X-Forwarded-For": "192.0.2.7"]
            let behindAProxy = try await answer(relay, signedFor: "https://relay.example.org", fields: fields)
            #expect(behindAProxy.status == 201)
            #expect(try await answer(relay, signedFor: "http://relay.example.org").code == .wrongRelay)
            #expect(
                try await answer(relay, signedFor: "http://127.0.0.1:\(relay.port)", as: "bob").status == 201)
        }
    }

    @Test func theOriginIsPartOfWhatIsSigned() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let evil = try #require(RelayOrigin(url: "http://evil.example"))
            let own = try #require(RelayOrigin(url: "http://127.0.0.1:\(relay.port)"))
            let request = try TestDevice("alice").registrationRequest(
                nonce: try await relay.nonce(), relay: evil)
            for claimed in [own, nil] {
                let forged = RegistrationRequest(
                    id: request.id, device: request.device, registrationId: request.registrationId,
                    identityKey: request.identityKey, nonce: try await relay.nonce(), relay: claimed,
                    signature: request.signature)
                #expect(
                    try await relay.request(.post, "/v1/register", json: forged).code == .invalidSignature)
            }
        }
    }
}
