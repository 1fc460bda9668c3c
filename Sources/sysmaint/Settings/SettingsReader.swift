import Foundation
import RelayAPI

/// Looks up settings in this order: flag, environment, `.env` file, default. Values are checked when they are read.
///
/// An empty value counts as unset, because container tools pass unset variables on as empty ones.
struct SettingsReader {
    private let flags: [Variable: String]
    private let environment: [String: String]
    private let file: [String: String]
    /// The folder that `~` stands for, as in the shell.
    private let personalFolder: String

    init(flags: [Variable: String], environment: [String: String], file: DotEnv?) {
        personalFolder = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
        self.flags = flags
        self.environment = environment
        self.file = file?.values ?? [:]
    }

    func text(_ variable: Variable) -> String? {
        if let flag = flags[variable] { return flag }
        return [environment[variable.rawValue], file[variable.rawValue]].compactMap(\.self)
            .first { !$0.isEmpty }
    }

    func path(_ variable: Variable) -> String? {
        text(variable).map(expanded)
    }

    /// Expands a leading `~`.
    func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return personalFolder + path.dropFirst()
    }

    func port(_ variable: Variable, default fallback: Int) throws(SettingError) -> Int {
        try value(variable, "must be a port from 0 to 65535 (0 selects any free port)") { text in
            Int(text).flatMap { (0...65535).contains($0) ? $0 : nil }
        } ?? fallback
    }

    func identity(_ variable: Variable, default fallback: String) throws(SettingError) -> IdentityID {
        let text = text(variable) ?? fallback
        do {
            return try IdentityID(text)
        } catch {
            throw SettingError(variable, value: text, requirement: error.reason)
        }
    }

    func number(
        _ variable: Variable, in range: ClosedRange<Int>, default fallback: Int
    ) throws(SettingError) -> Int {
        let requirement = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        return try value(variable, requirement) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } ?? fallback
    }

    /// A duration given in milliseconds.
    func milliseconds(
        _ variable: Variable, in range: ClosedRange<Int>, default fallback: Int
    ) throws(SettingError) -> Duration {
        let requirement = "must be a number of milliseconds from \(range.lowerBound) to \(range.upperBound)"
        let number = try value(variable, requirement) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        return .milliseconds(number ?? fallback)
    }

    /// An exact, non-negative amount of money.
    func amount(_ variable: Variable) throws(SettingError) -> Decimal? {
        try value(variable, "must be an amount in US dollars such as 0.15") { text in
            guard text.wholeMatch(of: #/[0-9]{1,9}(\.[0-9]{1,9})?/#) != nil else { return nil }
            return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
        }
    }

    /// An `http` or `https` URL, without trailing slashes.
    func webAddress(_ variable: Variable) throws(SettingError) -> String? {
        try value(variable, "must be a URL such as http://127.0.0.1:8080") { text in
            guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
                parts.scheme == "http" || parts.scheme == "https", parts.user == nil,
                parts.query == nil, parts.fragment == nil
            else { return nil }
            return String(text.reversed().drop { $0 == "/" }.reversed())
        }
    }

    /// One of the cases of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ variable: Variable, of type: Choice.Type
    ) throws(SettingError) -> Choice? where Choice.RawValue == String {
        let names = type.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(variable, "must be one of \(names)") { Choice(rawValue: $0.lowercased()) }
    }

    /// The parsed value; nil if the setting is unset.
    func value<Value>(
        _ variable: Variable, _ requirement: String, parse: (String) -> Value?
    ) throws(SettingError) -> Value? {
        guard let text = text(variable) else { return nil }
        guard let value = parse(text) else {
            throw SettingError(variable, value: text, requirement: requirement)
        }
        return value
    }
}
