import Cryptography
import Lattice
import VectorSupport
import Testing

/// The same random inputs for PyPI's `kyber-py`.
@Suite(
    .enabled(if: PythonPeer.interpreter != nil, "SYSMAINT_PYTHON names no interpreter that has `kyber-py`"))
struct PeerTests {
    @Test func bothImplementationsAgreeInBothDirections() async throws {
        var random = SeededRandom(seed: .random(in: .min ... .max))
        let start = random
        var requests: [[String: String]] = []
        var keys: [MLKEMDecapsulationKey] = []
        var secrets: [SecretBytes] = []
        for (size, parameters) in [("768", MLKEMParameters.mlkem768), ("1024", .mlkem1024)] {
            for _ in 0..<25 {
                let (seed, message) = (random.bytes(64), random.bytes(32))
                let key = try #require(MLKEMDecapsulationKey(seed: SecretBytes(seed), parameters: parameters))
                let (secret, ciphertext) = key.encapsulationKey.encapsulate()
                var altered = ciphertext
                altered[Int.random(in: altered.indices, using: &random)] ^=
                    1 << UInt8.random(in: 0...7, using: &random)
                requests.append([
                    "size": size, "seed": seed.hex, "message": message.hex, "ciphertext": ciphertext.hex,
                    "altered": altered.hex,
                ])
                keys.append(key)
                secrets.append(secret)
            }
        }
        let answers = try PythonPeer.answers(of: "ml_kem_peer.py", to: requests)
        #expect(answers.count == requests.count)
        for (number, answer) in answers.enumerated() {
            let (request, key) = (requests[number], keys[number])
            func bytes(_ text: String?) throws -> [UInt8] { try #require(text.flatMap([UInt8].init(hex:))) }
            #expect(try bytes(answer["public"]) == key.encapsulationKey.bytes, "\(start)")
            #expect(try SecretBytes(bytes(answer["private"])) == key.expanded, "\(start)")
            // What they encapsulate we open, with the key in either form; and we would have made the same.
            let (theirs, secret) = (try bytes(answer["ciphertext"]), SecretBytes(try bytes(answer["secret"])))
            let parameters = request["size"] == "768" ? MLKEMParameters.mlkem768 : .mlkem1024
            let expanded = try #require(MLKEMDecapsulationKey(expanded: key.expanded, parameters: parameters))
            #expect(key.decapsulate(theirs) == secret && expanded.decapsulate(theirs) == secret, "\(start)")
            let own = key.encapsulationKey.encapsulate(message: SecretBytes(try bytes(request["message"])))
            #expect(own.ciphertext == theirs && own.secret == secret, "\(start)")
            // What we encapsulated they opened, and what was altered both reject alike.
            #expect(try SecretBytes(bytes(answer["opened"])) == secrets[number], "\(start)")
            let rejected = SecretBytes(try bytes(answer["rejected"]))
            #expect(
                try key.decapsulate(bytes(request["altered"])) == rejected && rejected != secrets[number],
                "\(start)")
        }
    }
}
