import Foundation
import Values

/// Keeps calls of a model within a daily budget, from midnight to midnight UTC, and each asker within a part of it, and all
/// askers but the owners within another: a person may have many names.
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

    /// Whose spending counts together.
    private enum Party: Hashable {
        case everybody
        /// All but the owners.
        case others
        case asker(IdentityID)
    }

    private let limit: Money?
    private let othersLimit: Money?
    private let askerLimit: Money?
    private let owners: Set<IdentityID>
    private let database: StateDatabase
    private let now: @Sendable () -> Date
    private var accounts: [Party: Account] = [:]

    init(
        _ configuration: AgentConfiguration, database: StateDatabase, now: @escaping @Sendable () -> Date
    ) {
        limit = configuration.dailyBudgetUSD.map(Money.init)
        othersLimit = configuration.othersBudgetUSD.map(Money.init)
        askerLimit = configuration.askerBudgetUSD.map(Money.init)
        owners = configuration.ownIdentities
        self.database = database
        self.now = now
    }

    /// Sets an amount aside for a call on behalf of an asker.
    ///
    /// - Throws: `BudgetExceeded`, and sets nothing aside; what the database throws.
    func reserve(_ amount: Money, for asker: IdentityID) async throws {
        let limits = limits(for: asker)
        let today = now().midnight
        for (party, _) in limits { try await turnDay(of: party, to: today) }
        for (party, limit) in limits {
            let account = accounts[party, default: Account()]
            guard account.spent + account.reserved + amount > limit else { continue }
            throw switch party {
            case .everybody:
                BudgetExceeded.ofDay(limit: limit, spent: account.spent, reserved: account.reserved)
            case .others: BudgetExceeded.ofOthers(limit: limit)
            case .asker: BudgetExceeded.ofAsker(limit: limit, spent: account.spent)
            }
        }
        for (party, _) in limits { accounts[party, default: Account()].reserve(amount) }
    }

    /// Replaces the reservation by the actual cost.
    func settle(_ amount: Money, paid: Money, by asker: IdentityID) {
        for (party, _) in limits(for: asker) {
            accounts[party, default: Account()].settle(amount, paid: paid)
        }
    }

    private func limits(for asker: IdentityID) -> [(party: Party, limit: Money)] {
        var limits: [(Party, Money?)] = [(.everybody, limit)]
        if !owners.contains(asker) { limits += [(.others, othersLimit), (.asker(asker), askerLimit)] }
        return limits.compactMap { party, limit in limit.map { (party, $0) } }
    }

    /// The spending of other runs on the same day is in the database.
    private func turnDay(of party: Party, to today: Date) async throws {
        guard accounts[party]?.day != today else { return }
        let paidBefore = accounts[party]?.paidInAll ?? .zero
        let noted = try await spent(by: party, since: today)
        // Another call may have turned the day meanwhile.
        guard accounts[party]?.day != today else { return }
        // Askers of earlier days with nothing in progress are dropped.
        accounts = accounts.filter { $1.day == today || $1.reserved > .zero }
        var account = accounts[party] ?? Account()
        // What was paid while the database was read may not be in it yet.
        account.spent = noted + (account.paidInAll - paidBefore)
        account.day = today
        accounts[party] = account
    }

    private func spent(by party: Party, since moment: Date) async throws -> Money {
        switch party {
        case .everybody: return try await database.spending(since: moment).cost
        case .asker(let id): return try await database.spending(since: moment, of: id.description).cost
        case .others:
            var sum = try await database.spending(since: moment).cost
            for owner in owners {
                sum = sum - (try await database.spending(since: moment, of: owner.description).cost)
            }
            return sum
        }
    }
}

enum BudgetExceeded: Error {
    /// `reserved` is for calls in progress.
    case ofDay(limit: Money, spent: Money, reserved: Money)
    /// What others have spent is not told.
    case ofOthers(limit: Money)
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
        case .ofOthers(let limit):
            return """
                The part of the daily budget that is for others than the agent's own people, \(limit.dollars) USD, does not \
                allow another call of the model. It resets at midnight UTC.
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
