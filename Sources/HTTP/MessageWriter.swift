/// Writes heads and chunks (RFC 9112). A field's value cannot end its line: CR, LF and NUL become blanks, and a field
/// whose name is not a token is omitted.
package enum MessageWriter {
    package static let interimContinue = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    package static func bytes(of head: HTTPResponseHead) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "HTTP/1.1 \(head.status) \(reason(head.status))\r\n".utf8)
        append(head.fields, to: &bytes)
        return bytes
    }

    /// - Precondition: Method and target have no blanks or control characters; `Client` checks targets.
    package static func bytes(of head: HTTPRequestHead) -> [UInt8] {
        var bytes = Array("\(head.method.rawValue) \(head.target) HTTP/1.1\r\n".utf8)
        append(head.fields, to: &bytes)
        return bytes
    }

    /// The line before a chunk's bytes, which are followed by CR LF.
    package static func chunkHead(_ count: Int) -> [UInt8] { Array("\(String(count, radix: 16))\r\n".utf8) }

    private static func append(_ fields: HTTPFields, to bytes: inout [UInt8]) {
        for (name, value) in fields {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenCharacter) else { continue }
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(UInt8(ascii: " "))
            for byte in value.utf8 {
                bytes.append(
                    byte == 0 || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
                        ? UInt8(ascii: " ") : byte)
            }
            bytes.append(UInt8(ascii: "\r"))
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
