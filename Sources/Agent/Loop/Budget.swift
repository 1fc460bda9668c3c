import Foundation

/// Keeps calls of a model within a daily budget, from midnight to midnight UTC.
///
/// A call is paid for at its highest price before it is made, and put right when its price is known; so calls at the
/// same time cannot break the budget together.
actor Budget {
    private let limit: Money?
    private let database: StateDatabase
    private let now: @Sendable () -> Date
    private var day: Date?
    private var spent = Money.zero
    private var reserved = Money.zero
    private var paidInAll = Money.zero

    init(limitUSD: Decimal?, database: StateDatabase, now: @escaping @Sendable () -> Date) {
        limit = limitUSD.map(Money.init)
        self.database = database
        self.now = now
    }

    /// Sets an amount aside.
    ///
    /// - Throws: `BudgetExceeded`, and sets nothing aside.
    func reserve(_ amount: Money) async throws {
        guard let limit else { return }
        try await turnDay()
        guard spent + reserved + amount <= limit else {
            throw BudgetExceeded.ofDay(limit: limit, spent: spent, reserved: reserved)
        }
        reserved = reserved + amount
    }

    /// Replaces what was set aside by what was paid.
    func settle(_ amount: Money, paid: Money) {
        guard limit != nil else { return }
        reserved = reserved - amount
        spent = spent + paid
        paidInAll = paidInAll + paid
    }

    /// What other runs spent on the same day stands in the database.
    private func turnDay() async throws {
        let today = now().midnight
        guard day != today else { return }
        let paidBefore = paidInAll
        let noted = try await database.spending(since: today).cost
        // Another call may have turned the day meanwhile.
        guard day != today else { return }
        // What was paid while the database was read may not be in it yet.
        spent = noted + (paidInAll - paidBefore)
        day = today
    }
}

enum BudgetExceeded: Error {
    /// `reserved` is set aside for calls under way.
    case ofDay(limit: Money, spent: Money, reserved: Money)
    case ofQuestion(limit: Money, spent: Money)

    var reason: String {
        switch self {
        case .ofDay(let limit, let spent, let reserved):
            let others =
                reserved > .zero ? ", and \(reserved.dollars) USD set aside for answers under way" : ""
            return """
                The daily budget of \(limit.dollars) USD does not allow another call of the model (\(spent.dollars) USD \
                spent today\(others)). It starts anew at midnight UTC; raise the budget or use the offline analyst.
                """
        case .ofQuestion(let limit, let spent):
            return """
                The budget of \(limit.dollars) USD for one question does not allow another call of the model \
                (\(spent.dollars) USD spent on this one). Ask for less at a time, or raise the budget.
                """
        }
    }
}
