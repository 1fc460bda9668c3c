import HTTP

extension HTTPClient {
    /// The head of an answer, with its body to come.
    package struct Response: Sendable {
        package let status: Int
        package let fields: HTTPFields
        package let body: Body
    }

    /// The pieces of a body as they come, for one reader, once. What is not read keeps the server from sending more; a body
    /// that nobody holds any more ends the exchange.
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

        /// All of it.
        ///
        /// - Throws: `tooLarge` where that is more than `limit` bytes.
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
