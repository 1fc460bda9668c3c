import Commands
import Foundation
import Messenger
import QRCode
import RelayAPI
import SignalProtocol

struct Verify: Command {
    static let about = About(
        "Show the safety number that you share with somebody, or compare theirs with it.",
        details: """
            Both sides see the same 60 digits unless somebody stands between them. Compare them in person or on the phone; \
            --compare takes the digits, --scan the base64 text of the other side's scannable form, and the exit code says \
            whether they match (77: they do not). On a terminal the scannable form is shown as a QR code too, the one that \
            the demo page shows.

            Example: sysmaint verify bob --id alice
            """)

    @Argument("The other side.")
    var peer: IdentityID
    @Option("The 60 digits that the other side sees.", value: "digits")
    var compare: String?
    @Option("The scannable form that the other side shows.", value: "base64")
    var scan: String?
    @Flag("Show the scannable form as a QR code, where the result goes to a terminal.")
    var qr = true
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        let number = SafetyNumber(try await client.open().safetyNumber(with: peer), with: peer)
        if let compare, compare.filter(\.isNumber) != number.digits { throw mismatch }
        if let scan {
            guard let bytes = Data(base64Encoded: scan) else {
                throw Failure(
                    .badInput, "--scan is not base64",
                    help: "Take the text after 'scannable' on the other side.")
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
        if compare != nil || scan != nil { Output.note("They match: nobody stands between you and \(peer).") }
    }

    private var mismatch: Failure {
        Failure(
            .denied, "the safety numbers differ: the keys you hold are not those of \(peer)",
            help:
                "Do not send anything that matters. One of you may have a new device, or somebody is in between."
        )
    }
}

/// What two people compare; the same digits on both sides.
struct SafetyNumber: Encodable {
    let peer: String
    /// 60 digits.
    let digits: String
    /// What the other side scans.
    let scannable: Base64

    init(_ fingerprint: Fingerprint, with peer: IdentityID) {
        self.peer = peer.description
        digits = fingerprint.displayable
        scannable = Base64(fingerprint.scannable.serialized)
    }

    func matches(scanned: Data) throws -> Bool {
        try ScannableFingerprint(serialized: scannable.bytes).matches(scanned)
    }

    /// Twelve groups of five digits in three lines, as people read them to each other.
    var grouped: String {
        let groups = stride(from: 0, to: digits.count, by: 5).map { digits.dropFirst($0).prefix(5) }
        return stride(from: 0, to: groups.count, by: 4)
            .map { "    " + groups[$0..<min($0 + 4, groups.count)].joined(separator: " ") }
            .joined(separator: "\n")
    }
}
