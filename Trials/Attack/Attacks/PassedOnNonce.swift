import Foundation
import HTTP
import Networking
import RelayAPI
import SignalProtocol
import TestSupport

/// A relay that a device was made to use must get nothing for the device's account at another relay.
struct PassedOnNonce: Attack {
    let name = "passed-on-nonce"
    let tried = "an evil relay passes the honest one's nonce on to a device, and the device's proof back"

    func run(_ trial: Trial) async throws -> Outcome {
        let honest = try await trial.relay()
        let evil = try TCPProxy(to: honest.port)
        guard let dialled = RelayOrigin(url: "http://127.0.0.1:\(evil.port)"),
            let endpoint = Endpoint(url: dialled.description), let own = RelayOrigin(url: honest.url)
        else { throw Unexpected("no origin") }
        let identity = KeyPair()
        let client = Client(endpoint)
        var codes: [String] = []
        // The device signs what it dialled; the evil relay then claims that, the honest relay's name, or none.
        for claimed in [dialled, own, nil] {
            let nonce = try await client.ask(.get, "/v1/register").json(RegistrationNonce.self).nonce
            let proof = try Proof("alice", identity, nonce: nonce, at: dialled)
            let answer = try await client.ask(.post, "/v1/register", json: proof.request(claiming: claimed))
            codes.append(answer.status == 201 ? "a token" : answer.code?.rawValue ?? "\(answer.status)")
        }
        let bound = ["wrong_relay", "invalid_signature", "invalid_signature"]
        return Outcome(
            "the honest relay answered \(codes.joined(separator: ", "))",
            bound: bound.joined(separator: ", "), holds: codes == bound)
    }
}
