import Foundation
import RelayAPI
import TestSupport
import Testing

@testable import MaintenanceAPI

@Suite struct MailboxTests {
    @Test func conversationIsTheNewestPageWithOnePeer() async throws {
        let office = MemoryMailbox.PostOffice()
        let alice = try office.mailbox(of: "alice")
        let (bob, carol) = (try IdentityID("bob"), try IdentityID("carol"))
        for number in 1...10 {
            try await alice.send(
                TypedMessage(.userChat(UserChat(text: "\(number)"))), to: number % 2 == 0 ? bob : carol)
        }
        let newest = try await alice.conversation(with: bob, before: nil, limit: 2)
        #expect(newest.map(\.message.payload) == [8, 10].map { .userChat(UserChat(text: "\($0)")) })
        let before = try await alice.conversation(with: bob, before: newest.first?.cursor, limit: 2)
        #expect(before.map(\.message.payload) == [4, 6].map { .userChat(UserChat(text: "\($0)")) })
    }
}
