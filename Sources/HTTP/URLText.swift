extension String {
    /// A URL without what may be secret in it, to quote it in errors and logs: no user and password, no query and fragment.
    ///
    /// It need not be a valid URL: everything up to the last `@` counts as user and password.
    package var withoutCredentials: String {
        var text = self[...]
        if let at = text.lastIndex(of: "@") {
            let secret = text[..<at]
            let scheme = secret.firstRange(of: "://").map { secret[..<$0.upperBound] } ?? ""
            text = (scheme.contains("@") ? "" : scheme) + "…" + text[at...]
        }
        guard let end = text.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return String(text) }
        return text[...end] + "…"
    }
}
