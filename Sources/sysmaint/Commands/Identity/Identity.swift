import Commands
import Foundation
import KeyStore
import MaintenanceAPI
import Messenger
import RelayAPI
import SignalProtocol

struct Identity: Command {
    static let about = About(
        "Inspect your identity and those of your peers, and decide about their keys.",
        details: "Example: sysmaint identity show --id carol",
        commands: [ShowIdentity.self, ListIdentities.self, ApproveIdentity.self, RejectIdentity.self])
}

struct ShowIdentity: Command {
    static let about = About(
        "Show your identity: its address and public key.", name: "show",
        details: "Example: sysmaint identity show --id carol")

    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func run() async throws {
        try output.show(await identity.perform(DescribeOwner(), common.settings(quiet: true))) { $0.text }
    }
}

struct DescribeOwner: StoreOperation {
    func run(by messenger: Messenger) async throws -> IdentitySummary { IdentitySummary(messenger.store) }
}

struct ListIdentities: Command {
    static let about = About(
        "List the peers whose keys are known, and their unapproved keys.", name: "peers",
        details: """
            A key is approved on first use, by invitation or by comparison of safety numbers. What comes under an \
            unapproved key is held: see sysmaint inbox --held and sysmaint verify PEER.

            Example: sysmaint identity peers --id carol --format json
            """)

    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func run() async throws {
        let peers = try await identity.perform(ListPeers(), common.settings(quiet: true))
        try output.show(peers) { peers in
            guard !peers.isEmpty else { return "No peers are known yet." }
            return Table(
                ["peer", "identity key", "state"],
                peers.flatMap { peer in
                    peer.keys.map { [peer.id.description, $0.identityKey.text, $0.trust.sentence] }
                }
            ).text
        }
    }
}

struct ListPeers: StoreOperation {
    struct Peer: Codable {
        struct Key: Codable {
            let identityKey: Base64
            let trust: KeyStanding
            let firstSeenAt: Date
            let heldCount: Int
        }

        let id: IdentityID
        /// The approved one; nil after it was rejected.
        let identityKey: Base64?
        let awaitsApproval: Bool
        let keys: [Key]
    }

    func run(by messenger: Messenger) async throws -> [Peer] {
        try await messenger.store.read { transaction in
            try transaction.peers.all().map { pinned in
                Peer(
                    id: pinned.id, identityKey: pinned.approvedKey.map { Base64($0.wire) },
                    awaitsApproval: pinned.awaitsApproval,
                    keys: try pinned.keys.map { known in
                        Peer.Key(
                            identityKey: Base64(known.key.wire), trust: known.standing,
                            firstSeenAt: known.firstSeenAt,
                            heldCount: try transaction.heldMessages.count(of: pinned.id, under: known.key))
                    })
            }
        }
    }
}

struct ApproveIdentity: Command {
    static let about = About(
        "Approve the key of a peer whose safety number you have compared.", name: "approve",
        details: """
            Compare the number with the peer over another channel first: sysmaint verify PEER lists the numbers of all keys. \
            The messages held under the key are delivered, and the key approved before is retired.

            Example: sysmaint identity approve dave 399642838702985098200629102837577242528337588399038660274063 --id carol
            """)

    @Argument("Peer whose key to approve.")
    var peer: IdentityID
    @Argument("The 60 digits of the safety number, with or without spaces.", value: "number")
    var number: [String]
    let client = ClientOptions()
    let output = OutputOptions()

    func validate() throws { try SafetyNumber.check(number) }

    func run() async throws {
        let approved = try await client.perform(ApproveKey(peer: peer, digits: number.joined()))
        try output.show(approved) {
            "Messages to \($0.peer) are sent under the approved key, which has this safety number:\n\($0.grouped)"
        }
    }
}

struct ApproveKey: StoreOperation {
    let peer: IdentityID
    /// Of the safety number.
    let digits: String

    func run(by messenger: Messenger) async throws -> SafetyNumber {
        try await messenger.approve(peer, safetyNumber: digits)
        // The approved key comes first.
        return SafetyNumber(try await messenger.keys(of: peer)[0], with: peer)
    }
}

struct RejectIdentity: Command {
    static let about = About(
        "Reject a key that is not the peer's, and delete the messages held under it.", name: "reject",
        details: """
            Later messages under it are dropped. Without a number, rejects all unapproved keys of the peer. \
            Rejecting the approved key stops sending to the peer.

            Example: sysmaint identity reject dave --id carol
            """)

    @Argument("Peer whose key to reject.")
    var peer: IdentityID
    @Argument("The 60 digits of the key's safety number, with or without spaces.", value: "number")
    var number: [String]
    let client = ClientOptions()
    let output = OutputOptions()

    func validate() throws { if !number.isEmpty { try SafetyNumber.check(number) } }

    func run() async throws {
        let digits = number.isEmpty ? nil : number.joined()
        try output.show(await client.perform(RejectKeys(peer: peer, digits: digits))) {
            "Rejected \(Quantity.count($0.rejectedKeys, "key")) of \($0.peer); deleted \(Quantity.count($0.deletedMessages, "held message"))."
        }
    }
}

struct RejectKeys: StoreOperation {
    struct Outcome: Codable {
        let peer: IdentityID
        let rejectedKeys: Int
        let deletedMessages: Int
    }

    let peer: IdentityID
    /// Of the key's safety number; nil for all unapproved keys.
    let digits: String?

    func run(by messenger: Messenger) async throws -> Outcome {
        let keys = try await messenger.keys(of: peer).filter { key in
            digits.map { key.fingerprint.displayable == $0 } ?? (key.standing == .unapproved)
        }
        guard !keys.isEmpty || digits == nil else { throw MessengerError.noSuchKey(peer) }
        for key in keys { try await messenger.reject(key.key, of: peer) }
        return Outcome(
            peer: peer, rejectedKeys: keys.count, deletedMessages: keys.reduce(0) { $0 + $1.heldCount })
    }
}

extension KeyStanding {
    /// For people.
    var sentence: String {
        switch self {
        case .firstUse: "approved on first use"
        case .invitation: "approved by invitation"
        case .comparison: "approved by comparison"
        case .unapproved: "NOT APPROVED"
        case .retired: "replaced"
        case .rejected: "rejected"
        }
    }
}

extension Base64 {
    var text: String { Data(bytes).base64EncodedString() }
}
