import CCurl

/// A URL as parsed by libcurl: the same parser decides where a request goes and sends it.
struct WebAddress {
    let text: String
    /// Scheme, host and port.
    let origin: String
    let isSecure: Bool

    /// Nil if it is not a valid http or https URL.
    init?(_ text: String, relativeTo base: String? = nil, _ curl: Curl) {
        guard let url = curl.url() else { return nil }
        defer { curl.url_cleanup(url) }
        for text in [base, text].compactMap(\.self)
        where curl.url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK { return nil }
        func part(_ part: CURLUPart) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl.url_get(url, part, &value, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let value else {
                return nil
            }
            defer { curl.free(value) }
            return String(cString: value)
        }
        guard let whole = part(CURLUPART_URL), let scheme = part(CURLUPART_SCHEME),
            let host = part(CURLUPART_HOST), let port = part(CURLUPART_PORT),
            scheme == "http" || scheme == "https"
        else { return nil }
        self.text = whole
        origin = "\(scheme)://\(host.lowercased()):\(port)"
        isSecure = scheme == "https"
    }
}
