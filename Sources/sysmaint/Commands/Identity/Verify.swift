import Commands
import Foundation
import MaintenanceAPI
import Messenger
import QRCode
import RelayAPI
import SignalProtocol

struct Verify: Command {
    static let about = About(
        "Show the safety number you share with a peer, or compare it with the peer's.",
        details: """
            Both sides see the same 60 digits unless an attacker is between them. Compare them in person or by phone. \
            --compare checks the peer's digits, --scan the peer's scannable code in base64; the exit code is 0 if they \
            match and 77 if they do not; a key that was compared is replaced only by another comparison. If the peer has \
            shown up under several keys, all numbers are listed. On a terminal the scannable code is also shown as a QR code, as on the demo page.

            Example: sysmaint verify bob --id alice
            """)

    @Argument("Peer ID.")
    var peer: IdentityID
    @Option("The 60 digits shown to the peer.", value: "digits")
    var compare: String?
    @Option("The peer's scannable code.", value: "base64")
    var scan: String?
    @Flag("Show the scannable code as a QR code if the output is a terminal.")
    var qr = true
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        let operation = CompareKeys(peer: peer, digits: compare, code: try scan.map(Self.code))
        let number = try await client.perform(operation)
        try output.show(number) { $0.text }
        if qr, Terminal.showsResults, output.format == .text, let code = QRCode(number.scannable.bytes) {
            try Output.line(Terminal.blackOnWhite(code.halfBlocks))
        }
        if operation.compares {
            Output.note("The safety numbers match: no one is between you and \(peer).")
        }
    }

    private static func code(_ text: String) throws -> Base64 {
        guard let bytes = Data(base64Encoded: text) else {
            throw Failure(
                .badInput, "the value of --scan is not valid base64",
                help: "Copy the text after 'scannable' from the peer's output.")
        }
        return Base64(Array(bytes))
    }
}

/// Compares the safety numbers of a peer's keys with the one the peer sees, if given, and returns all numbers.
struct CompareKeys: StoreOperation {
    let peer: IdentityID
    /// The digits that the peer sees.
    let digits: String?
    /// The peer's scannable code.
    let code: Base64?

    var compares: Bool { digits != nil || code != nil }

    func run(by messenger: Messenger) async throws -> SafetyNumber {
        let keys = try await messenger.keys(of: peer)
        if compares {
            guard let key = try keys.first(where: isCompared) else { throw mismatch }
            guard key.standing.isApproved else { throw unapproved(key) }
            // From now on, only another comparison replaces the key.
            try await messenger.approve(key.key, of: peer)
        }
        let shown = try await messenger.keys(of: peer)
        return SafetyNumber(shown[0], with: peer, others: Array(shown.dropFirst()))
    }

    /// Whether a key has the number that the peer sees.
    private func isCompared(_ key: PeerKey) throws -> Bool {
        if let digits, digits.filter(\.isNumber) != key.fingerprint.displayable { return false }
        return try code.map { try key.fingerprint.scannable.matches($0.bytes) } ?? true
    }

    private var mismatch: Failure {
        Failure(
            .denied, "the safety numbers differ: the keys you hold are not those of \(peer)",
            help:
                "Do not send anything sensitive. One of you may have a new device, or an attacker is between you."
        )
    }

    private func unapproved(_ key: PeerKey) -> Failure {
        Failure(
            .denied, "this is the safety number of another key of \(peer), which is \(key.standing.sentence)",
            help:
                "If \(peer) uses it, run: sysmaint identity approve \(peer) \(key.fingerprint.displayable)"
        )
    }
}

/// What two people compare; the digits are the same on both sides.
struct SafetyNumber: Codable {
    let peer: String
    /// 60 digits.
    let digits: String
    /// What the peer scans.
    let scannable: Base64
    /// What the key is worth.
    let trust: KeyStanding
    /// How many messages are held under the key.
    let heldCount: Int
    /// Those of the peer's other keys.
    let otherKeys: [SafetyNumber]

    init(_ key: PeerKey, with peer: IdentityID, others: [PeerKey] = []) {
        self.peer = peer.description
        digits = key.fingerprint.displayable
        scannable = Base64(key.fingerprint.scannable.serialized)
        trust = key.standing
        heldCount = key.heldCount
        otherKeys = others.map { SafetyNumber($0, with: peer) }
    }

    /// - Throws: `ValidationError` unless the words are the digits of a safety number.
    static func check(_ words: [String]) throws {
        let digits = words.joined().filter { !$0.isWhitespace }
        guard digits.utf8.count == 60, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw ValidationError("the safety number must have 60 digits; sysmaint verify PEER shows it")
        }
    }

    var text: String {
        var lines = [
            "safety number with \(peer) (key \(trust.sentence))", grouped,
            "scannable    \(scannable.text)",
        ]
        for other in otherKeys where other.trust != .rejected {
            let held = other.heldCount > 0 ? ", \(Quantity.count(other.heldCount, "message")) held" : ""
            lines += ["", "another key of \(peer) (\(other.trust.sentence)\(held))", other.grouped]
        }
        if otherKeys.contains(where: { $0.trust == .unapproved }) {
            lines += [
                "", "Ask \(peer) over another channel for the number. Then run one of:",
                "    sysmaint identity approve \(peer) NUMBER", "    sysmaint identity reject \(peer) NUMBER",
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// Twelve groups of five digits in three lines, easy to read aloud.
    var grouped: String {
        let groups = stride(from: 0, to: digits.count, by: 5).map { digits.dropFirst($0).prefix(5) }
        return stride(from: 0, to: groups.count, by: 4)
            .map { "    " + groups[$0..<min($0 + 4, groups.count)].joined(separator: " ") }
            .joined(separator: "\n")
    }
}
