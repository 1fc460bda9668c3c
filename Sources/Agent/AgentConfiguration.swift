import Cryptography
import Foundation
import HTTP
import HTTPClient
import Values

/// How the agent answers.
package struct AgentConfiguration: Sendable {
    /// Where a language model is; absent for the offline analyst.
    package struct Model: Sendable {
        package var baseURL: String
        package var key: SecretText?
        package var name: String

        /// The base URL as it is shown: its query may hold a key.
        var address: String { baseURL.withoutCredentials }

        package init(baseURL: String, key: SecretText?, name: String) {
            self.baseURL = baseURL
            self.key = key
            self.name = name
        }
    }

    package var model: Model?
    package var prices = Prices(inputUSDPerMillion: Decimal(15) / 100, outputUSDPerMillion: Decimal(60) / 100)
    /// What may be spent from midnight to midnight, UTC.
    package var dailyBudgetUSD: Decimal?
    /// What one question may cost.
    package var requestBudgetUSD: Decimal?
    /// What one asker may cost from midnight to midnight, UTC; nil where the daily budget alone counts.
    package var askerBudgetUSD: Decimal?
    /// The identities of this installation. The budgets of askers and of others do not bind them, and one place is theirs.
    package var ownIdentities: Set<IdentityID> = []
    /// What all but these may cost together: a person may have many names. What one asker may cost, if that is more.
    var othersBudgetUSD: Decimal? {
        guard !ownIdentities.isEmpty, let dailyBudgetUSD else { return nil }
        return max(dailyBudgetUSD * 3 / 4, askerBudgetUSD ?? 0)
    }
    /// The web interface's port on the same machine; nil where that is not known.
    package var dashboardPort: Int?
    /// Whose prompts are answered.
    package var serves: @Sendable (IdentityID) -> Bool = { _ in true }
    /// How long one answer may take in all.
    package var answerTimeout = Duration.seconds(60)
    /// How long the parts of one call of the model may take. A server that loads its model says nothing for a while.
    package var modelLimits = HTTPClient.TimeLimits(total: .seconds(30))
    /// Prompts that are worked on at the same time; others wait.
    package var maxConcurrentPrompts = 8

    package init() {}
}
