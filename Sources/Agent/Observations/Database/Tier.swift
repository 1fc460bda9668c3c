/// How finely readings are kept, and for how long.
enum Tier: Int, CaseIterable {
    case tenSeconds = 10
    case minute = 60
    case tenMinutes = 600
    case hour = 3600

    var milliseconds: Int64 { Int64(rawValue) * 1000 }

    /// How long stretches of this length are kept.
    var lifetimeMilliseconds: Int64 {
        let day: Int64 = 24 * 3600 * 1000
        return switch self {
        case .tenSeconds: day
        case .minute, .tenMinutes: 8 * day
        case .hour: 400 * day
        }
    }

    /// The coarsest tier that still has all that is asked for: stretches of `resolution`, from `age` ago.
    static func best(resolutionSeconds: Int, ageMilliseconds: Int64) -> Tier {
        let enough = allCases.filter {
            $0.rawValue <= resolutionSeconds && $0.lifetimeMilliseconds >= ageMilliseconds
        }
        let reaching = allCases.first { $0.lifetimeMilliseconds >= ageMilliseconds }
        return enough.last ?? reaching ?? .hour
    }
}
