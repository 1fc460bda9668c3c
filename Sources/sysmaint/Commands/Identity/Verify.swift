import Commands
import Foundation
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
            match and 77 if they do not. On a terminal the scannable code is also shown as a QR code, as on the demo page.

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
        let number = SafetyNumber(try await client.open().safetyNumber(with: peer), with: peer)
        if let compare, compare.filter(\.isNumber) != number.digits { throw mismatch }
        if let scan {
            guard let bytes = Data(base64Encoded: scan) else {
                throw Failure(
                    .badInput, "the value of --scan is not valid base64",
                    help: "Copy the text after 'scannable' from the peer's output.")
            }
            guard try number.matches(scanned: bytes) else { throw mismatch }
        }
        try output.show(number) { number in
            """
            safety number with \(number.peer)
            \(number.grouped)
            scannable    \(Data(number.scannable.bytes).base64EncodedString())
            """
        }
        if qr, Terminal.showsResults, output.format == .text, let code = QRCode(number.scannable.bytes) {
            try Output.line(Terminal.blackOnWhite(code.halfBlocks))
        }
        if compare != nil || scan != nil {
            Output.note("The safety numbers match: nobody is between you and \(peer).")
        }
    }

    private var mismatch: Failure {
        Failure(
            .denied, "the safety numbers differ: the keys you hold are not those of \(peer)",
            help:
                "Do not send anything sensitive. One of you may have a new device, or an attacker is between you."
        )
    }
}

/// What two people compare; the digits are the same on both sides.
struct SafetyNumber: Encodable {
    let peer: String
    /// 60 digits.
    let digits: String
    /// What the peer scans.
    let scannable: Base64

    init(_ fingerprint: Fingerprint, with peer: IdentityID) {
        self.peer = peer.description
        digits = fingerprint.displayable
        scannable = Base64(fingerprint.scannable.serialized)
    }

    func matches(scanned: Data) throws -> Bool {
        try ScannableFingerprint(serialized: scannable.bytes).matches(scanned)
    }

    /// Twelve groups of five digits in three lines, easy to read aloud.
    var grouped: String {
        let groups = stride(from: 0, to: digits.count, by: 5).map { digits.dropFirst($0).prefix(5) }
        return stride(from: 0, to: groups.count, by: 4)
            .map { "    " + groups[$0..<min($0 + 4, groups.count)].joined(separator: " ") }
            .joined(separator: "\n")
    }
}
