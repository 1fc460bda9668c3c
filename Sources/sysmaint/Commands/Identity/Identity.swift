import Commands
import Foundation
import KeyStore
import Messenger
import RelayAPI
import SignalProtocol

struct Identity: Command {
    static let about = About(
        "Inspect your identity and those of your peers.",
        details: "Example: sysmaint identity show --id carol",
        commands: [ShowIdentity.self, ListIdentities.self, ApproveIdentity.self])
}

struct ShowIdentity: Command {
    static let about = About(
        "Show your identity: its address and public key.", name: "show",
        details: "Example: sysmaint identity show --id carol")

    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func run() async throws {
        let store = try identity.openStore(common.settings(quiet: true))
        try output.show(IdentitySummary(store)) { $0.text }
    }
}

struct ListIdentities: Command {
    static let about = About(
        "List the peers whose keys are known, and whether a changed key awaits approval.", name: "peers",
        details: "Example: sysmaint identity peers --id carol --format json")

    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    private struct Peer: Encodable {
        let id: IdentityID
        let identityKey: Base64
        let awaitsApproval: Bool
    }

    func run() async throws {
        let store = try identity.openStore(common.settings(quiet: true))
        let peers = try await store.read { transaction in
            try transaction.peers.all().map { pinned in
                Peer(
                    id: pinned.id, identityKey: Base64(pinned.currentKey.wire),
                    awaitsApproval: pinned.awaitsApproval)
            }
        }
        try output.show(peers) { peers in
            guard !peers.isEmpty else { return "No peers are known yet." }
            return Table(
                ["peer", "identity key", "state"],
                peers.map { peer in
                    let key = Data(peer.identityKey.bytes).base64EncodedString()
                    return [
                        peer.id.description, key, peer.awaitsApproval ? "changed, not approved" : "trusted",
                    ]
                }
            ).text
        }
    }
}

struct ApproveIdentity: Command {
    static let about = About(
        "Approve a peer's changed key, so that messages can be sent again.", name: "approve",
        details: """
            First compare safety numbers over another channel: sysmaint verify PEER.

            Example: sysmaint identity approve dave --id carol
            """)

    @Argument("Peer whose key to approve.")
    var peer: IdentityID
    let client = ClientOptions()
    let output = OutputOptions()

    func run() async throws {
        let messenger = try client.open()
        guard let key = try await messenger.identities().first(where: { $0.id == peer })?.currentKey else {
            throw MessengerError.unknownPeer(peer)
        }
        try await messenger.approve(key, of: peer)
        let number = SafetyNumber(try await messenger.safetyNumber(with: peer), with: peer)
        try output.show(number) {
            "Messages to \($0.peer) can be sent again. The approved key has this safety number:\n\($0.grouped)"
        }
    }
}
