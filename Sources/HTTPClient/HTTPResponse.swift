import Foundation
import HTTP

/// The head of a response, with its body to come.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let fields: HTTPFields
    package let body: HTTPBody
    /// Where it came from, after redirects.
    package let url: String
}

/// The pieces of a body as they arrive; they can be read once. The server sends no more than a reader keeps up with, and a body that is
/// released unread ends the exchange.
package struct HTTPBody: AsyncSequence, Sendable {
    private final class Lease: Sendable {
        let transfer: Transfer

        init(_ transfer: Transfer) { self.transfer = transfer }

        deinit { transfer.cancel() }
    }

    private let lease: Lease

    init(_ transfer: Transfer) { lease = Lease(transfer) }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let lease: Lease

        package mutating func next() async throws(HTTPError) -> Data? { try await lease.transfer.nextPiece() }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> Data? {
            try await lease.transfer.nextPiece()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(lease: lease) }

    /// The whole body.
    ///
    /// - Throws: `.tooLarge` where it has more than `limit` bytes.
    package func collect(upTo limit: Int) async throws(HTTPError) -> Data {
        var all = Data()
        var pieces = makeAsyncIterator()
        while let piece = try await pieces.next() {
            guard all.count + piece.count <= limit else { throw .tooLarge(limit) }
            all += piece
        }
        return all
    }
}
