import CEvent

/// The human-readable reason why TLS could not be set up.
package struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ what: String) {
        let reasons = OpenSSLErrors.taken()
        description = reasons.isEmpty ? what : "\(what): \(reasons.joined(separator: ", "))"
    }
}

/// The error queue of OpenSSL for this thread.
enum OpenSSLErrors {
    /// Takes the queued reasons, last first, so that they do not affect later calls.
    static func taken() -> [String] {
        var reasons: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            if let reason = ERR_reason_error_string(code) { reasons.insert(String(cString: reason), at: 0) }
        }
        return reasons
    }
}

/// Certificates and TLS settings: 1.2 and 1.3, with forward secrecy, without renegotiation and without tickets.
///
/// `@unchecked`: an `SSL_CTX` that is set up once and only read afterwards; OpenSSL's reference counting is atomic.
package final class TLSContext: @unchecked Sendable {
    private let context: OpaquePointer
    private let isServer: Bool

    private init(_ method: OpaquePointer?, isServer: Bool) throws(TLSError) {
        guard let context = SSL_CTX_new(method) else { throw TLSError("no TLS") }
        self.context = context
        self.isServer = isServer
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20")
        // No finite-field groups, some of which are small in TLS 1.3.
        networking_set_groups(context, "X25519:P-256:P-384:P-521")
        SSL_CTX_set_options(context, Self.options)
        SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
    }

    deinit { SSL_CTX_free(context) }

    /// A server's context, from PEM files.
    package static func server(
        certificateChain chainPath: String, key keyPath: String
    ) throws(TLSError) -> TLSContext {
        let tls = try TLSContext(TLS_server_method(), isServer: true)
        guard SSL_CTX_use_certificate_chain_file(tls.context, chainPath) == 1 else {
            throw TLSError("the certificate in \(chainPath) cannot be used")
        }
        guard SSL_CTX_use_PrivateKey_file(tls.context, keyPath, SSL_FILETYPE_PEM) == 1 else {
            throw TLSError("the key in \(keyPath) cannot be used")
        }
        guard SSL_CTX_check_private_key(tls.context) == 1 else {
            throw TLSError("the key in \(keyPath) does not belong to the certificate")
        }
        // With tickets, a single key of the process would decrypt all its connections for as long as it runs.
        SSL_CTX_set_num_tickets(tls.context, 0)
        SSL_CTX_set_alpn_select_cb(
            tls.context,
            { _, chosen, length, offered, count, _ in
                // Runs on the loop's thread, during a handshake. A client that offers no known protocol continues
                // without one.
                let name: StaticString = "\u{8}http/1.1"
                var place: UnsafeMutablePointer<UInt8>?
                guard
                    SSL_select_next_proto(
                        &place, length, name.utf8Start, UInt32(name.utf8CodeUnitCount), offered, count)
                        == OPENSSL_NPN_NEGOTIATED
                else { return SSL_TLSEXT_ERR_NOACK }
                chosen?.pointee = UnsafePointer(place)
                return SSL_TLSEXT_ERR_OK
            }, nil)
        return tls
    }

    /// A client's context: trusts the system's authorities, and those in a PEM file.
    package static func client(authorities path: String? = nil) throws(TLSError) -> TLSContext {
        let tls = try TLSContext(TLS_client_method(), isServer: false)
        SSL_CTX_set_verify(tls.context, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_default_verify_paths(tls.context)
        if let path, SSL_CTX_load_verify_file(tls.context, path) != 1 {
            throw TLSError("the authorities in \(path) cannot be used")
        }
        return tls
    }

    /// A new connection's TLS session. `host` is the name or address that a client expects in the certificate.
    ///
    /// The caller owns the result and passes it to a bufferevent.
    func session(host: String?) -> OpaquePointer? {
        guard let session = SSL_new(context) else { return nil }
        guard let host, !isServer else { return session }
        let parameters = SSL_get0_param(session)
        if IPAddress(host) != nil {
            X509_VERIFY_PARAM_set1_ip_asc(parameters, host)
        } else {
            X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count)
            _ = host.withCString {
                SSL_ctrl(
                    session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                    UnsafeMutableRawPointer(mutating: $0))
            }
        }
        return session
    }

    /// Macros with a cast, which Swift does not import: SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_COMPRESSION,
    /// SSL_OP_NO_TICKET, SSL_OP_CIPHER_SERVER_PREFERENCE.
    private static let options: UInt64 = 1 << 30 | 1 << 17 | 1 << 14 | 1 << 22
}
