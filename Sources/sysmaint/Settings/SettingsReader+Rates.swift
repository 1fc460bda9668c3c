import HTTPEdge
import RelayServer

extension SettingsReader {
    private static func rate(named name: Substring) -> WritableKeyPath<RateLimits, Rate>? {
        switch name {
        case "registrations": \.registrations
        case "new-accounts": \.newAccounts
        case "key-changes": \.keyChanges
        case "refused-tokens": \.refusedTokens
        case "requests": \.requests
        case "messages": \.messages
        case "message-bytes": \.messageBytes
        case "messages-to-target": \.messagesOfTarget
        case "bundles": \.bundles
        case "bundles-of-target": \.bundlesOfTarget
        case "bundles-of-address": \.bundlesOfAddress
        default: nil
        }
    }

    /// Parses rates such as `requests=50/500,bundles=1/60`: the rate per second and the burst.
    func rates(_ variable: Variable) throws(SettingError) -> RateLimits {
        let requirement = "must be rates such as requests=50/500,bundles=0.5/30 (per second/burst)"
        return try value(variable, requirement) { text in
            var limits = RateLimits()
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let pair = part.split(separator: "=", omittingEmptySubsequences: false)
                guard pair.count == 2, let path = Self.rate(named: pair[0]), let rate = Rate(parsing: pair[1])
                else { return nil }
                limits[keyPath: path] = rate
            }
            return limits
        } ?? RateLimits()
    }
}

extension Rate {
    /// Parses `50/500`. A bucket with a burst below one would never let anything through.
    fileprivate init?(parsing text: Substring) {
        guard let match = text.wholeMatch(of: #/([0-9]{1,12}(?:\.[0-9]{1,6})?)/([0-9]{1,12})/#),
            let perSecond = Double(match.1), let burst = Double(match.2), perSecond > 0, burst >= 1
        else { return nil }
        self.init(perSecond: perSecond, burst: burst)
    }
}
