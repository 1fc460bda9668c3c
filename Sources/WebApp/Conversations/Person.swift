import MaintenanceAPI
import Values

/// The two people whose mailboxes the web app holds.
enum Person: String, Codable, CaseIterable, Sendable {
    case alice, bob

    var other: Person { self == .alice ? .bob : .alice }
}

/// What the web app needs of a person's mailbox.
package typealias WebMailbox = Mailbox & EncryptionSource & TrustSource

/// Both people's mailboxes, and the agent that Alice asks.
struct People: Sendable {
    let alice: any WebMailbox
    let bob: any WebMailbox
    let agent: IdentityID

    func mailbox(of person: Person) -> any WebMailbox { person == .alice ? alice : bob }

    /// The person with this name, which is either the role (`alice`) or the identity id.
    func person(named name: String) throws(Problem) -> Person {
        let found = Person.allCases.first { $0.rawValue == name || mailbox(of: $0).owner.description == name }
        guard let found else {
            throw Problem(
                status: 404, code: .unknownUser, title: "no such user",
                detail: "The users of this server are \(alice.owner) and \(bob.owner).")
        }
        return found
    }
}
