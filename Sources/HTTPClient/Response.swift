import HTTP

extension HTTPClient {
    /// The head of a response; its body follows.
    package struct Response: Sendable {
        package let status: Int
        package let fields: HTTPFields
        package let body: Body
    }

    /// The pieces of a body as they arrive, for a single reader, once. Unread pieces stop the server from sending more;
    /// releasing the body ends the exchange.
    package final class Body: AsyncSequence, Sendable {
        private let transfer: Transfer

        init(_ transfer: Transfer) { self.transfer = transfer }

        deinit { transfer.cancel() }

        package struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let body: Body

            package mutating func next() async throws(Failure) -> [UInt8]? {
                try await body.transfer.nextPiece()
            }

            package mutating func next(isolation: isolated (any Actor)?) async throws(Failure) -> [UInt8]? {
                try await body.transfer.nextPiece()
            }
        }

        package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

        /// The whole body.
        ///
        /// - Throws: `tooLarge` if it exceeds `limit` bytes.
        package func collect(upTo limit: Int) async throws(Failure) -> [UInt8] {
            var all: [UInt8] = []
            while let piece = try await transfer.nextPiece() {
                guard all.count + piece.count <= limit else { throw .tooLarge(limit) }
                all += piece
            }
            return all
        }
    }
}
