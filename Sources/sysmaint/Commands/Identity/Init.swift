import Commands
import Foundation
import KeyStore
import RelayAPI
import SignalProtocol

struct Init: Command {
    static let about = About(
        "Create an identity, with its keys in an encrypted store in the data folder.",
        details: """
            Next, register the identity with a relay: sysmaint register.

            Example: sysmaint init --id carol
            """)

    @Option("Identity ID, made of a-z, 0-9, '.', '_' and '-'.", value: "id")
    var id: IdentityID
    @Option("Device number, 1 to 127.", value: "number")
    var device: UInt8 = 1
    let passphrase = PassphraseOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func validate() throws {
        guard (1...127).contains(device) else { throw ValidationError("--device must be 1 to 127") }
    }

    func run() async throws {
        let settings = try common.settings(quiet: true)
        try settings.makeHome()
        let passphrase = try passphrase.source(settings).passphrase(whenAbsent: .create)
        let store = try KeyStore.create(
            at: settings.store(of: id), passphrase: passphrase,
            owner: DeviceAddress(id, DeviceID(device)))
        try output.show(IdentitySummary(store)) { $0.text }
    }
}

/// The public part of an identity.
struct IdentitySummary: Codable {
    let id: String
    let device: UInt8
    let registrationId: UInt32
    /// Wire form.
    let identityKey: Base64
    let store: String

    init(_ store: KeyStore) {
        id = store.account.owner.identity.description
        device = store.account.owner.device.rawValue
        registrationId = store.account.registrationID
        identityKey = Base64(store.account.identity.publicKey.wire)
        self.store = store.path
    }

    var text: String {
        """
        identity     \(id).\(device)
        public key   \(Data(identityKey.bytes).base64EncodedString())
        store        \(store)
        """
    }
}
