/// Something in a text that a result can bear out or not: a number, a time, a date, an address or version.
///
/// Not the digits in names (`process-1`, `sda1`), nor the numbers of a list.
enum Claim: Hashable {
    case figure(Figure)
    case clock(ClockTime)
    /// `day` is `2026-03-01`, or `-03-01` where no year is written.
    case day(text: String, day: String)
    /// `10.0.0.1`, `6.1.0`: only as it is.
    case word(String)

    /// As it is written.
    var text: String {
        switch self {
        case .figure(let figure): figure.text
        case .clock(let clock): clock.text
        case .day(let text, _): text
        case .word(let word): word
        }
    }

    static func all(in text: String) -> [Claim] {
        var scanner = ClaimScanner(text)
        return scanner.claims()
    }
}

/// A time of day (UTC).
struct ClockTime: Hashable {
    let text: String
    let secondOfDay: Int
    let hasSeconds: Bool
    /// "around 14:00".
    let isApproximate: Bool

    private static let day = 86_400

    func matches(secondOfDay other: Int) -> Bool {
        let apart = abs(secondOfDay - other)
        let distance = min(apart, Self.day - apart)
        if isApproximate { return distance <= 15 * 60 }
        // 14:05 is any second of that minute, or what rounds to it.
        return hasSeconds
            ? distance == 0
            : other / 60 == secondOfDay / 60 || (other + 30) % Self.day / 60 == secondOfDay / 60
    }
}

/// A number in a text.
struct Figure: Hashable {
    let text: String
    let value: Double
    /// What rounding may have taken: half of the last digit written, of the last that is not zero in "about 1,200".
    let tolerance: Double
    var unit: Unit?
    /// The unit was taken from the next number: the 4 of "4 to 12 %".
    var hasUnitOfNext = false
    /// What it may count in: 1, or 1000 in "12k".
    let multiples: [Double]

    func rounds(_ exact: Double) -> Bool {
        abs(abs(exact) - abs(value)) <= tolerance * 1.0001 + abs(exact) * 1e-12
    }
}
