import MaintenanceAPI
import Values

/// A page of a conversation, oldest first.
struct MessagePage: Encodable {
    let messages: [WebMessage]
    /// The cursor of the next page: forward for `after`, backward for `before`.
    let cursor: Int64
    /// Whether there are more messages in that direction.
    let hasMore: Bool
}

extension People {
    /// Alice's prompts and the agent's answers before a cursor, or the newest.
    func chatHistory(before cursor: Int64?, limit: Int) async throws -> MessagePage {
        let entries = try await alice.conversation(with: agent, before: cursor, limit: limit)
        return page(entries, of: .alice, cursor: entries.first?.cursor ?? 0, hasMore: entries.count == limit)
    }

    /// The newest direct messages between a person and the other.
    func newestDirectMessages(of person: Person, count: Int) async throws -> MessagePage {
        let entries = try await mailbox(of: person).conversation(
            with: mailbox(of: person.other).owner, before: nil, limit: count)
        return page(entries, of: person, cursor: entries.last?.cursor ?? 0, hasMore: false)
    }

    /// All direct messages of a person after a cursor, from any peer.
    func directMessages(of person: Person, after cursor: Int64) async throws -> MessagePage {
        let pageSize = 200
        var position = cursor
        while true {
            let entries = try await mailbox(of: person).history(after: position, limit: pageSize)
            position = entries.last?.cursor ?? position
            let direct = entries.filter { $0.message.payload.kind == .userChat }
            let isEnd = entries.count < pageSize
            if isEnd || !direct.isEmpty { return page(direct, of: person, cursor: position, hasMore: !isEnd) }
        }
    }

    private func page(
        _ entries: [HistoryEntry], of person: Person, cursor: Int64, hasMore: Bool
    ) -> MessagePage {
        let owner = mailbox(of: person).owner.description
        return MessagePage(
            messages: entries.compactMap { WebMessage($0, of: owner, user: person) }, cursor: cursor,
            hasMore: hasMore)
    }
}
