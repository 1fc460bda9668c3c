import CCurl
import HTTP

/// A libcurl transfer with the memory that libcurl refers to. Confined to the engine's thread.
final class EasyHandle {
    typealias Failure = HTTPClient.Failure

    /// A longer head ends the exchange, because libcurl stores all of it.
    static let maxHeadByteCount = 64 * 1024

    let handle: UnsafeMutableRawPointer
    let transfer: Transfer
    private let curl: Curl
    private var fields: UnsafeMutablePointer<curl_slist>?
    private let message: UnsafeMutablePointer<CChar>
    private var headByteCount = 0
    /// The proxy's URL, which may hold a password.
    private var proxy: String?

    init(_ transfer: Transfer, _ configuration: HTTPClient.Configuration, _ curl: Curl) throws(Failure) {
        guard let handle = curl.easy_init() else { throw .other("there is no memory for another request") }
        (self.handle, self.transfer, self.curl) = (handle, transfer, curl)
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try set(configuration)
        try set(transfer.request)
        setCallbacks()
    }

    deinit {
        curl.easy_cleanup(handle)
        curl.slist_free_all(fields)
        message.deallocate()
    }

    // MARK: Options

    private func set(_ configuration: HTTPClient.Configuration) throws(Failure) {
        // Signals belong to the process; and ending a transfer must not wait for a name server.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // The engine enforces timeouts; libcurl would give up on a connection after five minutes.
        try set(CURLOPT_CONNECTTIMEOUT, 86_400)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // Without key exchange by RSA, which a stolen key of the server reveals afterwards.
        try set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:!kRSA:!PSK:!aNULL:!eNULL")
        if let path = configuration.authorities { try set(CURLOPT_CAINFO, path) }
        if let path = configuration.authorityFolder { try set(CURLOPT_CAPATH, path) }
        // Always set: otherwise libcurl would read the environment itself.
        let proxy = transfer.address.isSecure ? configuration.proxy : nil
        self.proxy = proxy?.url
        try set(CURLOPT_PROXY, proxy?.url ?? "")
        try set(CURLOPT_NOPROXY, proxy?.exceptions ?? "")
    }

    private func set(_ request: HTTPClient.Request) throws(Failure) {
        try set(CURLOPT_URL, transfer.address.text)
        if let body = request.body {
            try check(
                body.withUnsafeBytes { ccurl_set_body(curl.functions, handle, $0.baseAddress, $0.count) })
        }
        if request.method == .head { try set(CURLOPT_NOBODY, 1) }
        try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        // libcurl interprets a name with a semicolon as a field without a value.
        for (name, value) in request.fields { add(value.isEmpty ? "\(name);" : "\(name): \(value)") }
        if request.body != nil {
            // A name alone suppresses a field that libcurl would add: `Expect` costs a second's wait, and the content
            // type would be that of a form.
            add("Expect:")
            if request.fields["Content-Type"] == nil { add("Content-Type:") }
        }
        try check(ccurl_set_pointer(curl.functions, handle, CURLOPT_HTTPHEADER, fields))
        try check(ccurl_set_pointer(curl.functions, handle, CURLOPT_ERRORBUFFER, message))
    }

    private func add(_ line: String) { fields = curl.slist_append(fields, line) ?? fields }

    private func set(_ option: CURLoption, _ value: Int) throws(Failure) {
        try check(ccurl_set_long(curl.functions, handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(Failure) {
        try check(ccurl_set_text(curl.functions, handle, option, value))
    }

    private func check(_ code: CURLcode) throws(Failure) {
        if code != CURLE_OK { throw failure(code) }
    }

    // MARK: Callbacks

    /// libcurl calls back on the calling thread, the engine's, which keeps this object as long as the handle.
    private func setCallbacks() {
        ccurl_set_callbacks(
            curl.functions, handle, Unmanaged.passUnretained(self).toOpaque(),
            { context, _, _, _, _ in
                EasyHandle.from(context).transfer.connected()
                return CURL_PREREQFUNC_OK
            },
            { bytes, _, count, context in
                let line = UnsafeRawBufferPointer(start: bytes, count: count)
                return EasyHandle.from(context).takeHeadLine(line) ? count : 0
            },
            { bytes, _, count, context in
                let piece = UnsafeRawBufferPointer(start: bytes, count: count)
                return EasyHandle.from(context).transfer.take(piece) ? count : Int(CURL_WRITEFUNC_PAUSE)
            })
    }

    static func from(_ context: UnsafeMutableRawPointer) -> EasyHandle {
        Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
    }

    /// - Returns: False to abort the exchange.
    private func takeHeadLine(_ line: UnsafeRawBufferPointer) -> Bool {
        headByteCount += line.count
        guard headByteCount <= Self.maxHeadByteCount else { return false }
        let status = ccurl_get_long(curl.functions, handle, CURLINFO_RESPONSE_CODE)
        let isEnd = line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        guard isEnd, status >= 200 else { return true }
        var fields = HTTPFields()
        var last: UnsafeMutablePointer<curl_header>?
        // -1: the fields of the last response, without interim ones.
        while let field = curl.easy_nextheader(handle, UInt32(CURLH_HEADER), -1, last) {
            // libcurl 7.88 keeps the line ending in empty values.
            let value = String(cString: field.pointee.value).drop(while: \.isWhitespace)
            fields.add(String(cString: field.pointee.name), String(value))
            last = field
        }
        transfer.begin(Transfer.Head(status: status, fields: fields))
        return true
    }

    // MARK: Failures

    func failure(_ code: CURLcode) -> Failure {
        let said = String(cString: message)
        // libcurl quotes a proxy that it does not understand, with its password.
        let text = (said.isEmpty ? curl.easy_strerror(code).map { String(cString: $0) } ?? "" : said)
            .replacing(proxy ?? " ", with: proxy?.withoutCredentials ?? " ")
        switch code {
        case CURLE_URL_MALFORMAT: return .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost(text)
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: return .proxy(text)
        case CURLE_COULDNT_CONNECT: return .refused(text)
        case CURLE_PEER_FAILED_VERIFICATION:
            // The name is checked after the chain is trusted. The chain's result is then unset, or libcurl's own 1.
            let verdict = ccurl_get_long(curl.functions, handle, CURLINFO_SSL_VERIFYRESULT)
            return verdict <= 1 ? .certificateForOthers(text) : .certificateNotTrusted(text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .noTLS(text)
        case CURLE_SSL_CACERT_BADFILE: return .invalidAuthorities(text)
        case CURLE_WRITE_ERROR: return .invalidAnswer("its head has more than \(Self.maxHeadByteCount) bytes")
        // libcurl reports a response without a head as HTTP 0.9.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL: return .invalidAnswer(text)
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
            // A proxy that rejects the tunnel looks like a connection that ended.
            let answer = ccurl_get_long(curl.functions, handle, CURLINFO_HTTP_CONNECTCODE)
            return answer >= 300 ? .proxy("HTTP \(answer)") : .brokenOff(text)
        default: return .other(text)
        }
    }
}
