import Cryptography
import Foundation
import RelayAPI

/// Looks up settings in this order: flag, environment, `.env` files, default. Values are checked when they are read.
///
/// A file that was merely found never decides where a secret from elsewhere is sent. An empty value counts as unset, because container tools pass unset variables on as empty ones.
struct SettingsReader {
    private let flags: [Variable: String]
    private let environment: [String: String]
    /// In order of precedence.
    private let files: [[String: String]]
    /// What is ignored in the files, and why.
    let remarks: [String]
    /// The folder that `~` stands for, as in the shell.
    private let personalFolder: String

    init(flags: [Variable: String], environment: [String: String], files: [SettingsFile] = []) {
        personalFolder = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
        self.flags = flags
        self.environment = environment
        var remarks: [String] = []
        self.files = files.indices.map { index in
            Self.believed(
                files[index], flags, [environment] + files[..<index].map(\.content.values),
                files[(index + 1)...].map(\.content.values), &remarks)
        }
        self.remarks = remarks
    }

    /// The values of a file, between sources `above` and `below` it in precedence, that count.
    private static func believed(
        _ file: SettingsFile, _ flags: [Variable: String], _ above: [[String: String]],
        _ below: [[String: String]], _ remarks: inout [String]
    ) -> [String: String] {
        var values = file.content.values
        for name in file.content.repeated.sorted() where Variable(rawValue: name) != nil {
            remarks.append("\(name) is set more than once in \(file.path); the last value counts")
        }
        func isSet(_ variable: Variable, in values: [String: String]) -> Bool {
            values[variable.rawValue]?.isEmpty == false
        }
        for secret in Variable.allCases where !file.isNamed {
            let isFromAbove = flags[secret] != nil || above.contains { isSet(secret, in: $0) }
            let isFromBelow = !isSet(secret, in: values) && below.contains { isSet(secret, in: $0) }
            guard isFromAbove || isFromBelow else { continue }
            for destination in secret.destinations where isSet(destination, in: values) {
                values[destination.rawValue] = nil
                // A value that would not count anyway is not worth a remark.
                guard flags[destination] == nil, !above.contains(where: { isSet(destination, in: $0) }) else {
                    continue
                }
                remarks.append(
                    """
                    \(destination.rawValue) in \(file.path) is ignored: it would decide where \(secret.rawValue), which comes from \
                    elsewhere, is sent. Set both in the same place, or name the file with --env-file.
                    """)
            }
        }
        return values
    }

    /// The value of a setting that is not secret, without surrounding white space, which other tools may leave.
    func text(_ variable: Variable) -> String? {
        assert(!variable.isSecret)
        let text = setText(variable)?.trimmingCharacters(in: .whitespacesAndNewlines)
        return text == "" ? nil : text
    }

    /// The value of a secret setting. Surrounding white space is removed from tokens, which are pasted, but not from
    /// passphrases.
    func secret(_ variable: Variable, minLength: Int = 1) throws(SettingError) -> SecretText? {
        guard var text = setText(variable) else { return nil }
        if minLength > 1 { text = text.trimmingCharacters(in: .whitespacesAndNewlines) }
        guard text.count >= minLength else {
            throw SettingError(
                variable, value: text, requirement: "must have at least \(minLength) characters")
        }
        return SecretText(text)
    }

    private func setText(_ variable: Variable) -> String? {
        if let flag = flags[variable] { return flag }
        return ([environment] + files).compactMap { $0[variable.rawValue] }.first { !$0.isEmpty }
    }

    func path(_ variable: Variable) -> String? {
        text(variable).map(expanded)
    }

