import HTTP

extension HTTPClient {
    /// A request. Only its own fields are sent, plus `Host`, `Content-Length` and, unless set, `Accept: */*`.
    package struct Request: Sendable {
        package var url: String
        package var method: HTTPMethod
        package var fields: HTTPFields
        package var body: [UInt8]?
        package var limits = TimeLimits()

        package init(_ url: String, method: HTTPMethod = .get, fields: HTTPFields = [:], body: [UInt8]? = nil)
        {
            (self.url, self.method, self.fields, self.body) = (url, method, fields, body)
        }
    }

    /// Time limits of the stages of an exchange.
    package struct TimeLimits: Sendable {
        /// Name resolution, connection and TLS.
        package var connection = Duration.seconds(10)
        /// From sending the request to the head of the response.
        package var firstByte = Duration.seconds(60)
        /// Between two pieces of the body. Time spent by a slow reader does not count.
        package var nextPiece = Duration.seconds(60)
        /// The whole exchange, including redirects.
        package var total = Duration.seconds(600)

        package init() {}

        /// Limits only the total: each stage may take all of it.
        package init(total: Duration) {
            (connection, firstByte, nextPiece, self.total) = (total, total, total, total)
        }
    }
}
