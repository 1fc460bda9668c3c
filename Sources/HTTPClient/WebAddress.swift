import CCurl

/// A URL as libcurl reads it, so that nothing is sent elsewhere because two parsers differ. libcurl must be open.
struct WebAddress {
    let text: String
    /// Scheme, host and port.
    let origin: String

    init?(_ text: String, relativeTo base: String? = nil) {
        guard let url = ccurl_url() else { return nil }
        defer { ccurl_url_cleanup(url) }
        for text in [base, text].compactMap(\.self) where ccurl_url_set(url, CURLUPART_URL, text) != CURLUE_OK
        {
            return nil
        }
        func part(_ part: CURLUPart) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard ccurl_url_get(url, part, &value, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let value else {
                return nil
            }
            defer { ccurl_free(value) }
            return String(cString: value)
        }
        guard let whole = part(CURLUPART_URL), let scheme = part(CURLUPART_SCHEME),
            let host = part(CURLUPART_HOST),
            let port = part(CURLUPART_PORT), scheme == "http" || scheme == "https"
        else { return nil }
        self.text = whole
        origin = "\(scheme)://\(host.lowercased()):\(port)"
    }
}
