import CCurl
import Foundation
import HTTP

/// A transfer as libcurl has it: its handle with everything that must live as long. Used on the engine's thread alone.
struct Easy {
    let handle: UnsafeMutableRawPointer
    let transfer: Transfer
    private let headers: UnsafeMutablePointer<curl_slist>?
    private let message: UnsafeMutablePointer<CChar>

    init(_ transfer: Transfer, _ configuration: HTTPClient.Configuration) throws(HTTPError) {
        guard let handle = ccurl_easy_init() else {
            throw .other(code: Int(CURLE_OUT_OF_MEMORY.rawValue), "out of memory")
        }
        self.handle = handle
        self.transfer = transfer
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        headers = Self.headerLines(transfer.request).reduce(nil) { ccurl_slist_append($0, $1) }
        do throws(HTTPError) {
            try set(transfer.request)
            try set(configuration)
        } catch {
            free()
            throw error
        }
        // The engine keeps the transfer until the handle is freed.
        ccurl_set_callbacks(
            handle, Unmanaged.passUnretained(transfer).toOpaque(),
            { bytes, _, count, context in
                Easy.transfer(context).takeHeadLine(UnsafeRawBufferPointer(start: bytes, count: count))
                return count
            },
            { bytes, _, count, context in
                let isTaken = Easy.transfer(context).take(UnsafeRawBufferPointer(start: bytes, count: count))
                return isTaken ? count : Int(CURL_WRITEFUNC_PAUSE)
            },
            { context, _, _, _, _ in
                Easy.transfer(context).connected()
                return CURL_PREREQFUNC_OK
            })
    }

    func free() {
        ccurl_easy_cleanup(handle)
        ccurl_slist_free_all(headers)
        message.deallocate()
    }

    private static func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
        guard let context else { preconditionFailure("the context is set with the callbacks") }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: Options

    private func set(_ request: HTTPRequest) throws(HTTPError) {
        try set(CURLOPT_URL, request.url)
        ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, message)
        if let body = request.body {
            let code = body.withUnsafeBytes { ccurl_set_body(handle, $0.baseAddress, $0.count) }
            guard code == CURLE_OK else { throw error(code) }
        }
        if request.method == .head { ccurl_set_long(handle, CURLOPT_NOBODY, 1) }
        try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    private func set(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        // Time-outs without signals, which belong to the whole process.
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // A transfer that ends does not wait for a name server.
        ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // The engine has limits of its own; libcurl's would be five minutes.
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT, 86_400)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // In place of the system's file; the system's folder of authorities is trusted beside it.
        if let path = configuration.authorities { try set(CURLOPT_CAINFO, path) }
        switch configuration.proxy {
        case .environment: break
        case .none: try set(CURLOPT_PROXY, "")
        case .url(let url): try set(CURLOPT_PROXY, url)
        }
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        let code = ccurl_set_text(handle, option, value)
        guard code == CURLE_OK else { throw error(code) }
    }

    private static func headerLines(_ request: HTTPRequest) -> [String] {
        // A value with a line break would be a field of its own; libcurl sends lines as they are.
        var lines = request.fields.map { name, value in
            let value = value.filter { !$0.isNewline && $0 != "\0" }
            return value.isEmpty ? "\(name);" : "\(name): \(value)"
        }
        if request.fields["Accept"] == nil { lines.append("Accept: */*") }
        if request.body != nil {
            // Without these, libcurl waits a second before it sends a large body, and calls every body a form.
            lines.append("Expect:")
            if request.fields["Content-Type"] == nil { lines.append("Content-Type:") }
        }
        return lines
    }

    // MARK: Errors

    func error(_ code: CURLcode) -> HTTPError {
        let detail = String(cString: message)
        let text = detail.isEmpty ? String(cString: ccurl_easy_strerror(code)) : detail
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .invalidURL(transfer.request.url)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .unknownHost(text)
        case CURLE_COULDNT_CONNECT: return .cannotConnect(text)
        case CURLE_PEER_FAILED_VERIFICATION:
            // The name is compared once the chain is trusted; the verdict on the chain is then still 1, its initial value.
            return ccurl_get_long(handle, CURLINFO_SSL_VERIFYRESULT) <= 1
                ? .certificateForOtherName(text) : .untrustedCertificate(text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .tlsFailed(text)
        case CURLE_PROXY: return .proxyFailed(text)
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
            CURLE_BAD_CONTENT_ENCODING:
            // A proxy that refuses the tunnel looks like a connection that was lost.
            return ccurl_get_long(handle, CURLINFO_HTTP_CONNECTCODE) >= 300
                ? .proxyFailed(text) : .connectionLost(text)
        default: return .other(code: Int(code.rawValue), text)
        }
    }
}