    /// Expands a leading `~`.
    func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return personalFolder + path.dropFirst()
    }

    /// Rejects paths that a shell would expand: they would become folders of that very name.
    func checkPaths() throws(SettingError) {
        for variable in Variable.paths {
            _ = try value(variable, "must be a path; only ~/ at its beginning is expanded") { text in
                let isOdd = expanded(text).hasPrefix("~") || text.hasPrefix("$")
                return isOdd ? nil : text
            }
        }
    }

    /// An address or a name to listen on; IPv6 addresses may stand in brackets, as in a URL.
    func listenHost(_ variable: Variable) throws(SettingError) -> String {
        let requirement = "must be an address of this machine, such as 127.0.0.1, without scheme and port"
        return try valueOrDefault(variable, requirement) { text in
            let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
            let host = isBracketed ? String(text.dropFirst().dropLast()) : text
            if host == "*" { return "0.0.0.0" }
            let isName = host.wholeMatch(of: #/[A-Za-z0-9._-]+/#) != nil
            return isName
                || host.wholeMatch(of: #/[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9._-]+)?/#)
                    != nil
                ? host : nil
        }
    }

    /// Names of hosts, in lower case and without the dot of the root.
    func hostNames(_ variable: Variable) throws(SettingError) -> Set<String> {
        try value(
            variable,
            "must be host names such as status.example.org, separated by commas, without scheme, port and path"
        ) { text in
            let names = text.split { $0 == "," || $0.isWhitespace }.map { $0.lowercased() }
            guard names.allSatisfy({ $0.wholeMatch(of: #/([a-z0-9_-]+\.)*[a-z0-9_-]+\.?/#) != nil }) else {
                return nil
            }
            return Set(names.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 })
        } ?? []
    }

    func port(_ variable: Variable) throws(SettingError) -> Int {
        try valueOrDefault(variable, "must be a port from 0 to 65535 (0 selects any free port)") { text in
            Int(text).flatMap { (0...65535).contains($0) ? $0 : nil }
        }
    }

    func identity(_ variable: Variable) throws(SettingError) -> IdentityID {
        let text = text(variable) ?? variable.fallback
        do {
            return try IdentityID(text)
        } catch {
            throw SettingError(variable, value: text, requirement: error.reason)
        }
    }

    func number(
        _ variable: Variable, in range: ClosedRange<Int>, _ what: String = "whole number"
    ) throws(SettingError) -> Int {
        let requirement = "must be a \(what) from \(range.lowerBound) to \(range.upperBound)"
        return try valueOrDefault(variable, requirement) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A duration given in milliseconds.
    func milliseconds(_ variable: Variable, in range: ClosedRange<Int>) throws(SettingError) -> Duration {
        .milliseconds(try number(variable, in: range, "number of milliseconds"))
    }

    /// An exact, non-negative amount of money; nil if the setting is unset.
    func budget(_ variable: Variable) throws(SettingError) -> Decimal? {
        text(variable) == nil ? nil : try amount(variable)
    }

    func amount(_ variable: Variable) throws(SettingError) -> Decimal {
        try valueOrDefault(variable, "must be an amount in US dollars such as 0.15") { text in
            guard text.wholeMatch(of: #/[0-9]{1,9}(\.[0-9]{1,9})?/#) != nil else { return nil }
            return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
        }
    }

    /// An `http` or `https` URL, without trailing slashes.
    func webAddress(_ variable: Variable, mayHaveQuery: Bool = false) throws(SettingError) -> String? {
        try value(variable, "must be a URL such as http://127.0.0.1:8080") { text in
            let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
                let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
                parts.user == nil, parts.query == nil || mayHaveQuery, parts.fragment == nil,
                Self.hasPort(in: text, parts.port), !host.contains("%")
            else { return nil }
            return scheme + String(text.dropFirst(scheme.count).reversed().drop { $0 == "/" }.reversed())
        }
    }

    /// Whether the port, if there is one, is valid.
    private static func hasPort(in text: String, _ port: Int?) -> Bool {
        let authority = text.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        // IPv6 addresses contain colons.
        let afterAddress = authority.lastIndex(of: "]").map { authority[$0...] } ?? authority
        guard afterAddress.contains(":") else { return true }
        return port.map { 1...65535 ~= $0 } ?? false
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
        text(variable) == nil ? nil : try valueOrDefault(variable, requirement, parse: parse)
    }

    /// The parsed value of the setting, or of its default.
    func valueOrDefault<Value>(
        _ variable: Variable, _ requirement: String, parse: (String) -> Value?
    ) throws(SettingError) -> Value {
        let text = text(variable) ?? variable.fallback
        guard let value = parse(text) else {
            throw SettingError(variable, value: text, requirement: requirement)
        }
        return value
    }
}

extension SettingsReader: CustomReflectable {
    /// Empty: values may be secret.
    var customMirror: Mirror { Mirror(self, children: []) }
}
