import HTTPEdge
import RelayServer
import Values

extension SettingsReader {
    private static var rates: KeyValuePairs<String, WritableKeyPath<RateLimits, Rate>> {
        [
            "registrations": \.registrations,
            "new-accounts": \.newAccounts,
            "key-changes": \.keyChanges,
            "refused-tokens": \.refusedTokens,
            "requests": \.requests,
            "messages": \.messages,
            "message-bytes": \.messageBytes,
            "messages-to-target": \.messagesOfTarget,
            "bundles": \.bundles,
            "bundles-of-target": \.bundlesOfTarget,
            "bundles-of-address": \.bundlesOfAddress,
        ]
    }

    /// Rates as they are written in a setting.
    static func text(of limits: RateLimits) -> String {
        rates.map { name, path in
            let rate = limits[keyPath: path]
            return "\(name)=\(rate.perSecond.text(6))/\(rate.burst.text(0))"
        }.joined(separator: ",")
    }

    /// Parses rates such as `requests=50/500,bundles=1/60`: the rate per second and the burst.
    func rates(_ variable: Variable) throws(SettingError) -> RateLimits {
        let requirement = "must be rates such as requests=50/500,bundles=0.5/30 (per second/burst)"
        return try value(variable, requirement) { text in
            var limits = RateLimits()
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let pair = part.split(separator: "=", omittingEmptySubsequences: false)
                guard pair.count == 2, let path = Self.rates.first(where: { $0.key == pair[0] })?.value,
                    let rate = Rate(parsing: pair[1])
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
