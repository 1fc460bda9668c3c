import Values

/// Takes the claims out of a text, from its beginning to its end.
struct ClaimScanner {
    private let text: String
    private var position: String.Index
    private var found: [(claim: Claim, range: Range<String.Index>)] = []

    private static let datePattern = Pattern(
        #/(\d{4}-\d{2}-\d{2})(?:T(?=\d))?/#)
    private static let clockPattern = Pattern(
        #/(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s?([AaPp])\.?[Mm]\b)?Z?/#)
    private static let hourPattern = Pattern(
        #/(\d{1,2})\s?([AaPp])\.?[Mm]\b/#)
    private static let versionPattern = Pattern(
        #/\d+(?:\.\d+){2,}(?::\d+)?/#)
    private static let numberPattern = Pattern(
        #/(?:\d{1,3}(?:[,'’\u{A0}\u{2009}\u{202F}]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?)(?:[eE][+-]?\d+)?/#)
    private static let groupedPattern = Pattern(
        #/^\d{1,3}(?:[^\d.eE]\d{3})+/#)
    private static let listNumberPattern = Pattern(
        #/\d{1,2}[.)](?!\d)/#)
    private static let wordBeforePattern = Pattern(
        #/(?s).*\b([A-Z][a-z]+)\s/#)
    private static let wordAfterPattern = Pattern(
        #/(?:st|nd|rd|th)?\s(?:of\s)?([A-Z][a-z]+)/#)

    init(_ text: String) {
        self.text = String(text.map(\.plain))
        position = self.text.startIndex
    }

    mutating func claims() -> [Claim] {
        while let start = text[position...].firstIndex(where: \.isASCIIDigit) {
            position = start
            // The "T" between date and time is not a name.
            let isAfterDay = found.last?.range.upperBound == start
            if !isAfterDay, isInName(start) || isListNumber(start) {
                position = text[start...].firstIndex { !$0.isASCIIDigit } ?? text.endIndex
            } else {
                take()
            }
        }
        takeSpelled()
        shareUnits()
        joinDurations()
        return found.map(\.claim)
    }

    // MARK: One claim

    private mutating func take() {
        let rest = text[position...]
        if let match = rest.prefixMatch(of: Self.datePattern) {
            add(.day(text: String(match.1), day: String(match.1)), match.range)
        } else if let match = rest.prefixMatch(
            of: Self.clockPattern)
        {
            addClock(match.1, match.2, match.3, match.4, match.range)
        } else if let match = rest.prefixMatch(of: Self.hourPattern) {
            addClock(match.1, "00", nil, match.2, match.range)
        } else if let match = rest.prefixMatch(of: Self.versionPattern) {
            add(.word(String(match.0)), match.range)
        } else if let match = rest.prefixMatch(
            of:
                Self.numberPattern
        ) {
            addNumber(match.range)
        }
    }

    private mutating func add(_ claim: Claim, _ range: Range<String.Index>) {
        found.append((claim, range))
        position = range.upperBound
    }

    private mutating func addClock(
        _ hour: Substring, _ minute: Substring, _ second: Substring?, _ half: Substring?,
        _ range: Range<String.Index>
    ) {
        guard var hours = Int(hour), let minutes = Int(minute) else { return }
        if let half { hours = hours % 12 + (half.lowercased() == "p" ? 12 : 0) }
        let clock = ClockTime(
            text: String(text[range]),
            secondOfDay: hours * 3600 + minutes * 60 + (second.flatMap { Int($0) } ?? 0),
            hasSeconds: second != nil, isApproximate: isApproximate(range.lowerBound))
        add(.clock(clock), range)
    }

    private mutating func addNumber(_ range: Range<String.Index>) {
        let written = text[range]
        if let day = day(written, range) { return add(.day(text: String(written), day: day), range) }
        let digits = Self.withoutSeparators(written)
        guard let size = Double(digits) else { return position = range.upperBound }
        let (word, end) = word(after: range.upperBound)
        let unit = Unit(word: word)
        let multiples = unit == nil ? Self.multiples[word] ?? [1] : [1]
        let isNegative = isNegative(range.lowerBound)
        let figure = Figure(
            text: (isNegative ? "-" : "") + written, value: isNegative ? -size : size,
            tolerance: Self.tolerance(digits, isApproximate: isApproximate(range.lowerBound)), unit: unit,
            multiples: multiples)
        add(.figure(figure), range.lowerBound..<(unit == nil ? range.upperBound : end))
    }

    /// Small numbers in words count when a unit follows ("two hours"): without one they are ways of speaking.
    private mutating func takeSpelled() {
        let spelled = SpelledNumber.all(in: text).compactMap {
            number -> (claim: Claim, range: Range<String.Index>)? in
            let (word, end) = word(after: number.range.upperBound)
            let unit = number.value == 1 ? nil : Unit(word: word)
            let range = number.range.lowerBound..<(unit == nil ? number.range.upperBound : end)
            guard unit != nil || number.value >= 10, !found.contains(where: { $0.range.overlaps(range) })
            else { return nil }
            let isApproximate = isApproximate(number.range.lowerBound)
            let figure = Figure(
                text: String(text[number.range]), value: number.value,
                tolerance: Self.tolerance("\(Int(number.value))", isApproximate: isApproximate), unit: unit,
                multiples: [1])
            return (.figure(figure), range)
        }
        guard !spelled.isEmpty else { return }
        found = (found + spelled).sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static let multiples: [String: [Double]] = [
        "k": [1e3, 1024], "K": [1e3, 1024], "M": [1e6, 1_048_576], "G": [1e9, 1_073_741_824],
        "T": [1e12, 1_099_511_627_776],
        "thousand": [1e3], "million": [1e6], "billion": [1e9],
    ]

    /// A point divides whole from part; a comma does where no group of three digits follows it.
    private static func withoutSeparators(_ written: Substring) -> String {
        let isGrouped = written.contains(Self.groupedPattern)
        return isGrouped
            ? String(written.filter { $0.isASCIIDigit || ".eE+-".contains($0) })
            : String(written.replacing(",", with: "."))
    }

    private static func tolerance(_ digits: String, isApproximate: Bool) -> Double {
        let parts = digits.lowercased().split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        if mantissa.count > 1 {
            exponent -= mantissa[1].count
        } else if isApproximate {
            exponent += mantissa[0].reversed().prefix { $0 == "0" }.count
        }
        let step: Double = exponent < 0 ? 0.1 : 10
        return (0..<min(400, abs(exponent))).reduce(0.5) { size, _ in size * step }
    }

    // MARK: What stands around it

    private func character(before index: String.Index) -> Character? {
        index > text.startIndex ? text[text.index(before: index)] : nil
    }

    /// Whether letters stand before the digits, as in `sda1` and `process-1`.
    private func isInName(_ start: String.Index) -> Bool {
        text[..<start].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }.contains {
            $0.isLetter || $0 == "_"
        }
    }

    /// "1. " at the start of a line.
    private func isListNumber(_ start: String.Index) -> Bool {
        let indent = text[..<start].reversed().prefix { $0 == " " }.count
        guard character(before: text.index(start, offsetBy: -indent))?.isNewline ?? true else { return false }
        return text[start...].prefixMatch(of: Self.listNumberPattern) != nil
    }

    /// A minus sign, and no dash between two numbers or before a list's item.
    private func isNegative(_ start: String.Index) -> Bool {
        guard character(before: start) == "-" else { return false }
        let before = character(before: text.index(before: start))
        return before?.isWhitespace ?? true || before == "("
    }

    private func isApproximate(_ start: String.Index) -> Bool {
        let before = text[..<start]
        guard let last = before.last(where: { $0 != " " }) else { return false }
        if last == "~" || last == "≈" { return true }
        let word = before.split { !$0.isLetter }.last?.lowercased() ?? ""
        return last.isLetter
            && [
                "about", "around", "roughly", "approximately", "some", "nearly", "almost", "over", "circa",
                "than",
            ].contains(word)
    }

    /// The word after a number, behind at most one space or dash.
    private func word(after index: String.Index) -> (word: String, end: String.Index) {
        var start = index
        if let next = text[start...].first,
            next == " " || next == "-" || next == "\u{A0}" || next == "\u{202F}"
        {
            start = text.index(after: start)
        }
        if text[start...].first == "%" { return ("%", text.index(after: start)) }
        // "°F"
        let letters = text[start...].first == "°" ? text.index(after: start) : start
        let word = text[letters...].prefix(while: \.isLetter)
        return (String(text[start..<word.endIndex]), word.endIndex)
    }

    /// The day where a month stands beside a number: "1 March", "March 1st".
    private func day(_ written: Substring, _ range: Range<String.Index>) -> String? {
        guard let number = Int(written), 1...31 ~= number else { return nil }
        let before = text[..<range.lowerBound].suffix(12).wholeMatch(of: Self.wordBeforePattern)?.1
        let after = text[range.upperBound...].prefixMatch(of: Self.wordAfterPattern)?.1
        guard let month = Self.month(before) ?? Self.month(after) else { return nil }
        return "-\(Self.twoDigits(month))-\(Self.twoDigits(number))"
    }

    private static func month(_ word: Substring?) -> Int? {
        guard let word, word.count == 3 || months.contains(String(word)) else { return nil }
        return months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    // MARK: Numbers that belong together

    /// "4 to 12 %", "5–10 GiB", "between 3 and 5 minutes": the first has the unit of the second.
    private mutating func shareUnits() {
        for index in found.indices.dropLast().reversed() {
            guard case .figure(var figure) = found[index].claim, figure.unit == nil,
                case .figure(let next) = found[index + 1].claim, let unit = next.unit
            else { continue }
            let between = text[found[index].range.upperBound..<found[index + 1].range.lowerBound]
            let words = between.split(separator: " ").joined()
            guard ["to", "-", "–", "and", "or", "/", "of", "→"].contains(words) else { continue }
            figure.unit = unit
            figure.hasUnitOfNext = true
            found[index].claim = .figure(figure)
        }
    }

    /// "1 h 30 min" is one length of time.
    private mutating func joinDurations() {
        for index in found.indices.dropLast().reversed() {
            guard case .figure(let large) = found[index].claim,
                case .figure(let small) = found[index + 1].claim,
                let largeUnit = large.unit, let smallUnit = small.unit, largeUnit.dimension == .seconds,
                smallUnit.dimension == .seconds, largeUnit.scale > smallUnit.scale, !large.hasUnitOfNext
            else { continue }
            let range = found[index].range.lowerBound..<found[index + 1].range.upperBound
            let between = text[found[index].range.upperBound..<found[index + 1].range.lowerBound]
            guard ["", ",", "and", ",and"].contains(between.split(separator: " ").joined()) else { continue }
            let figure = Figure(
                text: String(text[range]),
                value: large.value * largeUnit.scale / smallUnit.scale + small.value,
                tolerance: small.tolerance, unit: smallUnit, multiples: [1])
            found[index] = (.figure(figure), range)
            found.remove(at: index + 1)
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { "0"..."9" ~= self }

    /// Digits of other scripts and other minus signs in the form that is looked for.
    fileprivate var plain: Character {
        if self == "\u{2212}" { return "-" }
        guard !isASCII, unicodeScalars.count == 1, let scalar = unicodeScalars.first,
            scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue
        else { return self }
        return Character("\(Int(value))")
    }
}
