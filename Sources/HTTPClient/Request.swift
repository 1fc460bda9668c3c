import HTTP

extension HTTPClient {
    /// What is asked of a server. Nothing is sent that is not in here but `Host`, `Content-Length` and, unless there is
    /// one, `Accept: */*`.
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

    /// How long each stage of an exchange may take.
    package struct TimeLimits: Sendable {
        /// Name, connection and TLS.
        package var connection = Duration.seconds(10)
        /// From the request to the head of the answer.
        package var firstByte = Duration.seconds(60)
        /// Between two pieces of the body. A reader who is slow does not count.
        package var nextPiece = Duration.seconds(60)
        /// All of it, redirects included.
        package var total = Duration.seconds(600)

        package init() {}

        /// Each stage may take as long as all.
        package init(total: Duration) {
            (connection, firstByte, nextPiece, self.total) = (total, total, total, total)
        }
    }
}
