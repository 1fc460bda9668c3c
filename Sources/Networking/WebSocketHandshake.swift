import CEvent
import HTTP

/// The server's proof that it has read a handshake (RFC 6455, section 4.2.2).
enum WebSocketHandshake {
    static func answer(to key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        EVP_Q_digest(nil, "SHA1", nil, text, text.count, &digest, nil)
        return base64(digest)
    }

    /// The reason why a 101 response opens no WebSocket (section 4.1); nil if it does.
    static func flaw(in fields: HTTPFields, key: String, protocols: [String]) -> String? {
        guard fields.tokens("Upgrade") == ["websocket"], fields.tokens("Connection").contains("upgrade")
        else {
            return "the server switched to something other than WebSocket"
        }
        guard fields["Sec-WebSocket-Accept"] == answer(to: key) else {
            return "the server's answer does not belong to this WebSocket handshake"
        }
        if let name = fields["Sec-WebSocket-Extensions"] {
            return "the server chose the extension '\(name)', which was not offered"
        }
        if let name = fields["Sec-WebSocket-Protocol"], !protocols.contains(name) {
            return "the server chose the subprotocol '\(name)', which was not offered"
        }
        return nil
    }

    /// 16 random bytes (section 4.1).
    static func newKey() -> String { base64((0..<16).map { _ in UInt8.random(in: .min ... .max) }) }

    private static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.dropLast(), as: UTF8.self)
    }
}
