import Foundation

/// Asks the peer for a pong, as the first message of a session that replaces one that could not be read in.
package struct Ping: Hashable, Sendable, Codable {
    /// More are not asked for.
    package static let maxUnreadCount = 32

    /// The peer's messages that could not be read: they are wanted again, in this session.
    package let unread: [UUID]?

    package init(unread: [UUID]? = nil) { self.unread = unread.map { Array($0.prefix(Self.maxUnreadCount)) } }

    private enum CodingKeys: String, CodingKey { case unread }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(unread: try fields.decodeIfPresent([UUID].self, forKey: .unread))
    }
}
