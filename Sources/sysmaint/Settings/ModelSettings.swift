import Cryptography
import Foundation
import HTTPClient

/// The model, if one is configured, and the price of its tokens.
struct ModelSettings {
    struct Endpoint {
        let baseURL: String
        let model: String
        /// A secret; nil for servers that need none.
        let key: SecretText?
    }

    /// If nil, the offline analyst answers.
    let endpoint: Endpoint?
    let inputUSDPerMillion: Decimal
    let outputUSDPerMillion: Decimal
    let dailyBudgetUSD: Decimal?
    let requestBudgetUSD: Decimal?
    /// The part of the daily budget that one asker may spend; nil if nothing bounds it.
    let askerBudgetUSD: Decimal?
    /// A PEM file of authorities trusted for the model's server in addition to the system's.
    let authorities: String?
    let limits: HTTPClient.TimeLimits
    /// How long the agent may work on an answer.
    let answerTimeout: Duration

    init(_ reader: SettingsReader) throws {
        let key = try reader.secret(.openAIKey).flatMap(Self.key)
        let baseURL = try reader.webAddress(.openAIBaseURL, mayHaveQuery: true)
        endpoint =
            key == nil && baseURL == nil
            ? nil
            : Endpoint(
                baseURL: baseURL ?? Variable.openAIBaseURL.fallback,
                model: reader.text(.openAIModel)?.trimmingCharacters(in: .whitespacesAndNewlines).nilIfEmpty
                    ?? Variable.openAIModel.fallback, key: key)
        inputUSDPerMillion = try reader.amount(.inputPrice)
        outputUSDPerMillion = try reader.amount(.outputPrice)
        dailyBudgetUSD = try reader.budget(.dailyBudget)
        requestBudgetUSD = try reader.budget(.requestBudget)
        askerBudgetUSD = try reader.budget(.askerBudget) ?? dailyBudgetUSD.map { $0 / 2 }
        authorities = reader.path(.openAIAuthority)
        let range = 1000...3_600_000
        var limits = HTTPClient.TimeLimits()
        limits.firstByte = try reader.milliseconds(.firstByteTimeout, in: range)
        limits.nextPiece = try reader.milliseconds(.pieceTimeout, in: range)
        limits.total = try reader.milliseconds(.modelTimeout, in: range)
        self.limits = limits
        answerTimeout = max(.seconds(120), try WebSettings(reader).chatTimeout)
    }

    /// Keys are pasted, with what stood around them: line ends, the quotes of a file that is read as it is, or the scheme
    /// of the header field in which they are sent.
    private static func key(_ secret: SecretText) -> SecretText? {
        var key = secret.exposed.trimmingCharacters(in: .whitespacesAndNewlines)
        for quote in ["\"", "'"] where key.count > 1 && key.hasPrefix(quote) && key.hasSuffix(quote) {
            key = String(key.dropFirst().dropLast())
        }
        if let scheme = key.prefixMatch(of: #/(?i)bearer\s+/#) { key.removeSubrange(scheme.range) }
        return key.trimmingCharacters(in: .whitespacesAndNewlines).nilIfEmpty.map { SecretText($0) }
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
