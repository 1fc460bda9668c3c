import Foundation

/// An amount in US dollars, exact to 10⁻¹².
struct Money: Hashable, Comparable, Sendable {
    let pico: Int64

    static let zero = Money(pico: 0)

    init(pico: Int64) { self.pico = pico }

    /// Rounded to 10⁻¹²; amounts beyond nine million are cut there.
    init(_ dollars: Decimal) {
        var scaled = dollars * 1_000_000_000_000
        var rounded = Decimal()
        NSDecimalRound(&rounded, &scaled, 0, .plain)
        let limit = Decimal(Int64.max / 2)
        pico = NSDecimalNumber(decimal: max(-limit, min(limit, rounded))).int64Value
    }

    var dollars: Decimal { Decimal(pico) / 1_000_000_000_000 }

    static func + (left: Money, right: Money) -> Money {
        left.combined(right, left.pico.addingReportingOverflow)
    }
    static func - (left: Money, right: Money) -> Money {
        left.combined(right, left.pico.subtractingReportingOverflow)
    }
    static func < (left: Money, right: Money) -> Bool { left.pico < right.pico }

    /// Amounts beyond nine million stay there.
    private func combined(
        _ other: Money, _ result: (Int64) -> (partialValue: Int64, overflow: Bool)
    ) -> Money {
        let (pico, isTooLarge) = result(other.pico)
        return Money(pico: isTooLarge ? (self < .zero ? .min : .max) : pico)
    }
}

/// What a model asks for its tokens.
package struct Prices: Hashable, Sendable {
    package var inputUSDPerMillion: Decimal
    package var outputUSDPerMillion: Decimal

    package init(inputUSDPerMillion: Decimal, outputUSDPerMillion: Decimal) {
        self.inputUSDPerMillion = inputUSDPerMillion
        self.outputUSDPerMillion = outputUSDPerMillion
    }

    func cost(promptTokens: Int, completionTokens: Int) -> Money {
        Money(
            (Decimal(promptTokens) * inputUSDPerMillion + Decimal(completionTokens) * outputUSDPerMillion)
                / 1_000_000)
    }
}
