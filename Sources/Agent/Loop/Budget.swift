import Foundation
import Values

/// Keeps calls of a model within a daily budget, from midnight to midnight UTC, and each asker within a part of it.
///
/// A call is paid for at its highest price before it is made, and put right when its price is known; so calls at the
/// same time cannot break the budget together.
actor Budget {
    /// What was spent on a day, and what is reserved for calls in progress.
    private struct Account {
        var spent = Money.zero
        var reserved = Money.zero
        var paidInAll = Money.zero
        var day: Date?

        mutating func reserve(_ amount: Money) { reserved = reserved + amount }

        mutating func settle(_ amount: Money, paid: Money) {
            reserved = reserved - amount
            spent = spent + paid
            paidInAll = paidInAll + paid
        }
    }

    private let limit: Money?
    private let askerLimit: Money?
    private let exempt: Set<IdentityID>
    private let database: StateDatabase
    private let now: @Sendable () -> Date
    /// Of everybody together under nil, and of each asker who is bound by a part.
    private var accounts: [IdentityID?: Account] = [:]

    init(
        _ configuration: AgentConfiguration, database: StateDatabase, now: @escaping @Sendable () -> Date
    ) {
        limit = configuration.dailyBudgetUSD.map(Money.init)
        askerLimit = configuration.askerBudgetUSD.map(Money.init)
        exempt = configuration.ownIdentities
        self.database = database
        self.now = now
    }

    /// Sets an amount aside for a call on behalf of an asker.
    ///
    /// - Throws: `BudgetExceeded`, and sets nothing aside; what the database throws.
    func reserve(_ amount: Money, for asker: IdentityID) async throws {
        let limits = limits(for: asker)
        let today = now().midnight
        for (owner, _) in limits { try await turnDay(of: owner, to: today) }
        for (owner, limit) in limits {
            let account = accounts[owner, default: Account()]
            guard account.spent + account.reserved + amount > limit else { continue }
            throw owner == nil
                ? BudgetExceeded.ofDay(limit: limit, spent: account.spent, reserved: account.reserved)
                : BudgetExceeded.ofAsker(limit: limit, spent: account.spent)
        }
        for (owner, _) in limits { accounts[owner, default: Account()].reserve(amount) }
    }

    /// Replaces the reservation by the actual cost.
    func settle(_ amount: Money, paid: Money, by asker: IdentityID) {
        for (owner, _) in limits(for: asker) {
            accounts[owner, default: Account()].settle(amount, paid: paid)
        }
    }

    private func limits(for asker: IdentityID) -> [(owner: IdentityID?, limit: Money)] {
        var limits: [(IdentityID?, Money)] = []
        if let limit { limits.append((nil, limit)) }
        if let askerLimit, !exempt.contains(asker) { limits.append((asker, askerLimit)) }
        return limits
    }

    /// The spending of other runs on the same day is in the database.
    private func turnDay(of owner: IdentityID?, to today: Date) async throws {
        guard accounts[owner]?.day != today else { return }
        let paidBefore = accounts[owner]?.paidInAll ?? .zero
        let noted = try await database.spending(since: today, of: owner?.description).cost
        // Another call may have turned the day meanwhile.
        guard accounts[owner]?.day != today else { return }
        // Askers of earlier days with nothing in progress are dropped.
        accounts = accounts.filter { $1.day == today || $1.reserved > .zero }
        var account = accounts[owner] ?? Account()
        // What was paid while the database was read may not be in it yet.
        account.spent = noted + (account.paidInAll - paidBefore)
        account.day = today
        accounts[owner] = account
    }
}

enum BudgetExceeded: Error {
    /// `reserved` is for calls in progress.
    case ofDay(limit: Money, spent: Money, reserved: Money)
    case ofAsker(limit: Money, spent: Money)
    case ofQuestion(limit: Money, spent: Money)

    var reason: String {
        switch self {
        case .ofDay(let limit, let spent, let reserved):
            let others =
                reserved > .zero ? ", and \(reserved.dollars) USD set aside for answers under way" : ""
            return """
                The daily budget of \(limit.dollars) USD does not allow another call of the model (\(spent.dollars) USD \
                spent today\(others)). It resets at midnight UTC; raise the budget or use the offline analyst.
                """
        case .ofAsker(let limit, let spent):
            return """
                Your part of the daily budget, \(limit.dollars) USD, does not allow another call of the model \
                (\(spent.dollars) USD spent on your questions today). It resets at midnight UTC.
                """
        case .ofQuestion(let limit, let spent):
            return """
                The budget of \(limit.dollars) USD for one question does not allow another call of the model \
                (\(spent.dollars) USD spent on this one). Ask for less at a time, or raise the budget.
                """
        }
    }
}
