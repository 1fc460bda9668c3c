import Foundation

extension Setting<String> {
    /// The boot during which prekeys were last checked.
    fileprivate static var boot: Setting { Setting(name: "boot") }
}

extension Setting<Date> {
    /// When prekeys were last checked.
    fileprivate static var upkeepDate: Setting { Setting(name: "upkeepDate") }
}

extension Transaction.Settings {
    /// How long ago prekeys were checked; nil if they were not since the machine was started.
    package func upkeepAge(inBoot boot: String) throws -> Duration? {
        guard try isOfBoot(boot) == true else { return nil }
        return try read(.upkeepDate).map { .seconds(scope.now.timeIntervalSince($0)) }
    }

    package mutating func noteUpkeep(inBoot boot: String) throws {
        try write(scope.now, .upkeepDate)
        if try isOfBoot(boot) != true { try write(boot, .boot) }
    }

    /// Whether prekeys were checked during this `boot`; nil if they never were.
    package func isOfBoot(_ boot: String) throws -> Bool? { try read(.boot).map { $0 == boot } }
}
